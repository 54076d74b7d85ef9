"""A history in this process: gone when it stops, which a new epoch tells the clients."""

import asyncio
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import (
    Cap,
    Entry,
    HistoryPage,
    PageQuery,
    Position,
    Span,
    page_of,
    within,
)

ADDRESSES: Final = 100_000
"""Addresses whose events are kept at the same time."""


@dataclass(slots=True)
class _Stream:
    """One address. `top` outlives the entries: an offset is never used twice in an epoch. `held` counts bytes."""

    epoch: str
    top: int = 0
    invalidated: int = 0
    held: int = 0
    entries: deque[Entry] = field(default_factory=deque)

    def add(self, tag: str, payload: bytes, now: float, version: str) -> None:
        self.top += 1
        self.entries.append(Entry(self.top, tag, payload, now, version))
        self.held += len(payload)

    def clear(self) -> None:
        self.top += 1
        self.invalidated = self.top
        self.entries.clear()
        self.held = 0

    def prune(self, size: HistorySize, now: float) -> None:
        """Forget what is too old or too much."""
        while self.entries and self._first_is_surplus(size, now):
            self.held -= len(self.entries.popleft().payload)

    def _first_is_surplus(self, size: HistorySize, now: float) -> bool:
        too_many = len(self.entries) > size.keep
        too_old = self.entries[0].recorded + size.seconds < now
        return (
            too_many or too_old or (size.bytes is not None and self.held > size.bytes)
        )


class LatestValues(Protocol):
    """Where newest values are kept, if they are: see `stores.interface`."""

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload; done at once."""


class MemoryHistory:
    """The embedded default. Streams are made by publishing only, so that joins can't fill the memory.

    Beyond `addresses` the one that was longest without a publication is forgotten. An address without a stream has
    an epoch too, since a first join needs a position; it changes when a stream is forgotten, so that one that is made
    anew never repeats an offset.
    """

    def __init__(
        self,
        epoch: str = "",
        *,
        addresses: int = ADDRESSES,
        latest: LatestValues | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._epoch = epoch or secrets.token_hex(8)
        self._latest = latest
        self._forgotten = 0
        self._addresses = addresses
        self._clock = clock
        self._version = ""
        self._streams: OrderedDict[str, _Stream] = OrderedDict()

    def speak(self, version: str) -> None:
        """What is appended from now on is of this version of the contract."""
        self._version = version

    @property
    def addresses(self) -> int:
        """How many addresses have events, or had some."""
        return len(self._streams)

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "asyncio.Future[Position]":
        """Keep an event; done at once."""
        if newest is not None and self._latest is not None:
            put = self._latest.put(address, tag, newest, payload)
            if put.exception() is not None:
                return _failed(put.exception())
        stream = self._stream(address)
        now = self._clock()
        stream.add(tag, payload, now, self._version)
        stream.prune(size, now)
        return _done(Position(stream.epoch, stream.top))

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events, if there are any beyond `after`."""
        stream = self._streams.get(address)
        if stream is None:
            return Span(self._unmade(), 0, 1)
        stream.prune(size, self._clock())
        kept = tuple(stream.entries)
        oldest = kept[0].offset if kept else stream.top + 1
        wanted = after is not None and after < stream.top
        entries = within(kept, cap, newest=True) if wanted else ()
        return Span(stream.epoch, stream.top, oldest, stream.invalidated, entries)

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events, at least one if there is any."""
        stream = self._streams.get(address)
        if stream is None:
            return HistoryPage(self._unmade(), (), more=False)
        stream.prune(size, self._clock())
        return page_of(stream.epoch, tuple(stream.entries), query, cap)

    def invalidate(self, address: str) -> "asyncio.Future[Position]":
        """Forget the events of an address; done at once."""
        stream = self._stream(address)
        stream.clear()
        return _done(Position(stream.epoch, stream.top))

    def move(self, before: str, address: str) -> None:
        """Give a stream another address, unless that has one of its own; an empty one goes on counting in its place."""
        moved = self._streams.get(before)
        if moved is not None and address not in self._streams:
            self._streams[address] = moved
            self._streams[before] = _Stream(moved.epoch, moved.top, moved.top)

    def _unmade(self) -> str:
        return f"{self._epoch}.{self._forgotten}" if self._forgotten else self._epoch

    def _stream(self, address: str) -> _Stream:
        stream = self._streams.get(address)
        if stream is None:
            self._make_room()
            stream = self._streams[address] = _Stream(self._unmade())
        self._streams.move_to_end(address)
        return stream

    def _make_room(self) -> None:
        """Forget some at once: each time, addresses without events get another epoch."""
        if len(self._streams) < self._addresses:
            return
        for _ in range(max(1, self._addresses // 16)):
            self._streams.popitem(last=False)
        self._forgotten += 1


def _failed(error: BaseException | None) -> "asyncio.Future[Position]":
    future: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
    future.set_exception(error or RuntimeError("it did not fail"))
    return future


def _done(position: Position) -> "asyncio.Future[Position]":
    future: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
    future.set_result(position)
    return future
