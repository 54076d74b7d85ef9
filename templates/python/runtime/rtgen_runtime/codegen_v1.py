"""What generated code imports, and nobody else: this seam may change only together with its version."""

from msgspec import UNSET, Meta, Struct, UnsetType, field

from rtgen_runtime.app import App, Mount
from rtgen_runtime.auth.revocation import Revocations
from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.events import Events
from rtgen_runtime.client.present import Present
from rtgen_runtime.client.processed import Load, Positions
from rtgen_runtime.client.renewal import Token
from rtgen_runtime.client.socket import Connect, Encoding
from rtgen_runtime.command_line import main
from rtgen_runtime.declarations import (
    NOTHING,
    Auth,
    Channel,
    Conflation,
    Contract,
    Deprecation,
    Heartbeat,
    HistorySize,
    Latest,
    Limits,
    NoticeEvent,
    Presence,
    RateLimit,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import DomainError, Issue
from rtgen_runtime.flags.declaring import Flag, FlagSet, Variant
from rtgen_runtime.formats import (
    is_date,
    is_date_time,
    is_duration,
    is_email,
    is_hostname,
    is_ipv4,
    is_ipv6,
    is_json_pointer,
    is_regex,
    is_time,
    is_uri,
    is_uri_reference,
    is_uuid,
)
from rtgen_runtime.going import deprecated
from rtgen_runtime.handler import Answer, ChannelHandler
from rtgen_runtime.identity import Authenticator
from rtgen_runtime.integers import SafeInteger
from rtgen_runtime.middleware import Middleware
from rtgen_runtime.objects import Date, DateTime, Structs, Uuid
from rtgen_runtime.presence.interface import PresenceStore
from rtgen_runtime.scopes import (
    ChannelScope,
    ClaimsScope,
    MemberScope,
    Offset,
    TargetScope,
)
from rtgen_runtime.settings import Settings
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.validation import Schema
from rtgen_runtime.versions.declarations import (
    Convert,
    OldChannel,
    OldError,
    OldHeard,
    OldKept,
    OldPresence,
    OldSent,
    OldVersion,
)
from rtgen_runtime.versions.pieces import (
    either,
    entries,
    inside,
    items,
    only,
    renamed,
)

__all__ = [
    "NOTHING",
    "UNSET",
    "Answer",
    "App",
    "Auth",
    "Authenticator",
    "Channel",
    "ChannelHandler",
    "ChannelScope",
    "ClaimsScope",
    "Client",
    "Conflation",
    "Connect",
    "Contract",
    "Convert",
    "Date",
    "DateTime",
    "Deprecation",
    "DomainError",
    "Encoding",
    "Events",
    "Flag",
    "FlagSet",
    "Heartbeat",
    "HistorySize",
    "Issue",
    "JoinedChannel",
    "Latest",
    "Limits",
    "Load",
    "MemberScope",
    "Meta",
    "Middleware",
    "Mount",
    "NoticeEvent",
    "Offset",
    "OldChannel",
    "OldError",
    "OldHeard",
    "OldKept",
    "OldPresence",
    "OldSent",
    "OldVersion",
    "Positions",
    "Presence",
    "PresenceStore",
    "Present",
    "RateLimit",
    "RelayEvent",
    "RequestEvent",
    "Revocations",
    "SafeInteger",
    "Schema",
    "ServerEvent",
    "Settings",
    "Store",
    "Struct",
    "Structs",
    "TargetScope",
    "Token",
    "UnsetType",
    "Uuid",
    "Variant",
    "deprecated",
    "either",
    "entries",
    "field",
    "inside",
    "is_date",
    "is_date_time",
    "is_duration",
    "is_email",
    "is_hostname",
    "is_ipv4",
    "is_ipv6",
    "is_json_pointer",
    "is_regex",
    "is_time",
    "is_uri",
    "is_uri_reference",
    "is_uuid",
    "items",
    "main",
    "only",
    "renamed",
]
