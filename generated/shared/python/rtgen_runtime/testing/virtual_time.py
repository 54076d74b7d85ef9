"""A clock that stands still until a test moves it; everything in the event loop goes by it.

Idea: asyncio asks the loop itself what time it is, and gives it every timer and callback. So a loop whose `time` is
ours, and whose timers and callbacks we see, needs no fake of anything else: deadlines, batches, back-off, and a
`sleep` in somebody's handler all follow.
"""

import asyncio
import heapq
import itertools
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from rtgen_runtime.errors import UsageError

T = TypeVar("T")

_MOST_TURNS: Final = 200_000
"""Turns of the loop after which something never comes to rest."""

_OURS: Final = (
    "time",
    "call_at",
    "call_soon",
    "call_soon_threadsafe",
    "run_in_executor",
)

Waits = Callable[[], Awaitable[bool]]
"""Waits for work outside the loop, such as a thread's; false when there is none."""


class VirtualTime:
    """The time of one event loop, between `begin` and `end`. Seconds; `wall` is Unix time."""

    def __init__(self, wall: float | None = None) -> None:
        self._wall = time.time() if wall is None else wall
        self._began = self._now = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbers = itertools.count()
        self._turns = 0
        """Callbacks that were given to the loop."""
        self._slow = 0.1
        self._settling = 0
        self._threads: set[asyncio.Future[Any]] = set()
        self._waits: list[Waits] = []

    def now(self) -> float:
        """Never goes back."""
        return self._now

    def wall(self) -> float:
        """Goes along, and where `set_wall` says."""
        return self._wall + self._now - self._began

    def begin(self) -> None:
        """Stop the clock of the running loop.

        Raises:
            UsageError: The loop has another clock already, or is none of asyncio's own.
        """
        loop = asyncio.get_running_loop()
        ours = (
            self.now,
            self._call_at(loop.call_at),
            self._counted(loop.call_soon),
            self._counted(loop.call_soon_threadsafe),
            self._noted(loop.run_in_executor),
        )
        if "time" in getattr(loop, "__dict__", {}):
            raise UsageError("one world at a time in an event loop")
        self._began = self._now = float(math.ceil(loop.time()))
        try:
            for name, function in zip(_OURS, ours, strict=True):
                setattr(loop, name, function)
        except AttributeError:
            words = (
                f"{type(loop).__name__} keeps its own time; use asyncio's event loop"
            )
            raise UsageError(words) from None
        self._loop, self._slow = loop, loop.slow_callback_duration
        loop.slow_callback_duration = math.inf  # measured by this clock, too

    def end(self) -> None:
        """Let the clock run again."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        loop.slow_callback_duration = self._slow
        for name in _OURS:
            delattr(loop, name)

    def wait_also(self, waits: Waits) -> None:
        """Nothing is settled while these have something to wait for."""
        self._waits.append(waits)

    async def settle(self) -> None:
        """Let everything run that does not wait for time to pass."""
        self._settling += 1
        try:
            quiet = turns = 0
            while quiet < 2:  # a timer that is due runs behind what was ready
                before = self._turns
                await asyncio.sleep(0)
                quiet = quiet + 1 if self._turns - before <= self._settling else 0
                if quiet == 2 and await self._waited():
                    quiet = 0
                turns += 1
                if turns > _MOST_TURNS:
                    raise UsageError("something never comes to rest")
        finally:
            self._settling -= 1

    async def advance(self, seconds: float) -> None:
        """Let time pass, from one deadline to the next; what happens at each is done before the clock moves on."""
        end = self._now + seconds
        await self.settle()
        while (due := self._next_due()) <= end:
            self._now = max(self._now, due)
            await self.settle()
        self._now = max(self._now, end)
        await self.settle()

    async def until(self, awaited: Awaitable[T], at_most: float = 60.0) -> T:
        """Let time pass until something is done, and no longer.

        Raises:
            AssertionError: It is not done after `at_most` seconds.
        """
        task = asyncio.ensure_future(awaited)
        end = self._now + at_most
        await self.settle()
        while not task.done():
            due = self._next_due()
            if due > end:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                raise AssertionError(f"not done after {at_most} s")
            self._now = max(self._now, due)
            await self.settle()
        return task.result()

    async def jump(self, seconds: float) -> None:
        """The whole process stood still: all that was due meanwhile is due now, at once."""
        self._now += seconds
        await self.settle()

    def set_wall(self, seconds: float) -> None:
        """Somebody set the clock, forward or (below 0) back. Deadlines don't go by it."""
        self._wall += seconds

    def _next_due(self) -> float:
        """When the next timer rings; infinity for none."""
        while self._timers:
            due, _, timer = self._timers[0]
            if due > self._now and not timer.cancelled():
                return due
            heapq.heappop(self._timers)
        return math.inf

    async def _waited(self) -> bool:
        if self._threads:
            await asyncio.wait(self._threads, return_when=asyncio.FIRST_COMPLETED)
            return True
        return any([await waits() for waits in self._waits])

    def _call_at(self, call_at: Callable[..., asyncio.TimerHandle]) -> Any:
        def noted(when: float, *rest: Any, **options: Any) -> asyncio.TimerHandle:
            timer = call_at(when, *rest, **options)
            heapq.heappush(self._timers, (when, next(self._numbers), timer))
            return timer

        return noted

    def _counted(self, schedule: Callable[..., T]) -> Callable[..., T]:
        def counted(*rest: Any, **options: Any) -> T:
            self._turns += 1
            return schedule(*rest, **options)

        return counted

    def _noted(self, run: Callable[..., "asyncio.Future[Any]"]) -> Any:
        def noted(*rest: Any) -> "asyncio.Future[Any]":
            running = run(*rest)
            self._threads.add(running)
            running.add_done_callback(self._threads.discard)
            return running

        return noted
