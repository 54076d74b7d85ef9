"""Who a client is: what an authenticator says about a token, and what a session makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from rtgen_runtime.flags.holding import Holding

GRACE: Final = 25.0
"""Seconds that a connection lives on after its identity has expired, so that a renewal may come late."""


class Secret:
    """A token on its way to the authenticator. Neither `repr` nor `str` shows it, so no log does."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The token itself; never put it into a log, an error or a URL."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a client is.

    An authenticator gives `claims` as plain JSON (dicts, lists, scalars); the app decodes them by the contract's
    schema before any handler sees them. `ttl` is for how many seconds from now the identity holds, `None` without end.
    `issued` is when the token was made (seconds since 1970) and `token_id` its name; revoking needs them.
    """

    subject: str | None = None
    claims: Any = None
    ttl: float | None = None
    issued: float | None = None
    token_id: str = ""


NOBODY: Final = Identity()
"""Of anonymous clients, and of everybody where the contract asks for no identity."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A member as handlers know it: its session (its public name), and who it is."""

    session: str = ""
    identity: Identity = NOBODY
    flags: "Holding | None" = None
    """What is on for it, in contracts with flags."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a client's HTTP request said. Headers are lower-case; a repeated one is joined by commas.

    The query of the URL is not part of it: tokens don't ride in URLs, since URLs land in logs.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    remote: str = ""
    """The client's address, also behind proxies that the app trusts."""


UNKNOWN: Final = Handshake()
"""Of a connection whose handshake is not kept, or never was."""


class NotAuthenticated(Exception):
    """The token is not accepted. The client never learns why; `reason` is for the debug log, without the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AuthUnavailable(Exception):
    """It can't be told at the moment whether the token is good: clients come back later."""


class Authenticator(Protocol):
    """Says who a client is. `JwtAuth` is one; write another for cookies, opaque tokens or a service of yours."""

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        """The identity behind a token; `None` when the client sent none.

        Raises:
            NotAuthenticated: It is refused.
            AuthUnavailable: Nobody knows right now.
        """


A = TypeVar("A", bound=Callable[..., object])

_IGNORES: Final = "ignores_handshake"


def ignores_handshake(authenticate: A) -> A:
    """Marks an `authenticate` that never looks at its handshake: of idle connections none is then kept.

    A method that overrides a marked one is not marked, so it gets what it may look at.
    """
    setattr(authenticate, _IGNORES, True)
    return authenticate


_SOONER: Final = "sooner"

AtOnce = Callable[[str | None], "Identity | None"]
"""Says who it is without waiting; `None` where only waiting can tell. Raises what `authenticate` raises."""


def sooner(name: str) -> Callable[[A], A]:
    """Marks an `authenticate` beside which `name`, an `AtOnce`, says the same where nothing has to be awaited.

    Most clients are then let in without a task of their own. A method that overrides a marked one is not marked.
    """

    def mark(authenticate: A) -> A:
        setattr(authenticate, _SOONER, name)
        return authenticate

    return mark


def at_once_of(authenticator: Authenticator | None) -> AtOnce:
    """The quick way of an authenticator; one that always says "wait" where it has none."""
    name = getattr(getattr(authenticator, "authenticate", None), _SOONER, None)
    found: AtOnce = _not_at_once if name is None else getattr(authenticator, name)
    return found


def _not_at_once(_token: str | None) -> "Identity | None":
    return None


def looks_at_handshakes(authenticator: Authenticator | None) -> bool:
    """Whether it may; nobody does not."""
    if authenticator is None:
        return False
    return not getattr(authenticator.authenticate, _IGNORES, False)


@dataclass(slots=True)
class Standing:
    """Who a connection belongs to, and until when. Times are those of the session's clock."""

    identity: Identity = NOBODY
    ends: float = float("inf")
    """When the connection ends unless it is renewed: expiry and grace."""
    renewing: int = 0
    """The ref of the `$auth` whose token is being checked; 0 for none."""

    def take(self, identity: Identity, now: float) -> None:
        """From now on it is this identity."""
        self.identity = identity
        self.renewing = 0
        self.ends = float("inf") if identity.ttl is None else now + identity.ttl + GRACE

    def accepts(self, renewed: Identity) -> bool:
        """Whether an identity may follow the present one: the same subject, by a token that is not older."""
        now = self.identity
        if renewed.subject != now.subject:
            return False
        if now.issued is None:
            return True
        return renewed.issued is not None and renewed.issued >= now.issued
