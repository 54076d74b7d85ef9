"""Events as async iterations: `async for message in room.posted`."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from rtgen_runtime.client.processed import Mark
from rtgen_runtime.errors import RealtimeError

T = TypeVar("T")

MOST_WAITING: Final = 10_000
"""Events that may wait for a slow loop; then its iteration ends with `FellBehind`."""

Overflow = Literal["end", "drop oldest"]
"""What becomes of an iteration that takes events too slowly."""

_logger: Final = logging.getLogger("rtgen.client")


class FellBehind(RealtimeError):
    """An iteration took events too slowly, and was ended."""


@dataclass(frozen=True, slots=True)
class Received(Generic[T]):
    """An event with what came beside its payload: its offset (0: not recorded), and who sent a relayed one."""

    payload: T
    offset: int
    by: str


@dataclass(frozen=True, slots=True)
class _End:
    error: RealtimeError | None


@dataclass(slots=True)
class _Item(Generic[T]):
    received: Received[T]
    mark: Mark | None


class Listener(Generic[T]):
    """One iteration: an iterator that remembers everything since it was made."""

    def __init__(self, events: "Events[T]", most: int, overflow: Overflow) -> None:
        self._events = events
        self._most = most
        self._overflow = overflow
        self._queue: deque[_Item[T]] = deque()
        self._current: Mark | None = None
        self._end: _End | None = None
        self._woken: asyncio.Event = asyncio.Event()
        self.dropped = 0
        """How many events it was too slow for, with `overflow="drop oldest"`."""

    def __aiter__(self) -> AsyncIterator[Received[T]]:
        return self

    async def __anext__(self) -> Received[T]:
        self._finish()
        while not self._queue:
            if self._end is not None:
                if self._end.error is not None:
                    raise self._end.error
                raise StopAsyncIteration
            self._woken.clear()
            await self._woken.wait()
        item = self._queue.popleft()
        self._current = item.mark
        return item.received

    def close(self) -> None:
        """Hear nothing more; what it has not taken counts as processed."""
        self._events.remove(self)
        self._finish()
        for item in self._queue:
            if item.mark is not None:
                item.mark.done()
        self._queue.clear()
        self.stop(None)

    def put(self, received: Received[T], mark: Mark | None) -> None:
        """For `Events` only."""
        if len(self._queue) >= self._most:
            if self._overflow == "end":
                self._events.remove(self)
                self.stop(FellBehind(f"{self._most} events wait"))
                return
            oldest = self._queue.popleft()
            self.dropped += 1
            if oldest.mark is not None:
                oldest.mark.done()
        self._queue.append(_Item(received, mark))
        self._woken.set()

    def stop(self, error: RealtimeError | None) -> None:
        """For `Events` only: there is nothing more to come."""
        if self._end is None:
            self._end = _End(error)
        self._woken.set()

    def _finish(self) -> None:
        if self._current is not None:
            self._current.done()
            self._current = None


class Events(Generic[T]):
    """One kind of event of one channel. Each `async for` gets every event from its start on."""

    __slots__ = ("_callbacks", "_held", "_listeners", "_newest")

    def __init__(self, *, holds: bool = False) -> None:
        self._listeners: tuple[Listener[T], ...] = ()
        self._callbacks: tuple[Callable[[Received[T]], None], ...] = ()
        self._newest: dict[str, Received[T]] = {}
        # What came before anybody listened, where a member goes on from a position: it must not be lost.
        self._held: list[tuple[Received[T], Mark | None]] | None = None
        if holds:
            self._held = []

    @property
    def waiting(self) -> int:
        """For the channel only: how many iterations are given each event."""
        return len(self._listeners) if self._held is None else 1

    def listen(
        self, *, most: int = MOST_WAITING, overflow: Overflow = "end"
    ) -> Listener[T]:
        """An iteration that also tells offset and sender; it remembers everything from this call on.

        That of a `latest` event begins with the newest value that is known, or with one for each key. At most `most`
        events wait for it; then it ends with `FellBehind`, or drops the oldest, as `overflow` says.
        """
        listener = Listener(self, most, overflow)
        for item in self._newest.values():
            listener.put(item, None)
        self._listeners = (*self._listeners, listener)
        for received, mark in self._release():
            listener.put(received, mark)
        return listener

    def subscribe(self, callback: Callable[[Received[T]], None]) -> Callable[[], None]:
        """Call a function with each event, at once, without a queue; what it raises is logged. The result stops it."""
        self._callbacks = (*self._callbacks, callback)
        for item in tuple(self._newest.values()):
            _call(callback, item)
        for received, mark in self._release():
            _call(callback, received)
            if mark is not None:
                mark.done()

        def stop() -> None:
            self._callbacks = tuple(
                each for each in self._callbacks if each is not callback
            )

        return stop

    def keep(self, key: str, item: Received[T]) -> None:
        """For the channel only: what iterations to come begin with."""
        self._newest[key] = item

    def __aiter__(self) -> AsyncIterator[T]:
        return _payloads(self.listen())

    def emit(self, item: Received[T], mark: Mark | None = None) -> None:
        """Give an event to every iteration."""
        if self._held is not None:
            if len(self._held) <= MOST_WAITING:
                self._held.append((item, mark))
            return
        for listener in self._listeners:
            listener.put(item, mark)
        for callback in self._callbacks:
            if callback in self._callbacks:
                _call(callback, item)

    def end(self, error: RealtimeError | None) -> None:
        """End every iteration, with an error or without."""
        listeners, self._listeners, self._callbacks = self._listeners, (), ()
        for listener in listeners:
            listener.stop(error)

    def _release(self) -> list[tuple[Received[T], Mark | None]]:
        held, self._held = self._held, None
        return held or []

    def remove(self, listener: Listener[T]) -> None:
        """Forget an iteration."""
        self._listeners = tuple(
            each for each in self._listeners if each is not listener
        )


def _call(callback: Callable[[Received[T]], None], item: Received[T]) -> None:
    try:
        callback(item)
    except Exception:
        _logger.exception("a listener failed")


async def _payloads(listener: Listener[T]) -> AsyncIterator[T]:
    try:
        async for received in listener:
            yield received.payload
    finally:
        listener.close()
