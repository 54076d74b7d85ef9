"""A store whose answers are timed and whose failures are counted; it does what the store behind it does."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, TypeVar

from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import (
    Cap,
    History,
    HistoryPage,
    PageQuery,
    Position,
    Span,
)
from rtgen_runtime.observing.tally import Tally
from rtgen_runtime.stores.interface import (
    Claim,
    LatestValues,
    MayForget,
    Outcomes,
    Store,
)

T = TypeVar("T")


class _Timed:
    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def _soon(self, name: str, kept: "asyncio.Future[T]") -> "asyncio.Future[T]":
        """What the store has begun; usually a store in memory has done it already."""
        started = time.perf_counter()
        if kept.done():
            self._ended(name, started, kept)
        else:
            kept.add_done_callback(partial(self._ended, name, started))
        return kept

    async def _waited(self, name: str, asked: Awaitable[T]) -> T:
        started, failed = time.perf_counter(), True
        try:
            given = await asked
            failed = False
        finally:
            self._tally.stored(name, time.perf_counter() - started, failed=failed)
        return given

    def _ended(self, name: str, started: float, kept: "asyncio.Future[Any]") -> None:
        failed = kept.cancelled() or kept.exception() is not None
        self._tally.stored(name, time.perf_counter() - started, failed=failed)


class TimedHistory(_Timed):
    """A history."""

    def __init__(self, history: History, tally: Tally) -> None:
        super().__init__(tally)
        self._history = history

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "asyncio.Future[Position]":
        """Keep an event."""
        kept = self._history.append(address, size, tag, payload, newest)
        return self._soon("append", kept)

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events."""
        return await self._waited("read", self._history.read(address, size, after, cap))

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events."""
        return await self._waited("page", self._history.page(address, size, query, cap))

    def invalidate(self, address: str) -> "asyncio.Future[Position]":
        """Forget the events of an address."""
        return self._soon("invalidate", self._history.invalidate(address))


class TimedLatest(_Timed):
    """Newest values."""

    def __init__(self, latest: LatestValues, tally: Tally) -> None:
        super().__init__(tally)
        self._latest = latest

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload."""
        return self._soon("put", self._latest.put(address, tag, key, payload))

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key."""
        return self._soon("remove", self._latest.remove(address, tag, key))

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
        return await self._waited("values", self._latest.read(address))


class TimedOutcomes(_Timed):
    """Outcomes of requests."""

    def __init__(self, outcomes: Outcomes, tally: Tally) -> None:
        super().__init__(tally)
        self._outcomes = outcomes

    async def claim(
        self, owner: str, request: str, digest: bytes, window: float
    ) -> Claim:
        """Begin a request."""
        asked = self._outcomes.claim(owner, request, digest, window)
        return await self._waited("claim", asked)

    async def remembers(self, owner: str, window: float) -> bool:
        """Whether nothing was lost of it; a store that can't lose it has not."""
        if not isinstance(self._outcomes, MayForget):
            return True
        return await self._waited("claim", self._outcomes.remembers(owner, window))

    def settle(
        self, owner: str, request: str, outcome: bytes, window: float
    ) -> "asyncio.Future[None]":
        """Remember how a request went."""
        kept = self._outcomes.settle(owner, request, outcome, window)
        return self._soon("settle", kept)

    def release(self, owner: str, request: str) -> "asyncio.Future[None]":
        """Forget a request."""
        return self._soon("release", self._outcomes.release(owner, request))


class TimedStore:
    """All of it."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self.behind = store
        """The store itself."""
        self.history: History = TimedHistory(store.history, tally)
        self.latest: LatestValues = TimedLatest(store.latest, tally)
        self.outcomes: Outcomes = TimedOutcomes(store.outcomes, tally)

    @property
    def session_key(self) -> bytes:
        """The store's."""
        return self.behind.session_key

    async def close(self) -> None:
        """Close the store."""
        await self.behind.close()
