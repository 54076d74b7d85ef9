"""The `$` frames as tagged Structs: their order and names are docs/protocol.md's.

Two unions, never one: a tag may have another shape each way. Surplus elements and unknown keys are ignored by the
decoder, which is the must-ignore rule.
"""

import functools
import operator
from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

SUBPROTOCOL: Final = "rtgen.v1.json"
MSGPACK_SUBPROTOCOL: Final = "rtgen.v1.msgpack"
FALLBACK_SUBPROTOCOL: Final = "rtgen"
"""Offered last by every client, so that a server without a common version can say so in words."""

MAX_INTEGER: Final = 2**53 - 1

Ref = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
"""0 wants no answer."""
AnswerRef = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
Address = Annotated[str, Meta(max_length=2048)]
DEPRECATIONS: Final = "deprecations"
"""The capability of a client that wants to be told of what it uses that is going away."""

Position = tuple[Annotated[str, Meta(max_length=128)], Count]
"""Epoch and offset: where a member of a channel stands."""


class HelloInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who connects, and which contract they speak."""

    contract: str
    version: str
    hash: str = ""
    client: Annotated[str, Meta(max_length=128)] = ""
    session: Annotated[str, Meta(max_length=256)] = ""
    """What the last welcome gave, to be the same for the others again."""
    token: str | UnsetType = UNSET
    capabilities: list[str] = []

    def __repr__(self) -> str:
        """Without the token and the session, which are secrets."""
        return f"HelloInfo(contract={self.contract!r}, version={self.version!r})"


class Hello(Struct, frozen=True, array_like=True, tag="$hello"):
    """C→S: once, first."""

    info: HelloInfo


class HeartbeatInfo(Struct, frozen=True, kw_only=True):
    """Seconds between pings, and how much longer either side waits for a sign of life."""

    every: float
    slack: float


class LimitsInfo(Struct, frozen=True, kw_only=True):
    """Per connection; sizes in bytes."""

    frame: int
    channels: int
    outbox: int


class AuthInfo(Struct, frozen=True, kw_only=True):
    """Seconds from now for which the client's identity holds."""

    ttl: float


class WelcomeInfo(Struct, frozen=True, kw_only=True):
    """What the server tells after a hello it accepts.

    `session` up to its first dot is how the others know this client; the rest is for its own next `$hello` only.
    `last_ref` is the highest ref that arrived from this client; higher ones never did.
    """

    session: str
    version: str
    auth: AuthInfo | UnsetType = UNSET
    heartbeat: HeartbeatInfo
    limits: LimitsInfo
    capabilities: list[str] = []
    last_ref: int | UnsetType = msgspec.field(default=UNSET, name="lastRef")
    flags: dict[str, Any] | UnsetType = UNSET
    """What is on for this client, in contracts with flags; a later server may have values of other kinds."""


class Welcome(Struct, frozen=True, array_like=True, tag="$welcome"):
    """S→C: the answer to `$hello`."""

    info: WelcomeInfo


class JoinOptions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`since` is the position of a member that returns."""

    since: Position | None = None


class Join(Struct, frozen=True, array_like=True, tag="$join"):
    """C→S: the ref is the join's generation."""

    ref: AnswerRef
    address: Address
    options: JoinOptions = JoinOptions()


class JoinedInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the member stands now, and how many missed events follow.

    `state` has the newest values of `latest` events, each with its tag; they come before what follows.
    """

    epoch: str
    offset: int
    recovered: bool
    replay: int
    reason: str = ""
    state: tuple[tuple[str, Raw], ...] = ()
    presence: Raw | UnsetType = UNSET
    """Who is here, in channels that show it: a `PresenceList`."""


class Joined(Struct, frozen=True, array_like=True, tag="$joined"):
    """S→C: the answer to `$join`."""

    ref: int
    address: str
    info: JoinedInfo


class Leave(Struct, frozen=True, array_like=True, tag="$leave"):
    """C→S: answered by `$reply`."""

    ref: AnswerRef
    address: Address


class HistoryOptions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Events between two offsets, neither included: up from `after`, or down from `before`, or from the newest."""

    limit: Annotated[int, Meta(ge=1, le=MAX_INTEGER)] = 50
    after: Count | None = None
    before: Count | None = None


class History(Struct, frozen=True, array_like=True, tag="$history"):
    """C→S: answered by `$reply` with a `HistoryInfo`."""

    ref: AnswerRef
    address: Address
    options: HistoryOptions = HistoryOptions()


class HistoryInfo(Struct, frozen=True, kw_only=True):
    """Events in the order of their offsets: tag, offset, payload. `more`: there are others in this direction."""

    epoch: str
    events: tuple[tuple[str, int, Raw], ...]
    more: bool


class LeftInfo(Struct, frozen=True, kw_only=True):
    """Why a membership ended, and what the client does about it."""

    code: str
    again: str


