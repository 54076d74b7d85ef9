"""The members of one address that this process serves, and how some of them are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Listener(Protocol):
    """A member, as far as it has to be found."""

    @property
    def session(self) -> str:
        """Its session's public name."""

    @property
    def subject(self) -> str | None:
        """Who it is; `None` for anonymous clients."""


L = TypeVar("L", bound=Listener)


@dataclass(frozen=True, slots=True)
class Target:
    """Some members: all connections of a session or of a subject, or all but those of a session."""

    session: str | None = None
    subject: str | None = None
    but: str | None = None


class Room(Generic[L]):
    """Members of one address in the order in which they came. Finding one costs the same however many there are."""

    __slots__ = ("_all", "_by_session", "_by_subject", "_members")

    def __init__(self) -> None:
        self._members: dict[L, None] = {}
        self._by_session: dict[str, tuple[L, ...]] = {}
        self._by_subject: dict[str, tuple[L, ...]] = {}
        self._all: tuple[L, ...] | None = None

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: L) -> None:
        """A member has come."""
        self._members[member] = None
        self._all = None
        _put(self._by_session, member.session, member)
        if member.subject is not None:
            _put(self._by_subject, member.subject, member)

    def remove(self, member: L) -> None:
        """A member is gone, if it was there."""
        if member not in self._members:
            return
        del self._members[member]
        self._all = None
        _take(self._by_session, member.session, member)
        if member.subject is not None:
            _take(self._by_subject, member.subject, member)

    def everyone(self) -> tuple[L, ...]:
        """All members as of now: the room may change while they are gone through."""
        if self._all is None:
            self._all = tuple(self._members)
        return self._all

    def chosen(self, target: Target) -> Sequence[L]:
        """The members that a target names."""
        if target.session is not None:
            return self._by_session.get(target.session, ())
        if target.subject is not None:
            return self._by_subject.get(target.subject, ())
        without = self._by_session.get(target.but or "", ())
        return [each for each in self.everyone() if each not in without]


def _put(index: dict[str, tuple[L, ...]], key: str, member: L) -> None:
    index[key] = (*index.get(key, ()), member)


def _take(index: dict[str, tuple[L, ...]], key: str, member: L) -> None:
    left = tuple(each for each in index[key] if each is not member)
    if left:
        index[key] = left
    else:
        del index[key]
