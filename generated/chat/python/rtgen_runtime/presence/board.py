"""Presence of one process: gathers what its members show, tells the store, and tells members what the store says."""

import asyncio
from collections.abc import Callable
from typing import Final

from rtgen_runtime.backlog import Policy
from rtgen_runtime.declarations import Presence
from rtgen_runtime.errors import MaybeKept, StoreUnavailable
from rtgen_runtime.observing.away import tell_away
from rtgen_runtime.presence.crowd import Crowd
from rtgen_runtime.presence.frames import (
    PresenceList,
    ask_frame,
    count_frame,
    delta_frame,
    listed,
)
from rtgen_runtime.presence.interface import Change, Delta, Listing, PresenceStore
from rtgen_runtime.wheel import Wheel

MOST_LISTED: Final = 500
"""People on one page."""
USUALLY_LISTED: Final = 100
_BACK: Final = 0.8
"""Lists return when the count has fallen to this part of `count_over`, so that one at the edge changes nothing."""


Tell = Callable[[str, bytes, Policy | None], None]
"""Sends a frame to all members of an address that this process serves."""


class Board:
    """The presence of every address that this process has members in. `presence_of` finds what a channel declares."""

    def __init__(
        self,
        store: PresenceStore,
        *,
        wheel: Wheel,
        clock: Callable[[], float],
        tell: Tell,
        presence_of: Callable[[str], Presence | None],
        frame_limit: int,
    ) -> None:
        self._store = store
        self._wheel = wheel
        self._clock = clock
        self._tell = tell
        self._presence_of = presence_of
        self._frame_limit = frame_limit
        self._watched: dict[str, _Watched] = {}
        self._counted: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.use(store)

    def use(self, store: PresenceStore) -> None:
        """Tell this store from now on; before anything is shown."""
        self._store = store
        store.listen(self._heard)

    @property
    def addresses(self) -> int:
        """How many addresses are watched for changes."""
        return len(self._watched)

    def people(self) -> dict[str, int]:
        """How many people connections of this process show, by channel."""
        found: dict[str, int] = {}
        for watched in self._watched.values():
            shown = found.get(watched.channel, 0) + watched.crowd.size
            found[watched.channel] = shown
        return found

    def show(
        self,
        address: str,
        presence: Presence,
        key: object,
        who: str,
        state: bytes,
        *,
        channel: str = "",
    ) -> None:
        """A connection of a person shows a valid state."""
        watched = self._watched.get(address)
        if watched is None:
            watched = _Watched(self, address, channel, presence.grace)
            self._watched[address] = watched
        watched.crowd.show(key, who, state, self._clock())
        self._wheel.add(watched)

    def gone(self, address: str, key: object, *, for_good: bool) -> None:
        """A connection is no longer a member; it may come back within the grace unless it left `for_good`."""
        watched = self._watched.get(address)
        if watched is None:
            return
        if for_good:
            watched.crowd.left(key, self._clock())
        else:
            watched.crowd.lost(key, self._clock())
        self._wheel.add(watched)

    def state_of(self, address: str, key: object) -> bytes | None:
        """What a connection shows there."""
        watched = self._watched.get(address)
        return None if watched is None else watched.crowd.state_of(key)

    async def on_join(self, address: str, presence: Presence) -> PresenceList:
        """What a new member is told: the first page, or how many there are.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """
        summary = await self._store.summary(address)
        if summary.count > presence.count_over or address in self._counted:
            return listed(summary, with_people=False)
        return listed(await self.page(address, "", USUALLY_LISTED))

    async def page(self, address: str, after: str, limit: int) -> Listing:
        """Some people, in the order of `who`.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """
        most = max(1, min(limit, MOST_LISTED))
        return await self._store.page(address, after, most, self._frame_limit // 2)

    def show_again(self, concerns: Callable[[str], bool]) -> None:
        """The store may have lost what it was told of some addresses, or believes that this process is gone."""
        for address, watched in tuple(self._watched.items()):
            if concerns(address):
                watched.again = True
                if not watched.telling:
                    self.settle(watched)

    async def drained(self) -> None:
        """Wait until all that is on its way to the store has got there."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _heard(self, address: str, delta: Delta) -> None:
        presence = self._presence_of(address)
        if presence is None:
            return
        most = presence.count_over * (_BACK if address in self._counted else 1.0)
        if delta.count > most:
            self._counted.add(address)
            policy = Policy(slot=(address, "$presence"))
            self._tell(address, count_frame(address, delta), policy)
            return
        frame = delta_frame(address, delta)
        is_long = len(frame) > self._frame_limit
        if delta.is_gap or address in self._counted or is_long:
            self._counted.discard(address)
            frame = ask_frame(address, delta)
        self._tell(address, frame, None)

    def offer(self, watched: "_Watched", changes: list[Change]) -> None:
        """For what is watched only: take changes to the store."""
        task = asyncio.get_running_loop().create_task(self._offer(watched, changes))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _offer(self, watched: "_Watched", changes: list[Change]) -> None:
        try:
            await self._store.apply(watched.address, changes)
            watched.crowd.told(changes)
        except StoreUnavailable as unavailable:
            tell_away(unavailable, "presence is late")
            maybe = isinstance(unavailable, MaybeKept)
            watched.crowd.not_told(changes, self._clock(), maybe=maybe)
        finally:
            watched.telling = False
            self.settle(watched)

    def settle(self, watched: "_Watched") -> None:
        """For what is watched only: go on watching, or forget it."""
        if watched.again:
            watched.again = False
            watched.crowd.untold(self._clock())
        if watched.crowd.is_empty and not watched.telling:
            self._watched.pop(watched.address, None)
        else:
            self._wheel.add(watched)


class _Watched:
    """One address on the wheel."""

    __slots__ = (
        "_board",
        "address",
        "again",
        "channel",
        "crowd",
        "scheduled",
        "telling",
    )

    def __init__(self, board: Board, address: str, channel: str, grace: float) -> None:
        self.scheduled = float("inf")
        self.address = address
        self.channel = channel
        self.crowd = Crowd(grace)
        self.again = False
        """Whether the store is to be told everything once more."""
        self.telling = False
        """Whether changes are on their way; the next ones wait for them."""
        self._board = board

    def tick(self, now: float) -> None:
        """Something is due."""
        if self.telling:
            return
        changes = self.crowd.changes(now)
        if changes:
            self.telling = True
            self._board.offer(self, changes)
        else:
            self._board.settle(self)

    def next_deadline(self) -> float:
        """When something is due; while changes are on their way, their end decides."""
        return float("inf") if self.telling else self.crowd.due()
