"""What keeps recorded events. Offsets and epochs come from here, never from a process that serves.

Laws that every store keeps; `tests/runtime_python/stores/` tries them on each:

- the offsets of one address rise by one from 1; appends that were called one after the other get them in this order;
- an offset is never used twice in an epoch; whenever that can't be promised any more, the epoch is another one;
- who gets an offset can read the event: an append that fails takes no offset and leaves nothing;
- what is read is everything from `oldest` to `top`, in order, without holes.
"""

import asyncio
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from rtgen_runtime.declarations import HistorySize

REPLAY_EVENTS: Final = 300
"""Missed events that one join may replay, and events in one page; with more, the client starts afresh."""


class Position(NamedTuple):
    """Where a member of a channel stands: after the event with this offset, 0 before the first."""

    epoch: str
    offset: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event; `payload` is its text as it was published, `recorded` the Unix time in seconds.

    `version` is that of the contract of who published it; empty where the store does not know.
    """

    offset: int
    tag: str
    payload: bytes
    recorded: float
    version: str = ""


@dataclass(frozen=True, slots=True)
class Cap:
    """How much is read at once."""

    events: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Span:
    """What a store holds of one address, at one moment.

    `oldest` is the first offset that is kept, `top` + 1 where nothing is. Positions below `invalidated` are not to be
    gone on from. `entries` are the last ones up to `top`, as far as they were asked for and the cap allows.
    """

    epoch: str
    top: int
    oldest: int
    invalidated: int = 0
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which events: those between two offsets, neither included.

    With `after` the page begins there and goes up; without, it ends before `before`, or at the newest event.
    """

    limit: int
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Events in order; `more` says whether there are further ones in the direction of the page."""

    epoch: str
    entries: tuple[Entry, ...]
    more: bool


class History(Protocol):
    """Keeps the recorded events of every address, within the size its channel allows."""

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "asyncio.Future[Position]":
        """Keep an event; its position, once the store has it as safe as its policy says.

        With `newest` it becomes, in the same step, the newest value for this key. The work has begun when this
        returns: who stops waiting does not undo it.

        Raises:
            StoreUnavailable: In the future. Nothing was kept.
        """

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events, if there are any beyond `after`; `None` wants none.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events, at least one if there is any, whatever the cap's bytes.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """

    def invalidate(self, address: str) -> "asyncio.Future[Position]":
        """Forget the events of an address: nobody goes on from an earlier position. Takes an offset.

        Raises:
            StoreUnavailable: In the future. Nothing was changed.
        """


def within(entries: tuple[Entry, ...], cap: Cap, *, newest: bool) -> tuple[Entry, ...]:
    """As many entries as the cap allows, counted from one end."""
    taken, size = 0, 0
    for entry in reversed(entries) if newest else entries:
        size += len(entry.payload)
        if taken >= cap.events or size > cap.bytes:
            break
        taken += 1
    return entries[len(entries) - taken :] if newest else entries[:taken]


def page_of(
    epoch: str, kept: tuple[Entry, ...], query: PageQuery, cap: Cap
) -> HistoryPage:
    """The page that a query asks for, out of entries that hold it and a neighbour, if there is one."""
    found = tuple(
        entry
        for entry in kept
        if (query.after is None or entry.offset > query.after)
        and (query.before is None or entry.offset < query.before)
    )
    newest = query.after is None
    limit = max(1, min(query.limit, cap.events))
    taken = within(found, Cap(limit, cap.bytes), newest=newest)
    if found and not taken:  # larger than the cap alone, and still to be had
        taken = found[-1:] if newest else found[:1]
    return HistoryPage(epoch, taken, more=len(taken) < len(found))