class Left(Struct, frozen=True, array_like=True, tag="$left"):
    """S→C: the server ended a membership."""

    ref: int
    address: str
    info: LeftInfo


class ResyncInfo(Struct, frozen=True, kw_only=True):
    """Rejoin after a random delay of at most `after` seconds."""

    epoch: str
    after: float
    reason: str


class Resync(Struct, frozen=True, array_like=True, tag="$resync"):
    """S→C: continuity was lost."""

    address: str
    info: ResyncInfo


class Reply(Struct, frozen=True, array_like=True, tag="$reply"):
    """S→C: what a request gave."""

    ref: int
    payload: Raw


class ErrorInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why something was refused. `count` stands on ref-0 errors: how many there were since the last one sent.

    `retry_after` seconds later the same may succeed.
    """

    code: str
    message: str
    retryable: bool = msgspec.field(default=False)
    data: Raw = Raw()
    tag: str = ""
    count: int = 0
    retry_after: float = msgspec.field(default=0.0, name="retryAfter")


class Error(Struct, frozen=True, array_like=True, tag="$error"):
    """S→C: the other answer to a request."""

    ref: int
    info: ErrorInfo


class Auth(Struct, frozen=True, array_like=True, tag="$auth"):
    """C→S: a newer token of the same subject; answered by `$reply` with an `AuthInfo`, or by `$error`."""

    ref: AnswerRef
    token: str

    def __repr__(self) -> str:
        """Without the token."""
        return f"Auth(ref={self.ref})"


class DrainInfo(Struct, frozen=True, kw_only=True):
    """Move within this many seconds, at a random moment; `to` is another URL of this site."""

    within: float
    to: str | UnsetType = UNSET


class Drain(Struct, frozen=True, array_like=True, tag="$drain"):
    """S→C: open a new connection, join there with positions, then close this one."""

    info: DrainInfo


class DeprecatedInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the client uses, and what the contract says about its end.

    `at` is a place in the payload, a JSON pointer in which `*` stands for any one step; `value` is one of an enum
    there, as JSON text. `heard` is true of what only the server sends.
    """

    tag: str
    at: str = ""
    value: str = ""
    since: str = ""
    sunset: str = ""
    use: str = ""
    heard: bool = False


class Deprecated(Struct, frozen=True, array_like=True, tag="$deprecated"):
    """S→C, to clients that asked for it: once for each thing."""

    info: DeprecatedInfo


class Ping(Struct, frozen=True, array_like=True, tag="$ping"):
    """Both ways: answered by a `$pong` with the same tick."""

    tick: Count


class Pong(Struct, frozen=True, array_like=True, tag="$pong"):
    """Both ways."""

    tick: Count


class EventMeta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`by` is the session that sent a relayed event."""

    by: str = ""


CLIENT_FRAMES: Final = (Hello, Join, Leave, History, Auth, Ping, Pong)
SERVER_FRAMES: Final = (
    Welcome,
    Joined,
    Left,
    Resync,
    Reply,
    Error,
    Drain,
    Deprecated,
    Ping,
    Pong,
)


def union_of(frames: Iterable[type[Struct]]) -> Any:
    """The tagged union of frames, for a decoder."""
    return functools.reduce(operator.or_, frames)


_encoder = msgspec.json.Encoder()
_parts: Final = msgspec.json.Decoder(list[Raw])


def encode(frame: Struct) -> bytes:
    """A `$` frame as it travels."""
    return _encoder.encode(frame)


def encode_error(ref: int, info: ErrorInfo) -> bytes:
    """A `$error`; `retryable` always stands in it, `data`, `tag` and `count` only where they say something."""
    body: dict[str, object] = {
        "code": info.code,
        "message": info.message,
        "retryable": info.retryable,
    }
    if bytes(info.data):
        body["data"] = info.data
    if info.tag:
        body["tag"] = info.tag
    if info.count:
        body["count"] = info.count
    if info.retry_after:
        body["retryAfter"] = info.retry_after
    return _encoder.encode(("$error", ref, body))


def encode_event(
    tag: str, number: int, address: str, payload: bytes, by: str = ""
) -> bytes:
    """An event in either direction: `number` is the ref from a client, the offset from a server."""
    raw = Raw(payload)
    if by:
        return _encoder.encode((tag, number, address, raw, EventMeta(by=by)))
    return _encoder.encode((tag, number, address, raw))


def is_event(frame: bytes, tag: str, address: str) -> bool:
    """Whether `encode_event` may have made a frame of these; what its payload says is for clients to judge."""
    try:
        parts = _parts.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return len(parts) in {4, 5} and [bytes(each) for each in parts[:3]] == _head(
        tag, address
    )


@functools.lru_cache(maxsize=10_000)
def _head(tag: str, address: str) -> list[bytes]:
    return [_encoder.encode(each) for each in (tag, 0, address)]


def payload_of(frame: bytes) -> bytes:
    """The payload of an event as `encode_event` made it."""
    return bytes(_parts.decode(frame)[3])
