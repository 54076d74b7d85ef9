"""Work in order: one lane for each address of a connection, and a task only while work has to wait for something."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

Work = Callable[[], Awaitable[None] | None]
"""Done when it returns, or when what it gives has been awaited."""

_Queues = dict[str, deque[Work] | None]


class Owner(Protocol):
    """Whose lanes they are."""

    def settled(self) -> None:
        """Nothing runs any more."""


class Lanes:
    """Runs the work of each key one after the other; keys don't wait for each other. Work handles its own errors.

    What needs no waiting is done at once, inside `add`, when the lane is free. Where nothing runs, nothing is kept.
    """

    __slots__ = ("_owner", "_tasks", "_waiting", "queues")

    def __init__(self, owner: Owner) -> None:
        self.queues: _Queues | None = None
        """By key, for lanes that are taken: `None` where nothing has had to wait. `quick` takes one; `end` frees it."""
        self._tasks: set[asyncio.Task[None]] | None = None
        self._owner = owner
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
        queues = self.queues
        if queues is None:
            queues = self.queues = {}
        elif key in queues:
            self._queue(queues, key, work)
            return
        queues[key] = None
        try:
            rest = work()
        except BaseException:
            self.give_up(key)
            raise
        self.end(key, rest)

    def end(self, key: str, rest: Awaitable[None] | None = None) -> None:
        """What was begun is done, but for the rest: what has come behind it meanwhile is next."""
        queues = self.queues
        if queues is None:
            return
        try:
            if rest is None and queues[key]:
                rest = self._until_it_waits(queues, key, self._next(queues, key))
        finally:
            if rest is None:
                self._free(queues, key)
        if rest is not None:
            loop = asyncio.get_running_loop()
            task = loop.create_task(self._run(queues, key, rest))
            self._tasks = self._tasks or set()
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def give_up(self, key: str) -> None:
        """What was begun has raised: forget what has come behind it."""
        if self.queues is not None:
            self._free(self.queues, key)

    async def drained(self) -> None:
        """Wait until nothing runs."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def cancel(self) -> None:
        """Stop what runs, forget what waits."""
        for task in self._tasks or ():
            task.cancel()

    def _until_it_waits(
        self, queues: _Queues, key: str, work: Work | None
    ) -> Awaitable[None] | None:
        """Do the work, then what is queued, up to the first that has to be awaited."""
        while work is not None:
            rest = work()
            if rest is not None:
                return rest
            work = self._next(queues, key)
        return None

    def _queue(self, queues: _Queues, key: str, work: Work) -> None:
        queue = queues[key]
        if queue is None:
            queue = queues[key] = deque()
        queue.append(work)
        self._waiting += 1

    def _next(self, queues: _Queues, key: str) -> Work | None:
        queue = queues[key]
        if not queue:
            return None
        self._waiting -= 1
        return queue.popleft()

    def _free(self, queues: _Queues, key: str) -> None:
        self._waiting -= len(queues.pop(key) or ())
        if not queues:
            self.queues = None

    async def _run(
        self, queues: _Queues, key: str, rest: Awaitable[None] | None
    ) -> None:
        try:
            while rest is not None:
                await rest
                rest = self._until_it_waits(queues, key, self._next(queues, key))
        finally:
            self._free(queues, key)

    def _done(self, task: asyncio.Task[None]) -> None:
        if self._tasks is not None:
            self._tasks.discard(task)
        if not self._tasks:
            self._tasks = None
            self._owner.settled()
