"""What no longer counts though its token may still be good: users, sessions, single tokens."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import Identity

REMEMBERED: Final = 24 * 3600.0
"""Seconds for which a revocation counts: longer than tokens live."""
MOST: Final = 100_000


Kind = Literal["subject", "session", "token"]


@dataclass(frozen=True, slots=True)
class Revocation:
    """From `at` on (seconds since 1970) a subject's tokens made until then, a session, or one token don't count."""

    kind: Kind
    value: str
    at: float

    def covers(self, identity: Identity, session: str) -> bool:
        """Whether it ends a connection of this identity and session.

        A token that does not say when it was made counts as old.
        """
        match self.kind:
            case "subject":
                is_old = identity.issued is None or identity.issued <= self.at
                return identity.subject == self.value and is_old
            case "session":
                return session == self.value
            case "token":
                return identity.token_id == self.value


class Revocations(Protocol):
    """Remembers revocations for all nodes.

    Asking is local and at once: a node keeps what it was told, and tells how stale that may be in its own words.
    """

    async def add(self, revocation: Revocation) -> None:
        """Remember one, and tell every node."""

    def watch(self, told: Callable[[Revocation], None]) -> None:
        """Call this with each revocation from now on, whichever node made it."""

    def find(self, identity: Identity, session: str) -> Revocation | None:
        """What speaks against an identity and a session (empty for none)."""


async def _nobody_else(_revocation: Revocation) -> None:
    """Of a process that serves alone."""


class MemoryRevocations:
    """Revocations of one process, and of those that it speaks with; a restart forgets them."""

    def __init__(
        self,
        wall: Callable[[], float],
        *,
        remembered: float = REMEMBERED,
        most: int = MOST,
    ) -> None:
        self._wall = wall
        self._remembered = remembered
        self._most = most
        self._known: OrderedDict[tuple[str, str], Revocation] = OrderedDict()
        self._told: list[Callable[[Revocation], None]] = []
        self.tell: Callable[[Revocation], Awaitable[None]] = _nobody_else
        """Tells other processes."""

    async def add(self, revocation: Revocation) -> None:
        """Remember one, and tell the others; beyond the bound the oldest is forgotten."""
        self.hear(revocation)
        await self.tell(revocation)

    def hear(self, revocation: Revocation) -> None:
        """Remember one that the others know."""
        key = (revocation.kind, revocation.value)
        self._known.pop(key, None)
        self._known[key] = revocation
        self._forget()
        for told in self._told:
            told(revocation)

    def watch(self, told: Callable[[Revocation], None]) -> None:
        """Call this with each revocation from now on."""
        self._told.append(told)

    def find(self, identity: Identity, session: str) -> Revocation | None:
        """What speaks against an identity and a session."""
        self._forget()
        asked = (
            ("subject", identity.subject),
            ("token", identity.token_id),
            ("session", session),
        )
        for kind, value in asked:
            known = self._known.get((kind, value)) if value else None
            if known is not None and known.covers(identity, session):
                return known
        return None

    def _forget(self) -> None:
        oldest = self._wall() - self._remembered
        while self._known:
            first = next(iter(self._known.values()))
            if first.at >= oldest and len(self._known) <= self._most:
                return
            self._known.popitem(last=False)


def revocation_of(
    at: float, *, subject: str, session: str, token_id: str
) -> Revocation:
    """The one that is named.

    Raises:
        UsageError: Not exactly one of them was named.
    """
    given: tuple[tuple[Kind, str], ...] = (
        ("subject", subject),
        ("session", session),
        ("token", token_id),
    )
    named = [Revocation(kind, value, at) for kind, value in given if value]
    if len(named) != 1:
        raise UsageError("name a subject, a session or a token_id")
    return named[0]
