"""Events as async iterations: `async for message in room.posted`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from rtgen_runtime.errors import RealtimeError

T = TypeVar("T")

MOST_WAITING: Final = 10_000
"""Events that may wait for a slow loop; then its iteration ends with `FellBehind`."""


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


class Listener(Generic[T]):
    """One iteration: an iterator that remembers everything since it was made."""

    def __init__(self, events: "Events[T]") -> None:
        self._events = events
        self._queue: asyncio.Queue[Received[T] | _End] = asyncio.Queue()

    def __aiter__(self) -> AsyncIterator[Received[T]]:
        return self

    async def __anext__(self) -> Received[T]:
        item = await self._queue.get()
        if isinstance(item, _End):
            self._queue.put_nowait(item)
            if item.error is not None:
                raise item.error
            raise StopAsyncIteration
        return item

    def close(self) -> None:
        """Hear nothing more."""
        self._events.remove(self)

    def put(self, item: Received[T] | _End) -> None:
        """For `Events` only."""
        if self._queue.qsize() >= MOST_WAITING and not isinstance(item, _End):
            self._events.remove(self)
            item = _End(FellBehind(f"{MOST_WAITING} events wait"))
        self._queue.put_nowait(item)


class Events(Generic[T]):
    """One kind of event of one channel. Each `async for` gets every event from its start on."""

    def __init__(self) -> None:
        self._listeners: list[Listener[T]] = []
        self._newest: dict[str, Received[T]] = {}

    def listen(self) -> Listener[T]:
        """An iteration that also tells offset and sender; it remembers everything from this call on.

        That of a `latest` event begins with the newest value that is known, or with one for each key.
        """
        listener = Listener(self)
        for item in self._newest.values():
            listener.put(item)
        self._listeners.append(listener)
        return listener

    def keep(self, key: str, item: Received[T]) -> None:
        """For the channel only: what iterations to come begin with."""
        self._newest[key] = item

    def __aiter__(self) -> AsyncIterator[T]:
        return _payloads(self.listen())

    def emit(self, item: Received[T]) -> None:
        """Give an event to every iteration."""
        for listener in tuple(self._listeners):
            listener.put(item)

    def end(self, error: RealtimeError | None) -> None:
        """End every iteration, with an error or without."""
        for listener in tuple(self._listeners):
            listener.put(_End(error))
        self._listeners.clear()

    def remove(self, listener: Listener[T]) -> None:
        """Forget an iteration."""
        if listener in self._listeners:
            self._listeners.remove(listener)


async def _payloads(listener: Listener[T]) -> AsyncIterator[T]:
    try:
        async for received in listener:
            yield received.payload
    finally:
        listener.close()
