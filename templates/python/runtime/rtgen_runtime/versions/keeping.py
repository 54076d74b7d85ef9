"""A store that is read in the words of the newest version, whichever version wrote it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Protocol, runtime_checkable

from rtgen_runtime.declarations import Contract, HistorySize
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.interface import (
    Cap,
    History,
    HistoryPage,
    PageQuery,
    Position,
    Span,
)
from rtgen_runtime.outcomes import Once
from rtgen_runtime.stores.interface import (
    KeepsVersions,
    LatestValues,
    MovesAddresses,
    Outcomes,
    Store,
    values_of,
)
from rtgen_runtime.versions.answering import Answered
from rtgen_runtime.versions.past import Past

_MOST_MOVED: Final = 100_000
"""Addresses that are known to be moved; others are moved again, which does nothing."""


@runtime_checkable
class Translates(Protocol):
    """A store of many nodes, which may be of an older or a newer version."""

    def translate(self, contract: Contract) -> None:
        """What is kept is kept for older ones, too; what newer ones have kept is read as this one's."""


class Moving:
    """Brings what is kept under an older address to where it is looked for now: once for each address."""

    def __init__(self, store: Store, past: Past) -> None:
        self._store: MovesAddresses | None = None
        if past.has_addresses and isinstance(store, MovesAddresses):
            self._store = store
        self._past = past
        self._moved: dict[str, asyncio.Future[Any]] = {}

    def begin(self, address: str) -> None:
        """Before something is kept there: what the store is asked next sees what was moved."""
        if self._store is None or address in self._moved:
            return
        moves = [
            self._store.move(each, address) for each in self._past.addresses(address)
        ]
        if len(self._moved) >= _MOST_MOVED:
            del self._moved[next(iter(self._moved))]
        moved = self._moved[address] = asyncio.gather(*moves, return_exceptions=True)
        moved.add_done_callback(partial(self._ended, address))

    async def end(self, address: str) -> None:
        """Before something is read there.

        Raises:
            StoreUnavailable: It can't be moved now; the next one tries again.
        """
        self.begin(address)
        moved = self._moved.get(address)
        for problem in () if moved is None else await asyncio.shield(moved):
            if problem is not None:
                raise StoreUnavailable(str(problem))

    def _ended(self, address: str, moved: "asyncio.Future[list[object]]") -> None:
        if moved.cancelled() or any(moved.result()):
            self._moved.pop(address, None)


class ReadHistory:
    """A history whose entries are converted when they are read."""

    def __init__(self, history: History, past: Past, moving: Moving) -> None:
        self._history = history
        self._past = past
        self._moving = moving

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "asyncio.Future[Position]":
        """Keep an event."""
        self._moving.begin(address)
        return self._history.append(address, size, tag, payload, newest)

    def invalidate(self, address: str) -> "asyncio.Future[Position]":
        """Forget the events of an address."""
        self._moving.begin(address)
        return self._history.invalidate(address)

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events."""
        await self._moving.end(address)
        span = await self._history.read(address, size, after, cap)
        return replace(span, entries=tuple(map(self._past.entry, span.entries)))

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events."""
        await self._moving.end(address)
        page = await self._history.page(address, size, query, cap)
        return replace(page, entries=tuple(map(self._past.entry, page.entries)))


class ReadLatest:
    """Newest values, converted when they are read."""

    def __init__(self, latest: LatestValues, past: Past, moving: Moving) -> None:
        self._latest = latest
        self._past = past
        self._moving = moving

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload."""
        self._moving.begin(address)
        return self._latest.put(address, tag, key, payload)

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key, whatever it was called."""
        self._moving.begin(address)
        gone = self._latest.remove(address, tag, key)
        rest = self._remove_older(gone, address, (tag, key))
        return asyncio.get_running_loop().create_task(rest)

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
        await self._moving.end(address)
        return self._past.values(await values_of(self._latest, address))

    async def _remove_older(
        self, gone: "asyncio.Future[None]", address: str, name: tuple[str, str]
    ) -> None:
        await gone
        for older, value in (await values_of(self._latest, address)).items():
            known = None if older == name else self._past.value(older, value)
            if known is not None and known[0] == name:
                await self._latest.remove(address, *older)


class ReadStore:
    """All of it. Outcomes are converted by who asks for them, since a store does not know their requests."""

    def __init__(self, store: Store, past: Past) -> None:
        self.behind = store
        """The store itself."""
        moving = Moving(store, past)
        self.history: Final = ReadHistory(store.history, past, moving)
        self.latest: Final = ReadLatest(store.latest, past, moving)
        self.outcomes: Final = store.outcomes

    @property
    def session_key(self) -> bytes:
        """The store's."""
        return self.behind.session_key

    async def close(self) -> None:
        """Close the store."""
        await self.behind.close()


def once_of(
    contract: Contract, outcomes: Outcomes, count: Callable[[str, str], None]
) -> Once:
    """Requests that take effect once, also where an older version has begun them."""
    return Once(outcomes, count, Answered(contract))


def read_as(contract: Contract, store: Store) -> Store:
    """A store that knows who writes there from now on, and is read in the words of this version."""
    if isinstance(store, KeepsVersions):
        store.speak(contract.version)
    if isinstance(store, Translates):
        store.translate(contract)
    has_others = contract.versions or isinstance(store, Translates)
    return ReadStore(store, Past(contract)) if has_others else store
