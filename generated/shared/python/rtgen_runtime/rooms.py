"""The members of one address that this process serves, and how some of them are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar


class Listener(Protocol):
    """A member, as far as it has to be found."""

    @property
    def session(self) -> str:
        """Its session's public name."""

    @property
    def subject(self) -> str | None:
        """Who it is; `None` for anonymous clients."""

    @property
    def on(self) -> frozenset[str]:
        """Flags that are on for it."""


L = TypeVar("L", bound=Listener)

_Index = dict[str, tuple[L, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """Some members: all connections of a session or of a subject, or all but those of a session.

    With a flag, those of them for whom it is on.
    """

    session: str | None = None
    subject: str | None = None
    but: str | None = None
    flag: str = ""


def behind(flag: str, target: Target | None = None) -> Target | None:
    """The same members as far as they have a flag; with an empty one all of them."""
    if not flag:
        return target
    return Target(flag=flag) if target is None else replace(target, flag=flag)


class Room(Generic[L]):
    """Members of one address in the order in which they came.

    Finding one costs the same however many there are; who is never looked for stands in no index, since an index is
    made when it is first needed.
    """

    __slots__ = ("_all", "_by_flag", "_by_session", "_by_subject", "_members")

    def __init__(self) -> None:
        self._members: dict[L, None] = {}
        self._by_session: _Index[L] | None = None
        self._by_subject: _Index[L] | None = None
        self._by_flag: _Index[L] | None = None
        self._all: tuple[L, ...] | None = None

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: L) -> None:
        """A member has come."""
        self._members[member] = None
        self._all = self._by_flag = None
        _put(self._by_session, member.session, member)
        _put(self._by_subject, member.subject, member)

    def remove(self, member: L) -> None:
        """A member is gone, if it was there."""
        if member not in self._members:
            return
        del self._members[member]
        self._all = self._by_flag = None
        _take(self._by_session, member.session, member)
        _take(self._by_subject, member.subject, member)

    def flags_changed(self) -> None:
        """Other flags are on for some member."""
        self._by_flag = None

    def everyone(self) -> tuple[L, ...]:
        """All members as of now: the room may change while they are gone through."""
        if self._all is None:
            self._all = tuple(self._members)
        return self._all

    def chosen(self, target: Target) -> Sequence[L]:
        """The members that a target names."""
        flag = target.flag
        if target.session is not None:
            return _having(flag, self._of_session(target.session))
        if target.subject is not None:
            return _having(flag, self._of_subject(target.subject))
        found = self._with_flag(flag) if flag else self.everyone()
        if target.but is None:
            return found
        without = self._of_session(target.but)
        return [each for each in found if each not in without]

    def _with_flag(self, flag: str) -> tuple[L, ...]:
        """Looked up once for many events: members come, go and change more seldom than that."""
        if self._by_flag is None:
            self._by_flag = {}
        found = self._by_flag.get(flag)
        if found is None:
            found = self._by_flag[flag] = _having(flag, self.everyone())
        return found

    def _of_session(self, session: str) -> tuple[L, ...]:
        if self._by_session is None:
            self._by_session = _index(self.everyone(), lambda each: each.session)
        return self._by_session.get(session, ())

    def _of_subject(self, subject: str) -> tuple[L, ...]:
        if self._by_subject is None:
            self._by_subject = _index(self.everyone(), lambda each: each.subject)
        return self._by_subject.get(subject, ())


def _having(flag: str, members: tuple[L, ...]) -> tuple[L, ...]:
    if not flag:
        return members
    return tuple(each for each in members if flag in each.on)


def _index(members: Sequence[L], key: Callable[[L], str | None]) -> _Index[L]:
    made: _Index[L] = {}
    for each in members:
        _put(made, key(each), each)
    return made


def _put(index: _Index[L] | None, key: str | None, member: L) -> None:
    if index is not None and key is not None:
        index[key] = (*index.get(key, ()), member)


def _take(index: _Index[L] | None, key: str | None, member: L) -> None:
    if index is None or key is None:
        return
    left = tuple(each for each in index[key] if each is not member)
    if left:
        index[key] = left
    else:
        del index[key]
