"""Who is at one address as this node sees it: connections grouped to people, departures held back, changes gathered.

Idea: no I/O and no timer in here. A person shows what the newest of their connections shows. What a lost connection
showed stays for the grace, unless the person comes back and shows something; so a reconnect in time changes nothing.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from rtgen_runtime.presence.interface import Change

SMALL: Final = 50
"""People up to whom changes are told at once, give or take a slot of the wheel."""
LARGE_DELAY: Final = 1.25
"""Seconds for which a larger crowd gathers changes."""
RETRY: Final = 2.0
"""Seconds until what a store did not take is offered again."""


@dataclass(slots=True)
class _Person:
    showing: dict[object, bytes] = field(default_factory=dict)
    """By connection, the newest last; lost ones stay until their grace ends."""
    told: bytes | None = None
    """What the store knows of them."""
    is_sure: bool = True
    """Whether it does: what was on its way to a store that did not answer may have got there, or not."""

    @property
    def state(self) -> bytes | None:
        return next(reversed(self.showing.values())) if self.showing else None


class Crowd:
    """One address. Connections are told apart by any hashable `key`."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._people: dict[str, _Person] = {}
        self._who: dict[object, str] = {}
        self._lost: OrderedDict[object, float] = OrderedDict()
        self._changed: dict[str, None] = {}
        self._due = float("inf")

    @property
    def size(self) -> int:
        """How many people there are, those included whose grace has not ended."""
        return len(self._people)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to watch or to tell."""
        return not self._people and not self._changed

    def state_of(self, key: object) -> bytes | None:
        """What a connection shows; `None` for one that shows nothing."""
        who = self._who.get(key)
        return None if who is None else self._people[who].showing.get(key)

    def show(self, key: object, who: str, state: bytes, now: float) -> None:
        """A connection of a person shows something."""
        person = self._people.setdefault(who, _Person())
        for other in [each for each in person.showing if each in self._lost]:
            self._forget(other)
        person.showing.pop(key, None)
        person.showing[key] = state
        self._who[key] = who
        self._note(who, now)

    def lost(self, key: object, now: float) -> None:
        """A connection is gone, and may come back within the grace."""
        if key in self._who and key not in self._lost:
            self._lost[key] = now + self._grace

    def left(self, key: object, now: float) -> None:
        """A connection is gone for good."""
        who = self._who.get(key)
        if who is not None:
            self._forget(key)
            self._note(who, now)

    def due(self) -> float:
        """When `changes` has something to give; infinity for never."""
        first = next(iter(self._lost.values()), float("inf"))
        return min(first, self._due)

    def changes(self, now: float) -> list[Change]:
        """What to tell the store now; report back with `told` or `not_told`."""
        while self._lost and next(iter(self._lost.values())) <= now:
            self.left(next(iter(self._lost)), now)
        if now < self._due:
            return []
        self._due = float("inf")
        changed, self._changed = self._changed, {}
        found = []
        for who in changed:
            person = self._people[who]
            if person.state != person.told or not person.is_sure:
                found.append(Change(who, person.state))
            else:
                self._drop_if_gone(who)
        return found

    def told(self, changes: list[Change]) -> None:
        """The store has taken changes over."""
        for who, state in changes:
            person = self._people[who]
            person.told, person.is_sure = state, True
            self._drop_if_gone(who)

    def not_told(self, changes: list[Change], now: float, *, maybe: bool) -> None:
        """The store did not take them, or `maybe` it did: what they are by then is due again in a while."""
        for who, _ in changes:
            self._people[who].is_sure &= not maybe
            self._changed[who] = None
        self._due = now + RETRY

    def untold(self, now: float) -> None:
        """The store may know nothing of anybody: tell it once more who is here. Who might have come back is not.

        What it knew of those does not count either: they may be back before it is told that they are gone.
        """
        for key in tuple(self._lost):
            self.left(key, now)
        for who, person in self._people.items():
            person.is_sure = False
            self._changed[who] = None
        if self._changed:
            self._due = now

    def _drop_if_gone(self, who: str) -> None:
        """Of whom neither a connection nor the store knows, nothing is kept."""
        person = self._people[who]
        is_told = person.told is None and person.is_sure
        if not person.showing and is_told and who not in self._changed:
            del self._people[who]

    def _forget(self, key: object) -> None:
        who = self._who.pop(key)
        del self._people[who].showing[key]
        self._lost.pop(key, None)

    def _note(self, who: str, now: float) -> None:
        self._changed[who] = None
        delay = 0.0 if len(self._people) <= SMALL else LARGE_DELAY
        self._due = min(self._due, now + delay)
