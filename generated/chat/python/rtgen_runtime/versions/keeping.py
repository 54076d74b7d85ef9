"""A store that is read in the words of the newest version, whichever version wrote it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from rtgen_runtime.declarations import Contract, HistorySize
from rtgen_runtime.history.interface import (
    Cap,
    History,
    HistoryPage,
    PageQuery,
    Span,
)
from rtgen_runtime.outcomes import Once
from rtgen_runtime.stores.interface import (
    KeepsVersions,
    LatestValues,
    Outcomes,
    Store,
    values_of,
)
from rtgen_runtime.versions.past import Past


class ReadHistory:
    """A history whose entries are converted when they are read."""

    def __init__(self, history: History, past: Past) -> None:
        self._history = history
        self._past = past
        self.append: Final = history.append
        self.invalidate: Final = history.invalidate

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events."""
        span = await self._history.read(address, size, after, cap)
        return replace(span, entries=tuple(map(self._past.entry, span.entries)))

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events."""
        page = await self._history.page(address, size, query, cap)
        return replace(page, entries=tuple(map(self._past.entry, page.entries)))


class ReadLatest:
    """Newest values, converted when they are read."""

    def __init__(self, latest: LatestValues, past: Past) -> None:
        self._latest = latest
        self._past = past
        self.put: Final = latest.put

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key, whatever it was called."""
        gone = self._latest.remove(address, tag, key)
        rest = self._remove_older(gone, address, (tag, key))
        return asyncio.get_running_loop().create_task(rest)

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
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
        self.history: Final = ReadHistory(store.history, past)
        self.latest: Final = ReadLatest(store.latest, past)
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
    return Once(outcomes, count, Past(contract) if contract.versions else None)


def read_as(contract: Contract, store: Store) -> Store:
    """A store that knows who writes there from now on, and is read in the words of this version."""
    if isinstance(store, KeepsVersions):
        store.speak(contract.version)
    return ReadStore(store, Past(contract)) if contract.versions else store
