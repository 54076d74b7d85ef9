"""What generated modules say about a contract: tables, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeVar

from rtgen_runtime.errors import DomainError
from rtgen_runtime.flags.declaring import FlagSet
from rtgen_runtime.validation import Schema
from rtgen_runtime.versions.declarations import OldVersion

Loss = Literal["local", "refuse"]
"""What becomes of what nothing keeps while the other nodes are out of reach: this node's members get it, or it is
refused."""

T = TypeVar("T")
R = TypeVar("R")

NOTHING: Final[Schema[None]] = Schema("nothing", None, {"nothing": {"type": "null"}})
"""The payload of an event without one, and the reply of a request without data: `null` travels."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One connection may send `count` in `seconds`, and `burst` at once."""

    count: int
    seconds: float
    burst: int


@dataclass(frozen=True, slots=True)
class Conflation:
    """While a receiver is slow only the newest event of each sender matters, or of each value of a property.

    `key` is the property's name in the contract; empty for *by sender*.
    """

    key: str = ""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value is kept and given after every join; with the property `key`, one for each of its values."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class RequestEvent(Generic[T, R]):
    """An event a client sends to a handler and gets an answer to; `timeout` is the client's, in seconds.

    `method` is the handler's method; without a payload it takes none.
    """

    tag: str
    method: str
    payload: Schema[T]
    reply: Schema[R]
    errors: tuple[type[DomainError], ...] = ()
    timeout: float = 10.0
    idempotent: float = 0.0
    """Seconds for which a repeated request takes effect once; 0 where it may not be repeated."""
    limit: RateLimit | None = None
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""


@dataclass(frozen=True, slots=True)
class NoticeEvent(Generic[T]):
    """An event a client sends to a handler, without an answer."""

    tag: str
    method: str
    payload: Schema[T]
    limit: RateLimit | None = None
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""


@dataclass(frozen=True, slots=True)
class RelayEvent(Generic[T]):
    """An event a client sends to the other members, through the server, as it came."""

    tag: str
    payload: Schema[T]
    volatile: bool = False
    conflate: Conflation | None = None
    limit: RateLimit | None = None
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""


@dataclass(frozen=True, slots=True)
class ServerEvent(Generic[T]):
    """An event the server sends to the members of a channel."""

    tag: str
    payload: Schema[T]
    recorded: bool = False
    volatile: bool = False
    """Dropped first when a receiver is slow."""
    conflate: Conflation | None = None
    latest: Latest | None = None
    batch: float = 0.0
    """Sent together, at most this many seconds late; 0 for at once."""
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""


HandledEvent = RequestEvent[Any, Any] | NoticeEvent[Any]
ClientEvent = HandledEvent | RelayEvent[Any]
Event = ClientEvent | ServerEvent[Any]


@dataclass(frozen=True, slots=True)
class HistorySize:
    """How many events a channel keeps, for how many seconds, in how many bytes."""

    keep: int
    seconds: float
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """What members show each other.

    A member that is gone stays listed for `grace` seconds, so that a reconnect goes unseen. Above `count_over`
    members only counts are sent.
    """

    state: Schema[Any]
    grace: float = 10.0
    count_over: int = 200


@dataclass(frozen=True, slots=True)
class Channel:
    """A stream that clients join. `address` is the template; `params` decodes what it was filled with."""

    name: str
    address: str
    params: Schema[Any]
    events: tuple[Event, ...]
    history: HistorySize | None = None
    presence: Presence | None = None
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""
    on_broker_loss: Loss = "local"
    """What happens while the other nodes are out of reach."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Something that is going away, in the contract's words; empty where it has none.

    `tag` is that of an event; `<channel>.$join` is the whole channel, `<channel>.$state` what its members show. `at` is
    a property of the payload, a JSON pointer in which `*` stands for any one step; `value` is one of an enum there, as
    JSON text.
    """

    tag: str
    at: str = ""
    value: str = ""
    since: str = ""
    sunset: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Per connection; sizes in bytes."""

    frame: int = 65_536
    channels: int = 128
    outbox: int = 1_048_576


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Seconds between pings, and how much longer either side waits for a sign of life."""

    every: float = 25.0
    slack: float = 10.0


@dataclass(frozen=True, slots=True)
class Auth:
    """Who may connect: with a JSON Web Token (`jwt`), or by the server's own scheme; some also without (`anonymous`).

    `claims` is what a verified token says, if the contract tells.
    """

    jwt: bool = False
    claims: Schema[Any] | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """Everything the runtime knows about a contract."""

    name: str
    version: str
    hash: str
    channels: tuple[Channel, ...]
    limits: Limits = Limits()
    heartbeat: Heartbeat = Heartbeat()
    auth: Auth | None = None
    """`None`: everybody may connect, and nobody is known."""
    flags: FlagSet | None = None
    versions: tuple[OldVersion, ...] = ()
    """Older versions that are served too, the newest first."""
    deprecations: tuple[Deprecation, ...] = ()
    """What is going away, of what clients use."""
    events: Mapping[str, tuple[Channel, Event]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        found = {
            event.tag: (channel, event)
            for channel in self.channels
            for event in channel.events
        }
        object.__setattr__(self, "events", found)

    def accepts_version(self, version: str) -> bool:
        """Whether a client that speaks this version may connect: same major and minor."""
        return (
            version.split(".")[:2] == self.version.split(".")[:2]
            and len(version.split(".")) > 1
        )
