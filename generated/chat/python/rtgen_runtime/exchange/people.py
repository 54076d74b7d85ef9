"""Who is present at all workers: whoever one of them shows is there, as the last one that showed them does."""

import asyncio
from collections.abc import Iterable
from typing import Final

from rtgen_runtime.presence.interface import Change, Heard, Listing, PresenceStore

LEASE: Final = 10.0
"""Seconds for which people of a worker that died stay listed, so that those who come back at another are never gone."""

_Shown = dict[int, bytes]
"""By worker, the newest last."""


class AllPeople:
    """Those of one machine; `store` has the sum."""

    def __init__(self, store: PresenceStore, *, lease: float = LEASE) -> None:
        self._store = store
        self._lease = lease
        self._shown: dict[str, dict[str, _Shown]] = {}
        self._dead: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self, heard: Heard) -> None:
        """Say once where deltas go."""
        self._store.listen(heard)

    async def apply(self, worker: int, address: str, changes: Iterable[Change]) -> None:
        """A worker says what changed at it."""
        shown = self._shown.setdefault(address, {})
        told: list[Change] = []
        for who, state in changes:
            by_worker = shown.setdefault(who, {})
            by_worker.pop(worker, None)
            if state is not None:
                for dead in self._dead.intersection(by_worker):
                    del by_worker[dead]
                by_worker[worker] = state
            told.append(Change(who, next(reversed(by_worker.values()), None)))
            if not by_worker:
                del shown[who]
        if not shown:
            del self._shown[address]
        await self._store.apply(address, told)

    async def summary(self, address: str) -> Listing:
        """See `PresenceStore`."""
        return await self._store.summary(address)

    async def page(self, address: str, after: str, limit: int, size: int) -> Listing:
        """See `PresenceStore`."""
        return await self._store.page(address, after, limit, size)

    def gone(self, worker: int) -> None:
        """A worker has ended; what it showed stays for the lease."""
        self._dead.add(worker)
        asyncio.get_running_loop().call_later(self._lease, self._sweep, worker)

    def _sweep(self, worker: int) -> None:
        self._dead.discard(worker)
        for address, shown in tuple(self._shown.items()):
            left = [who for who, by_worker in shown.items() if worker in by_worker]
            if left:
                changes = [Change(who, None) for who in left]
                work = self.apply(worker, address, changes)
                task = asyncio.get_running_loop().create_task(work)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
