"""All deadlines of a process on one timer: an idle connection costs a place in a list, not a timer.

Of 50,000 connections hundreds have a deadline in the same slot. Ticked at once they would stand in everybody's way for
many milliseconds, and their clients' answers after them: so they are ticked a few at a time, over the slot's length.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

SLOT: Final = 0.125
"""Seconds; deadlines are met at most this much late, and as much again where many have the same slot."""

PIECES: Final = 10
"""Parts of many items, one for each step."""

STEP: Final = 0.01
"""Seconds; all parts take somewhat less than a slot, so that some may be late."""

AT_ONCE: Final = 8
"""Items that need no parts."""

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
        self._line: deque[tuple[float, Timed]] = deque()
        """Items whose slots have come, each with its slot's time."""
        self._piece = AT_ONCE
        self._turned = 0
        self._lined_up = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._deferred = False
        self.stood = (float("-inf"), float("-inf"))
        """When the loop stood still last, for more than `LATE`: since when, and until when."""

    def add(self, item: Timed) -> None:
        """Watch something; call it again when its next deadline moved forward."""
        deadline = item.next_deadline()
        if deadline == float("inf") or _slot(deadline) * SLOT >= item.scheduled:
            return
        if self._timer is None:
            now = self._clock()
            self._turned = int(now / SLOT)
            self._wait(now, SLOT)
        self._place(item, deadline)

    @property
    def places(self) -> int:
        """How many places are taken; an item may stand in an earlier and a later one."""
        waiting = sum(len(items) for _, items in self._slots.values())
        return waiting + len(self._line)

    @property
    def running(self) -> bool:
        """Whether something waits for a deadline."""
        return self._timer is not None

    def came(self, read: float) -> float:
        """When, at the earliest, something came that was read at a time: it lies there while the loop stands still."""
        since, until = self.stood
        return since if since <= read <= until + LATE else read

    def stop(self) -> None:
        """Forget everything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._slots.clear()
        self._line.clear()

    def _place(self, item: Timed, deadline: float) -> None:
        number = max(_slot(deadline), self._turned)  # slots before that are over
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = (number * SLOT, [])
        item.scheduled = slot[0]
        slot[1].append(item)

    def _wait(self, now: float, seconds: float) -> None:
        self._due = now + seconds
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._turn_in_time)

    def _turn_in_time(self) -> None:
        now = self._clock()
        is_late = now - self._due > LATE
        if is_late:
            self.stood = self._due - SLOT, now
        self._deferred = not self._deferred and is_late
        if self._deferred:
            self._wait(now, SLOT)
        else:
            self._turn()

    def _turn(self) -> None:
        now = self._clock()
        if now >= self._lined_up + SLOT or not self._line:
            self._ring(len(self._line), now)  # these have had their time
            self._line_up(now)
        self._ring(self._piece, now)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._line:
            self._wait(now, STEP)
        elif self._slots:
            self._wait(now, max(STEP, self._lined_up + SLOT - now))

    def _line_up(self, now: float) -> None:
        """Take those whose slots have come."""
        number, self._lined_up = int(now / SLOT), now
        for each in range(self._turned, number + 1):
            when, items = self._slots.pop(each, _EMPTY)
            self._line.extend((when, item) for item in items)
        self._turned = number
        self._piece = max(AT_ONCE, math.ceil(len(self._line) / PIECES))

    def _ring(self, most: int, now: float) -> None:
        """Tick the first of the line, so many at most."""
        for _ in range(min(most, len(self._line))):
            when, item = self._line.popleft()
            if item.scheduled != when:
                continue  # it stands in an earlier slot too, and was seen there
            item.scheduled = float("inf")
            item.tick(now)
            deadline = item.next_deadline()
            if deadline != float("inf") and item.scheduled == float("inf"):
                self._place(item, max(deadline, now))


def _slot(deadline: float) -> int:
    """The first slot that is not before a deadline."""
    return math.ceil(deadline / SLOT)
