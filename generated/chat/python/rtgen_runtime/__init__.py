"""The runtime of generated servers and clients: what programs import beside their contract's own package."""

from rtgen_runtime.app import App
from rtgen_runtime.errors import (
    ConnectionClosed,
    Disconnected,
    DomainError,
    InvalidPayload,
    Issue,
    MissingHandlers,
    NotConnected,
    OutcomeUnknown,
    RealtimeError,
    Refused,
    RequestFailed,
    RequestTimeout,
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
from rtgen_runtime.transports.websockets import Listening, listen

__all__ = [
    "App",
    "AuthUnavailable",
    "Authenticator",
    "ConnectionClosed",
    "Disconnected",
    "DomainError",
    "Handshake",
    "Identity",
    "InvalidPayload",
    "Issue",
    "Listening",
    "MissingHandlers",
    "NotAuthenticated",
    "NotConnected",
    "OutcomeUnknown",
    "RealtimeError",
    "Refused",
    "RequestFailed",
    "RequestTimeout",
    "Settings",
    "UsageError",
    "listen",
]
