"""Recorded events in streams: the id of an entry is its offset, and the script that adds it tells everybody."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from rtgen_runtime.broker.words import Forms
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
from rtgen_runtime.keeping import invalidated, recorded
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.messages import Kept, NotUnderstood
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.scripts import APPEND, FORGET, READ
from rtgen_runtime.redis.shard import LONG, SHORT, Shard
from rtgen_runtime.redis.wire import Argument

_PAGE: Final = "-1"
"""Instead of a position: there is always something beyond it."""


class RedisHistory:
    """Recorded events of every address."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.older: Callable[[str, bytes], Forms] = lambda _tag, _payload: {}
        """What is kept of an event for nodes of older versions."""
        self.own: Callable[[Kept], Kept] = lambda kept: kept
        """What a newer node has kept, as this one has it."""

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "asyncio.Future[Position]":
        """Keep an event. Whoever listens is told in the same step, here too, before this is done."""
        shard = self._ring.of(address)
        place = shard.names.place(address)
        older = self.older(tag, payload)
        body = messages.pack(Kept(tag, payload, newest, shard.version, older))
        age = int(size.seconds * 1000)
        arguments: tuple[Argument, ...] = (
            *(place.meta, place.stream, place.latest, shard.names.generation),
            *(shard.twin(), place.channel, shard.commands.until(), shard.fresh()),
            *(body, len(payload), size.keep, age, size.bytes or 0),
            "" if newest is None else f"{tag}\0{newest}",
            *(life_of(size), shard.now()),
        )
        news = partial(recorded, tag, payload, newest)
        return shard.keep(place, APPEND, arguments, news)

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events, if there are any beyond `after`; members here know of all of them when this is done."""
        since = "" if after is None else after
        shard = self._ring.of(address)
        found = await _read(shard, address, size, (since, "-", "+", "down"), cap)
        epoch, top, number, forgotten, oldest, rows = found
        entries = self._entries(shard, reversed(rows))
        if entries and len(entries) < len(rows):
            oldest = max(oldest, entries[0].offset)
        await shard.reached(address, epoch.decode(), number)
        kept = within(entries, cap, newest=True)
        return Span(epoch.decode(), top, oldest, forgotten, kept)

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events, at least one if there is any."""
        start = "-" if query.after is None else str(query.after + 1)
        end = "+" if query.before is None else str(max(0, query.before - 1))
        direction = "down" if query.after is None else "up"
        limit = max(1, min(query.limit, cap.events)) + 1
        shard = self._ring.of(address)
        found = await _read(
            shard, address, size, (_PAGE, start, end, direction), Cap(limit, cap.bytes)
        )
        rows = reversed(found[5]) if direction == "down" else found[5]
        entries = self._entries(shard, rows)
        return page_of(found[0].decode(), entries, query, cap)

    def invalidate(self, address: str) -> "asyncio.Future[Position]":
        """Forget the events of an address."""
        shard = self._ring.of(address)
        place = shard.names.place(address)
        arguments = (
            *(place.meta, place.stream, shard.names.generation, shard.twin()),
            *(place.channel, shard.commands.until(), shard.fresh(), LONG),
        )
        return shard.keep(place, FORGET, arguments, invalidated)

    def _entries(self, shard: Shard, rows: Any) -> tuple[Entry, ...]:
        """What can be read; whatever stands before something that can't is as good as gone."""
        found: list[Entry] = []
        for offset, body, recorded_at in rows:
            try:
                kept = self.own(messages.kept_of(body))
            except NotUnderstood as problem:
                shard.refuse(str(problem))
                found.clear()
                continue
            recorded = int(recorded_at) / 1000
            entry = Entry(int(offset), kept.event, kept.payload, recorded, kept.version)
            found.append(entry)
        return tuple(found)


def life_of(size: HistorySize) -> int:
    """Milliseconds for which it is remembered how far an address is: much longer than its events."""
    return int(size.seconds * 2000) + LONG


async def _read(
    shard: Shard,
    address: str,
    size: HistorySize,
    which: tuple[Argument, Argument, Argument, Argument],
    cap: Cap,
) -> Any:
    place = shard.names.place(address)
    return await shard.ask(
        READ,
        *(place.meta, place.stream, shard.names.generation, shard.fresh()),
        *(*which, cap.events, cap.bytes),
        *(size.keep, int(size.seconds * 1000), size.bytes or 0, SHORT, shard.now()),
    )
