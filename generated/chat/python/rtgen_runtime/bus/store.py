"""The store of a worker: the exchange has it, and is asked."""

import asyncio
from collections.abc import Mapping

from rtgen_runtime.bus.asking import Asking
from rtgen_runtime.bus.messages import (
    Append,
    ClaimRequest,
    Invalidate,
    Move,
    Page,
    PutLatest,
    Read,
    ReadLatest,
    Release,
    RemoveLatest,
    Settle,
    Speak,
)
from rtgen_runtime.declarations import Contract, HistorySize
from rtgen_runtime.history.interface import (
    Cap,
    HistoryPage,
    PageQuery,
    Position,
    Span,
)
from rtgen_runtime.stores.interface import Claim, LatestValue
from rtgen_runtime.versions.older import Older


class BusHistory:
    """Recorded events, in the order in which they reach the exchange."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.older = Older(None)

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "asyncio.Future[Position]":
        """Keep an event."""
        older = self.older.event(tag, payload)
        append = Append(address, size, tag, payload, newest, older)
        return self._asking.ask(append, Position)

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events, if there are any beyond `after`."""
        span: Span = await self._asking.ask(Read(address, size, after, cap), Span)
        return span

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events."""
        asked = Page(address, size, query, cap)
        page: HistoryPage = await self._asking.ask(asked, HistoryPage)
        return page

    def invalidate(self, address: str) -> "asyncio.Future[Position]":
        """Forget the events of an address."""
        return self._asking.ask(Invalidate(address), Position)


class BusLatest:
    """Newest values."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.older = Older(None)

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload."""
        older = self.older.event(tag, payload)
        return self._asking.ask(PutLatest(address, tag, key, payload, older), None)

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key."""
        older = self.older.name(tag)
        return self._asking.ask(RemoveLatest(address, tag, key, older), None)

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
        found = await self.written(address)
        return {name: value.payload for name, value in found.items()}

    async def written(self, address: str) -> Mapping[tuple[str, str], LatestValue]:
        """The same, with their versions."""
        found: list[tuple[str, str, bytes, str]] = await self._asking.ask(
            ReadLatest(address), list[tuple[str, str, bytes, str]]
        )
        return {
            (tag, key): LatestValue(payload, version)
            for tag, key, payload, version in found
        }


class BusOutcomes:
    """Outcomes of requests, whichever worker they came to. One that runs elsewhere is waited for a while."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def claim(
        self, owner: str, request: str, digest: bytes, window: float
    ) -> Claim:
        """Begin a request, unless it was begun before."""
        asked = ClaimRequest(owner, request, digest, window)
        claim: Claim = await self._asking.ask(asked, Claim)
        return claim

    def settle(
        self, owner: str, request: str, outcome: bytes, window: float
    ) -> "asyncio.Future[None]":
        """Remember how it went."""
        return self._asking.ask(Settle(owner, request, outcome, window), None)

    def release(self, owner: str, request: str) -> "asyncio.Future[None]":
        """Forget it."""
        return self._asking.ask(Release(owner, request), None)


class BusStore:
    """All of it."""

    def __init__(self, asking: Asking, session_key: bytes) -> None:
        self.history = BusHistory(asking)
        self.latest = BusLatest(asking)
        self.outcomes = BusOutcomes(asking)
        self._session_key = session_key
        self._asking = asking

    def speak(self, version: str) -> None:
        """The exchange remembers it for this worker."""
        self._asking.say(Speak(version))

    def translate(self, contract: Contract) -> None:
        """Workers of older versions that listen are told as they know it; the store keeps one form."""
        self.history.older = self.latest.older = Older(contract)

    def move(self, before: str, address: str) -> "asyncio.Future[None]":
        """Give what is kept of an address to another."""
        return self._asking.ask(Move(before, address), None)

    @property
    def session_key(self) -> bytes:
        """The same for all workers."""
        return self._session_key

    async def close(self) -> None:
        """The exchange closes what it keeps."""
