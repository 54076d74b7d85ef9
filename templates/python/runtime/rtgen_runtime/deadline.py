"""A deadline that a process which stood still does not miss.

When a machine sleeps or a process is stopped, every timer is late at once. What was waited for may have come long ago
and only had no turn; so a deadline that is noticed late gives it a moment.
"""

import asyncio
from types import TracebackType

LATE = 1.0
"""Seconds after which a timer was not merely in a queue. Also the moment that is given."""


class Deadline:
    """`async with Deadline(seconds)`: like `asyncio.timeout`, in time in which the process ran. `None` is for ever.

    Raises:
        TimeoutError: It is over, and what was inside has been cancelled.
    """

    __slots__ = ("_due_at", "_limit", "_seconds", "_timer")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._limit = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._due_at = 0.0

    async def __aenter__(self) -> None:
        """The time runs."""
        await self._limit.__aenter__()
        if self._seconds is not None:
            self._set(self._seconds)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """It came in time, or else."""
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _set(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._due_at = loop.time() + seconds  # on uvloop a timer may not know
        self._timer = loop.call_later(seconds, self._due)

    def _due(self) -> None:
        now = asyncio.get_running_loop().time()
        if now > self._due_at + LATE:
            self._set(LATE)
        else:
            self._limit.reschedule(now)
