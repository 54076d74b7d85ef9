"""The runtime of generated servers and clients: what programs import beside their contract's own package."""

from rtgen_runtime.app import App
from rtgen_runtime.errors import (
    CannotOpenStore,
    ConnectionClosed,
    Disconnected,
    DomainError,
    HistoryChanged,
    InvalidPayload,
    Issue,
    MaybeKept,
    MissingHandlers,
    NotConnected,
    OutcomeUnknown,
    RealtimeError,
    Refused,
    RequestFailed,
    RequestTimeout,
    StoreUnavailable,
    TooManyValues,
    UsageError,
)
from rtgen_runtime.identity import (
    Authenticator,
    AuthUnavailable,
    Handshake,
    Identity,
    NotAuthenticated,
)
from rtgen_runtime.settings import Settings
from rtgen_runtime.stores.sqlite.store import SqliteStore
from rtgen_runtime.transports.listening import Listening
from rtgen_runtime.transports.serving import listen

__all__ = [
    "App",
    "AuthUnavailable",
    "Authenticator",
    "CannotOpenStore",
    "ConnectionClosed",
    "Disconnected",
    "DomainError",
    "Handshake",
    "HistoryChanged",
    "Identity",
    "InvalidPayload",
    "Issue",
    "Listening",
    "MaybeKept",
    "MissingHandlers",
    "NotAuthenticated",
    "NotConnected",
    "OutcomeUnknown",
    "RealtimeError",
    "Refused",
    "RequestFailed",
    "RequestTimeout",
    "Settings",
    "SqliteStore",
    "StoreUnavailable",
    "TooManyValues",
    "UsageError",
    "listen",
]
