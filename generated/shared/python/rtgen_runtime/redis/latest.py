"""Newest values in one hash for each address."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from rtgen_runtime.broker.words import Dropped, Forms, News, Put
from rtgen_runtime.history.interface import Position
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.messages import Kept, NotUnderstood
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.scripts import PUT, VALUES
from rtgen_runtime.redis.shard import LONG
from rtgen_runtime.stores.interface import LatestValue


class RedisLatest:
    """The newest payload of each event and key."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.older: Callable[[str, bytes], Forms] = lambda _tag, _payload: {}
        """What is kept of a value for nodes of older versions; of one that goes, without a payload."""
        self.own: Callable[[Kept], Kept] = lambda kept: kept
        """What a newer node has kept, as this one has it."""

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload."""
        return self._change(address, messages.VALUE, Put(tag, key, payload), payload)

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key."""
        return self._change(address, messages.DROP, Dropped(tag, key), b"")

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address; members here know of all of them when this is done."""
        found = await self.written(address)
        return {name: value.payload for name, value in found.items()}

    async def written(self, address: str) -> Mapping[tuple[str, str], LatestValue]:
        """The same, with their versions."""
        shard = self._ring.of(address)
        place = shard.names.place(address)
        epoch, number, values = await shard.ask(
            VALUES,
            *(place.meta, place.stream, place.latest, shard.names.generation),
            *(shard.fresh(), place.channel, LONG),
        )
        found: dict[tuple[str, str], LatestValue] = {}
        for value in values:
            try:
                kept = self.own(messages.kept_of(value.partition(b"\n")[2]))
            except NotUnderstood as problem:
                shard.refuse(str(problem))
                continue
            name = kept.event, kept.key or ""
            found[name] = LatestValue(kept.payload, kept.version)
        await shard.reached(address, epoch.decode(), number)
        return found

    def _change(
        self, address: str, kind: bytes, news: Put | Dropped, payload: bytes
    ) -> "asyncio.Future[None]":
        shard = self._ring.of(address)
        place = shard.names.place(address)
        older = self.older(news.event, payload)
        kept = Kept(news.event, payload, news.key, shard.version, older)
        body = messages.pack(kept)
        arguments = (
            *(place.meta, place.stream, place.latest, shard.names.generation),
            *(place.channel, shard.commands.until(), shard.fresh()),
            *(f"{news.event}\0{news.key}", body, LONG, kind),
        )
        put = shard.keep(place, PUT, arguments, partial(_news, news))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        put.add_done_callback(partial(_pass_on, done))
        return done


def _news(news: News, _position: Position) -> News:
    return news


def _pass_on(done: "asyncio.Future[None]", kept: "asyncio.Future[Position]") -> None:
    problem = kept.exception()
    if done.done():
        return
    if problem is None:
        done.set_result(None)
    else:
        done.set_exception(problem)
