"""All deadlines of a process on one timer: an idle connection costs a place in a list, not a timer."""

import asyncio
import math
from collections.abc import Callable
from typing import Final, Protocol

SLOT: Final = 0.25
"""Seconds; deadlines are met at most this much late."""

LATE: Final = 1.0
"""Seconds that a turn may be late. After more than that the loop stood still, and what clients sent meanwhile lies
unread: it is read before anybody is judged to be silent."""


class Timed(Protocol):
    """Something with deadlines."""

    scheduled: float
    """The slot it stands in; the wheel's own note."""

    def tick(self, now: float) -> None:
        """A deadline may have come."""

    def next_deadline(self) -> float:
        """The next one; infinity for none."""


_Slot = tuple[float, list[Timed]]
"""Its time, which is one object for all that stand in it, and who does."""

_EMPTY: Final[_Slot] = (-1.0, [])


class Wheel:
    """Calls `tick` of everything whose deadline has come. The timer runs only while something waits."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._slots: dict[int, _Slot] = {}
        self._turned = 0
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._deferred = False

    def add(self, item: Timed) -> None:
        """Watch something; call it again when its next deadline moved forward."""
        deadline = item.next_deadline()
        if deadline == float("inf") or _slot(deadline) * SLOT >= item.scheduled:
            return
        self._place(item, deadline)
        if self._timer is None:
            now = self._clock()
            self._turned = int(now / SLOT)
            self._wait(now)

    @property
    def places(self) -> int:
        """How many places are taken; an item may stand in an earlier and a later one."""
        return sum(len(items) for _, items in self._slots.values())

    @property
    def running(self) -> bool:
        """Whether something waits for a deadline."""
        return self._timer is not None

    def stop(self) -> None:
        """Forget everything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._slots.clear()

    def _place(self, item: Timed, deadline: float) -> None:
        number = _slot(deadline)
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = (number * SLOT, [])
        item.scheduled = slot[0]
        slot[1].append(item)

    def _wait(self, now: float) -> None:
        self._due = now + SLOT
        self._timer = asyncio.get_running_loop().call_later(SLOT, self._turn_in_time)

    def _turn_in_time(self) -> None:
        now = self._clock()
        self._deferred = not self._deferred and now - self._due > LATE
        if self._deferred:
            self._wait(now)
        else:
            self._turn()

    def _turn(self) -> None:
        now = self._clock()
        for number in range(self._turned, int(now / SLOT) + 1):
            when, items = self._slots.pop(number, _EMPTY)
            for item in items:
                if item.scheduled != when:
                    continue  # it stands in an earlier slot too, and was seen there
                item.scheduled = float("inf")
                item.tick(now)
                deadline = item.next_deadline()
                if deadline != float("inf") and item.scheduled == float("inf"):
                    self._place(item, max(deadline, now))
        self._turned = int(now / SLOT)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._slots:
            self._wait(now)


def _slot(deadline: float) -> int:
    """The first slot that is not before a deadline."""
    return math.ceil(deadline / SLOT)
