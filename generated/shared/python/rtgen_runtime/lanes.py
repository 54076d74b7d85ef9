"""Work in order: one lane for each address of a connection, and a task only while work has to wait for something."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[None] | None]
"""Done when it returns, or when what it gives has been awaited."""


class Lanes:
    """Runs the work of each key one after the other; keys don't wait for each other. Work handles its own errors.

    What needs no waiting is done at once, inside `add`, when the lane is free.
    """

    __slots__ = ("_idle", "_queues", "_tasks", "_waiting")

    def __init__(self, idle: Callable[[], None]) -> None:
        self._queues: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = idle
        self._waiting = 0

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return bool(self._tasks)

    @property
    def waiting(self) -> int:
        """How much work has not begun, on all lanes."""
        return self._waiting

    def add(self, key: str, work: Work) -> None:
        """Do it after what the key got before."""
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(work)
            self._waiting += 1
            return
        queue = self._queues[key] = deque()
        rest = None
        try:
            rest = self._until_it_waits(queue, work)
        finally:
            if rest is None:
                del self._queues[key]
        if rest is None:
            return
        task = asyncio.get_running_loop().create_task(self._run(key, rest))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def drained(self) -> None:
        """Wait until nothing runs."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def cancel(self) -> None:
        """Stop what runs, forget what waits."""
        for task in self._tasks:
            task.cancel()

    def _until_it_waits(
        self, queue: deque[Work], work: Work | None
    ) -> Awaitable[None] | None:
        """Do the work, then what is queued, up to the first that has to be awaited."""
        while work is not None:
            rest = work()
            if rest is not None:
                return rest
            work = self._next(queue)
        return None

    def _next(self, queue: deque[Work]) -> Work | None:
        if not queue:
            return None
        self._waiting -= 1
        return queue.popleft()

    async def _run(self, key: str, rest: Awaitable[None] | None) -> None:
        queue = self._queues[key]
        try:
            while rest is not None:
                await rest
                rest = self._until_it_waits(queue, self._next(queue))
        finally:
            self._waiting -= len(queue)
            del self._queues[key]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._idle()
