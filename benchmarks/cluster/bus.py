"""What the bus alone costs, without connections: a message said, heard and kept, beside redis-py on the same work."""

import asyncio
import time
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

from cluster.serving import Redis

MESSAGES: Final = 20_000
BURST: Final = 100
ROOM: Final = "rooms/a"
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


async def ours(server: Redis) -> dict[str, float]:
    """Of each message: said to nobody, said and heard, kept; `redis_…` is Redis's part."""
    target = targets_of(f"{server.url}?prefix=c{time.monotonic_ns()}", {})[0]
    nodes = []
    for _ in range(2):
        shard = Shard(target, "crew")
        watch, ears = Watch(shard), Counted()
        await watch.start()
        broker = RedisBroker(Ring([shard]), time.time, Losses([], lambda _address: None))
        broker.listen(ears)
        nodes.append((shard, watch, broker, ears))
    (speaker, watch, broker, _), (_, far_watch, far, ears) = nodes
    far.members(ROOM, 1)
    found: dict[str, float] = {}
    word = Said("room.wave", FRAME)

    async def say() -> None:
        for _ in range(MESSAGES // BURST):
            for _ in range(BURST):
                broker.say(ROOM, word)
            await speaker.commands.ask("PING")

    meter = Meter(server)
    await say()
    found["say"], _ = meter.read()
    await far.ready(ROOM)
    meter = Meter(server)
    await say()
    while ears.count < MESSAGES:
        await far_watch.shard.commands.ask("PING")
    found["both"], found["redis_both"] = meter.read()
    store, size = RedisStore([watch], Ring([speaker])), HistorySize(1000, 3600.0)
    meter = Meter(server)
    for _ in range(MESSAGES // BURST):
        await asyncio.gather(*[store.history.append(ROOM, size, "room.added", FRAME) for _ in range(BURST)])
    found["append"], found["redis_append"] = meter.read()
    for each in watch, far_watch:
        await each.close()
    return found


async def theirs(server: Redis) -> dict[str, float]:
    """The same with redis-py: pipelines of `BURST`."""
    speaker: Any = redis.asyncio.from_url(server.url)
    hearer: Any = redis.asyncio.from_url(server.url)
    message = b"1w node 1.0.0\n" + messages.pack(Said("room.wave", FRAME))

    async def say() -> None:
        for _ in range(MESSAGES // BURST):
            async with speaker.pipeline(transaction=False) as pipe:
                for _ in range(BURST):
                    pipe.publish("channel", message)
                await pipe.execute()

    meter = Meter(server)
    await say()
    found = {"say": meter.read()[0]}
    async with hearer.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe("channel")
        await heard.get_message(timeout=1.0)

        async def hear() -> None:
            count = 0
            while count < MESSAGES:
                got = await heard.get_message(timeout=1.0)
                if got is not None:
                    messages.word_of(messages.split(got["data"])[2])
                    count += 1

        meter = Meter(server)
        await asyncio.gather(say(), hear())
        found["both"], found["redis_both"] = meter.read()
    await speaker.aclose()
    await hearer.aclose()
    return found
