"""The frozen model of a contract, after references are resolved and sugar is expanded.

Names are kept once, in the contract's spelling; a target derives its own. Spans stay out of equality, so that two
contracts compare by meaning. Durations are in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rtgen.contract.flags import Flag
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import NO_NOTES, NamedType, Notes, StringType, TypeNode
from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class DomainError:
    """An entry of `errors:`: what a handler may answer instead of a reply."""

    name: str
    description: str
    data: TypeNode | None
    """`None` when the error carries no data."""
    retryable: bool = False
    since: str = ""
    """The version of the contract that it came with; empty where nobody said."""
    deprecation: Deprecation | None = None
    span: Span | None = field(default=None, compare=False, repr=False)
    was: tuple[str, ...] = ()
    """What earlier versions called it, the newest name first."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `{name}` of a channel's address. Always a string."""

    name: str
    type: StringType
    named: str = ""
    """The branded type it has, where its schema has a brand."""
    notes: Notes = field(default=NO_NOTES, compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class History:
    """`history: {keep, for, bytes?}`: how much a late or returning client can still get."""

    keep: int
    seconds: float
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """`presence:` of a channel: what each member shows the others.

    A member that is gone stays in the list for `grace` seconds, so that a reconnect goes unseen. Above `count_over`
    members only counts are sent.
    """

    state: TypeNode
    grace: float = 10.0
    count_over: int = 200


@dataclass(frozen=True, slots=True)
class Conflation:
    """`conflate:`: while a receiver is slow only the newest of each sender matters, or of each value of a property."""

    key: str = ""
    """The property's wire name; empty for `by: sender`."""


@dataclass(frozen=True, slots=True)
class Latest:
    """`latest:`: the newest value is kept and given after every join; with a property, one value for each."""

    key: str = ""
    """The property's wire name; empty for one value in all."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """`limit:`: one connection may send `count` in `seconds`, and `burst` at once."""

    count: int
    seconds: float
    burst: int


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """An event a client sends that a typed handler receives.

    With `reply` it is a request: the client gets a promise, for `timeout` seconds. `payload` is `None` when the
    event carries none (`null` on the wire).
    """

    name: str
    payload: TypeNode | None
    reply: TypeNode | None
    errors: tuple[str, ...]
    """Names of `Contract.errors`, in the contract's order."""
    timeout: float
    idempotent: float = 0.0
    """For how many seconds a repeated request takes effect once; 0 for a request that may not be repeated."""
    limit: RateLimit | None = None
    offline: str = "reject"
    """What the client does without a connection: `reject`, `queue` or `drop`."""
    was: tuple[str, ...] = ()
    """What earlier versions called it, the newest name first."""
    since: str = ""
    """The version of the contract that it came with; empty where nobody said."""
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""
    reply_examples: tuple[str, ...] = field(default=(), compare=False)
    """What is said beside a reply's `$ref`, as JSON texts; `notes` has those of the payload."""
    notes: Notes = field(default=NO_NOTES, compare=False)
    deprecation: Deprecation | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def is_request(self) -> bool:
        """Whether the client gets an answer. A reply without data is `NullType`, not `None`."""
        return self.reply is not None

    def __str__(self) -> str:
        return f"event `{self.name}`"


@dataclass(frozen=True, slots=True)
class RelayEvent:
    """An event a client sends that the server validates and forwards to the other members as it came."""

    name: str
    payload: TypeNode | None
    volatile: bool = False
    conflate: Conflation | None = None
    limit: RateLimit | None = None
    offline: str = "reject"
    """What the client does without a connection: `reject`, `queue` or `drop`."""
    was: tuple[str, ...] = ()
    """What earlier versions called it, the newest name first."""
    since: str = ""
    """The version of the contract that it came with; empty where nobody said."""
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""
    notes: Notes = field(default=NO_NOTES, compare=False)
    deprecation: Deprecation | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"event `{self.name}`"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """An event the server sends: typed emitter there, listener and hook at the client."""

    name: str
    payload: TypeNode | None
    recorded: bool = False
    """Gets an offset, is kept in history and replayed on recovery."""
    volatile: bool = False
    """Dropped first when a receiver is slow."""
    conflate: Conflation | None = None
    latest: Latest | None = None
    batch: float = 0.0
    """Emitted together, at most this many seconds late; 0 for at once."""
    was: tuple[str, ...] = ()
    """What earlier versions called it, the newest name first."""
    since: str = ""
    """The version of the contract that it came with; empty where nobody said."""
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""
    notes: Notes = field(default=NO_NOTES, compare=False)
    deprecation: Deprecation | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"event `{self.name}`"


Event = ClientEvent | RelayEvent | ServerEvent


@dataclass(frozen=True, slots=True)
class Channel:
    """A stream that clients join. Without parameters it is a singleton."""

    name: str
    address: str
    """The template, such as `rooms/{roomId}`."""
    parameters: tuple[Parameter, ...]
    """In the order in which they stand in the address."""
    events: tuple[Event, ...]
    history: History | None = None
    presence: Presence | None = None
    was: tuple[str, ...] = ()
    """What earlier versions called it, the newest name first."""
    since: str = ""
    """The version of the contract that it came with; empty where nobody said."""
    flag: str = ""
    """The flag that it stands behind; empty for everybody."""
    on_broker_loss: str = "local"
    """What a node does that has lost the others: `local` goes on with its own members, `refuse` takes nothing new."""
    removed: tuple[str, ...] = ()
    """Names of events that never return with another meaning."""
    notes: Notes = field(default=NO_NOTES, compare=False)
    deprecation: Deprecation | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"channel `{self.name}`"

    @property
    def client_events(self) -> tuple[ClientEvent, ...]:
        """Those a handler receives, in the contract's order."""
        return tuple(each for each in self.events if isinstance(each, ClientEvent))

    @property
    def relays(self) -> tuple[RelayEvent, ...]:
        """Those forwarded as they came, in the contract's order."""
        return tuple(each for each in self.events if isinstance(each, RelayEvent))

    @property
    def server_events(self) -> tuple[ServerEvent, ...]:
        """Those the server emits, in the contract's order."""
        return tuple(each for each in self.events if isinstance(each, ServerEvent))


@dataclass(frozen=True, slots=True)
class Limits:
    """Per connection. Sizes in bytes."""

    frame: int = 65_536
    channels: int = 128
    outbox: int = 1_048_576
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The server pings every `every` seconds and waits `slack` more for a sign of life."""

    every: float = 25.0
    slack: float = 10.0
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Auth:
    """`auth:`: who may connect. Without it in a contract everybody may, and nobody is known."""

    jwt: bool = False
    """Whether a JSON Web Token says who it is; else the server has a scheme of its own."""
    claims: TypeNode | None = None
    """What a verified token says, typed; `None` when the contract does not say (or asks for no token)."""
    anonymous: bool = False
    """Whether clients without a token may connect too."""


@dataclass(frozen=True, slots=True)
class Unserved:
    """A construct that the language knows and this version's generated code does not serve yet.

    It is kept so that a check can name it: nothing in a contract is silently ignored.
    """

    construct: str
    span: Span
    unsafe: bool = False
    """Whether serving the contract without it would open a door (then it is an error, not a warning)."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: everything the targets need, and nothing of YAML."""

    name: str
    """As written: `[a-z][a-z0-9-]*`."""
    version: str
    types: tuple[NamedType, ...]
    """Named schemas first, in the contract's order, then inline types in the order of their paths."""
    errors: tuple[DomainError, ...]
    channels: tuple[Channel, ...]
    source: str
    """The spec's path, relative to the project's folder, for headers of generated files."""
    hash: str
    """First 16 hex digits of SHA-256 over the canonical bundled contract (`contract.fingerprint`)."""
    limits: Limits = Limits()
    heartbeat: Heartbeat = Heartbeat()
    auth: Auth | None = None
    flags: tuple[Flag, ...] = ()
    title: str = ""
    description: str = ""
    removed: tuple[str, ...] = ()
    """Names of channels that never return with another meaning."""
    unserved: tuple[Unserved, ...] = ()
    referenced: frozenset[str] = field(default=frozenset(), compare=False)
    """Names of `schemas:` that some `$ref` outside of the schema itself mentions, whole or in part."""
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"contract `{self.name}`"

    @property
    def types_by_name(self) -> Mapping[str, NamedType]:
        """Look-up for `RefType.name`."""
        return {each.name: each for each in self.types}

    @property
    def errors_by_name(self) -> Mapping[str, DomainError]:
        """Look-up for `ClientEvent.errors`."""
        return {each.name: each for each in self.errors}
