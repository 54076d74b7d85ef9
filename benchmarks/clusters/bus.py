"""What the bus alone costs, without connections: a message said, heard and kept, beside redis-py on the same work."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

import redis.asyncio
from rtgen_runtime.broker.words import Said
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.broker import RedisBroker
from rtgen_runtime.redis.losses import Losses
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.shard import Shard
from rtgen_runtime.redis.store import RedisStore
from rtgen_runtime.redis.target import targets_of
from rtgen_runtime.redis.watching import Watch

from clusters.serving import Redis

MESSAGES: Final = 20_000
BURST: Final = 100
ROOMS: Final = tuple(f"rooms/{number}" for number in range(BURST))
WORKS: Final = {"together": ROOMS[:1], "apart": ROOMS}
"""Bursts for one room, which we send as one message, and with one for each room, which we can't."""
FRAME: Final = b"x" * 400


class Counted:
    """Ears that count."""

    def __init__(self) -> None:
        self.count = 0

    def said(self, _address: str, _word: Any) -> None:
        """One more."""
        self.count += 1

    def news(self, _address: str, _news: Any) -> None:
        """One more."""
        self.count += 1

    def deaf(self, _address: str) -> None:
        """Nothing."""

    def control(self, _control: Any) -> None:
        """Nothing."""


class Meter:
    """Microseconds of this process, and of Redis, for each message."""

    def __init__(self, server: Redis) -> None:
        self._server = server
        self._redis = server.busy()
        self._here = time.process_time()

    def read(self) -> tuple[float, float]:
        """Since it was made."""
        here, there = time.process_time() - self._here, self._server.busy() - self._redis
        return here / MESSAGES * 1e6, there / MESSAGES * 1e6


class Node:
    """One without connections."""

    def __init__(self, url: str) -> None:
        self.shard = Shard(targets_of(url, {})[0], "crew")
        self.ring = Ring([self.shard])
        self.watch, self.ears = Watch(self.shard), Counted()
        self.broker = RedisBroker(self.ring, time.time, Losses([], lambda _address: None))
        self.broker.listen(self.ears)

    async def hear(self) -> None:
        """Have a member in every room."""
        await self.watch.start()
        for room in ROOMS:
            self.broker.members(room, 1)
            await self.broker.ready(room)

    async def until(self, count: int) -> None:
        """So many were heard."""
        while self.ears.count < count:
            await self.shard.commands.ask("PING")


async def ours(server: Redis) -> dict[str, float]:
    """Of each message, for both nodes together and, as `redis_…`, for Redis; `append` is one that is kept."""
    url = f"{server.url}?prefix=c{time.monotonic_ns()}&patience=60"
    near, far = Node(url), Node(url)
    await near.watch.start()
    await far.hear()
    found: dict[str, float] = {}
    for work, rooms in WORKS.items():
        far.ears.count = 0
        meter = Meter(server)
        await _say(near, rooms)
        await far.until(MESSAGES)
        found[work], found[f"redis_{work}"] = meter.read()
    store, size = RedisStore([near.watch], near.ring), HistorySize(1000, 3600.0)
    far.ears.count = 0
    meter = Meter(server)
    for _ in range(MESSAGES // BURST):
        await asyncio.gather(*[store.history.append(ROOMS[0], size, "room.added", FRAME) for _ in range(BURST)])
    await far.until(MESSAGES)
    found["append"], found["redis_append"] = meter.read()
    for each in near, far:
        await each.watch.close()
    return found


async def _say(node: Node, rooms: Sequence[str]) -> None:
    word = Said("room.wave", FRAME)
    for _ in range(MESSAGES // BURST):
        for number in range(BURST):
            node.broker.say(rooms[number % len(rooms)], word)
        await node.shard.commands.ask("PING")


async def theirs(server: Redis) -> dict[str, float]:
    """The same with redis-py: pipelines of `BURST`."""
    speaker: Any = redis.asyncio.from_url(server.url)
    hearer: Any = redis.asyncio.from_url(server.url)
    found: dict[str, float] = {}
    async with hearer.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(*ROOMS)
        for _ in ROOMS:
            await heard.get_message(timeout=1.0)
        for work, rooms in WORKS.items():
            meter = Meter(server)
            await asyncio.gather(_publish(speaker, rooms), _hear(heard))
            found[work], found[f"redis_{work}"] = meter.read()
    await speaker.aclose()
    await hearer.aclose()
    return found


async def _publish(speaker: Any, rooms: Sequence[str]) -> None:
    message = messages.pack(Said("room.wave", FRAME))
    for _ in range(MESSAGES // BURST):
        async with speaker.pipeline(transaction=False) as pipe:
            for number in range(BURST):
                pipe.publish(rooms[number % len(rooms)], message)
            await pipe.execute()


async def _hear(heard: Any) -> None:
    count = 0
    while count < MESSAGES:
        got = await heard.get_message(timeout=1.0)
        if got is not None:
            messages.word_of(got["data"])
            count += 1
