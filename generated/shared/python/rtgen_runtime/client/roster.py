"""Who is present, as a client knows it: pages and deltas put together, without I/O.

Deltas have consecutive numbers; one that is missing, or a word of the server, makes the list to be asked for again.
Applying a delta twice, or one that a page already knows of, changes nothing.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import UNSET

from rtgen_runtime.presence.frames import Entry, Presence, PresenceList


class Shift(NamedTuple):
    """One person's change: the state as JSON text before and after, `None` where they were or are not there."""

    who: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a frame changed. With `ask` the next page is wanted, after that person (empty: the first page).

    `within` seconds spread the asking of many.
    """

    shifts: tuple[Shift, ...] = ()
    ask: str | None = None
    within: float = 0.0


@dataclass(slots=True)
class Roster:
    """The presence of one address."""

    count: int = 0
    people: dict[str, bytes] = field(default_factory=dict)
    is_listed: bool = False
    """Whether `people` is everybody; false while the server only counts, or the list is on its way."""
    _version: tuple[str, int] = ("", 0)
    _pages: dict[str, bytes] | None = None
    """What has come of a list that is being asked for."""

    def begin(self, listing: PresenceList) -> Outcome:
        """A join was answered."""
        self._pages = {}
        return self.page(listing)

    def page(self, listing: PresenceList) -> Outcome:
        """A page of the list has come."""
        self._version, self.count = listing.version, listing.count
        if listing.members is UNSET:
            return self._only_counted()
        if self._pages is None:
            return Outcome()
        self._pages |= _states(listing.members)
        if listing.next:
            return Outcome(ask=listing.next)
        pages, self._pages = self._pages, None
        return self._all(pages)

    def hear(self, frame: Presence) -> Outcome:
        """A delta has come."""
        (epoch, number), info = frame.version, frame.info
        known, last = self._version
        if epoch == known and number <= last:
            return Outcome()
        follows = number == (last + 1 if epoch == known else 1)
        begins = epoch != known
        self._version, self.count = frame.version, info.count
        if info.mode == "count":
            return self._only_counted()
        if info.mode == "ask" or not follows or not self._is_told:
            self._pages = {}
            return Outcome(ask="", within=info.after)
        if begins and self._pages is None:
            self.people = {}
        states = {**_states(info.join), **_states(info.update)}
        if self._pages is not None:
            self._pages = ({} if begins else self._pages) | states
            for who in info.leave:
                self._pages.pop(who, None)
            return Outcome()
        gone = {who for who in info.leave if who not in states}
        rest = {who: state for who, state in self.people.items() if who not in gone}
        return self._all(rest | states)

    @property
    def _is_told(self) -> bool:
        return self.is_listed or self._pages is not None

    def _only_counted(self) -> Outcome:
        outcome = self._all({})
        self.is_listed, self._pages = False, None
        return outcome

    def _all(self, people: dict[str, bytes]) -> Outcome:
        before, self.people, self.is_listed = self.people, people, True
        shifts = [
            Shift(who, state, people.get(who))
            for who, state in before.items()
            if people.get(who) != state
        ]
        shifts += [
            Shift(who, None, state)
            for who, state in people.items()
            if who not in before
        ]
        return Outcome(tuple(shifts))


def _states(entries: list[Entry]) -> dict[str, bytes]:
    return {who: bytes(state) for who, state in entries}
