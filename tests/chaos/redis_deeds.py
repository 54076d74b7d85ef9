"""What a Redis does to those who trust it, and what is done to it."""

import asyncio
import signal
from contextlib import suppress
from typing import Final

from chaos.deed import Deeds
from chaos.redis_servers import MASTER, ask
from chaos.world import World

deed: Final = Deeds()
BUFFER: Final = 65_536
"""Bytes that a subscriber may be behind, while there is the fault of that name."""
UNHEARD: Final = 0.8
"""Seconds: less than what makes a replica unfit for a primary."""


@deed
async def subscribers_killed(world: World, _seconds: float) -> str:
    """`CLIENT KILL TYPE pubsub`."""
    primary = await world.redis.primary()
    return await ask(primary.port, "CLIENT", "KILL", "TYPE", "pubsub")


@deed
async def subscribers_overflowed(world: World, _seconds: float) -> str:
    """A subscriber is told more than its buffer may hold: Redis hangs up on it. What it is told is garbage, too."""
    primary = await world.redis.primary()
    limit = "client-output-buffer-limit"
    before = await _subscribers(primary.port)
    await ask(primary.port, "CONFIG", "SET", limit, f"pubsub {BUFFER} {BUFFER} 1")
    await ask(primary.port, "PUBLISH", "rtgen:hall:0:control", "x" * (BUFFER + 10_000))
    await ask(primary.port, "CONFIG", "SET", limit, "pubsub 32mb 8mb 60")
    return f"{len(before - await _subscribers(primary.port))} of {len(before)}"


@deed
async def redis_clients_killed(world: World, _seconds: float) -> str:
    """`CLIENT KILL TYPE normal`."""
    primary = await world.redis.primary()
    return await ask(primary.port, "CLIENT", "KILL", "TYPE", "normal")


@deed
async def redis_paused(world: World, seconds: float) -> str:
    """`CLIENT PAUSE`: it answers nobody for a while."""
    primary = await world.redis.primary()
    await ask(primary.port, "CLIENT", "PAUSE", str(int(min(seconds, 4.0) * 1000)), "ALL")
    await asyncio.sleep(min(seconds, 4.0))
    return f"{min(seconds, 4.0):.1f} s"


@deed
async def redis_frozen(world: World, seconds: float) -> str:
    """SIGSTOP: it says nothing, and goes on as if nothing were; perhaps another one has its place by then."""
    async with world.redis.busy:
        primary = await world.redis.primary()
        assert primary.process is not None
        primary.process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            primary.process.send_signal(signal.SIGCONT)
    return f"{seconds:.1f} s"


@deed
async def redis_restarted(world: World, seconds: float) -> str:
    """Ended in order and started again from its file."""
    async with world.redis.busy:
        primary = await world.redis.primary()
        await primary.end()
        await asyncio.sleep(min(seconds, 1.0))
        await primary.start()
    return "from its file"


@deed
async def redis_emptied(world: World, _seconds: float) -> str:
    """Killed, and started again at once without its data; its replica empties itself, too."""
    async with world.redis.busy:
        primary = await world.redis.primary()
        await primary.end(signal.SIGKILL)
        primary.forget()
        await primary.start()
    return "nothing is left"


@deed
async def redis_failed_over(world: World, _seconds: float) -> str:
    """The replica becomes the primary."""
    async with world.redis.busy:
        before = await world.redis.primary()
        said = await ask(world.redis.sentinel.port, "SENTINEL", "FAILOVER", MASTER)
        if said != "OK":
            return said
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while (await world.redis.primary()) is before:
                    pass  # each question is a process, and takes its time
                return "another primary"
    return "the sentinel gave up, since another fault was in its way"


@deed
async def redis_tail_lost(world: World, _seconds: float) -> str:
    """The primary dies with something that its replica has not heard, and which was acknowledged."""
    async with world.redis.busy:
        primary = await world.redis.primary()
        replica = next(each for each in world.redis.servers if each is not primary)
        assert replica.process is not None
        replica.process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(UNHEARD)
            await primary.end(signal.SIGKILL)
        finally:
            replica.process.send_signal(signal.SIGCONT)
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while (await world.redis.primary()) is primary:
                    pass  # each question is a process, and takes its time
        after = await world.redis.primary()
        await primary.start()
    return f"{UNHEARD:.1f} s of it" if after is replica else "nobody took its place"


@deed
async def key_evicted(world: World, _seconds: float) -> str:
    """One key of Redis is gone, as with an evicting policy."""
    primary = await world.redis.primary()
    key = await ask(primary.port, "RANDOMKEY")
    if key:
        await ask(primary.port, "DEL", key)
    return key


@deed
async def meta_evicted(world: World, _seconds: float) -> str:
    """Of one hall it is forgotten how far it is, and its events are left."""
    return await _evicted(world, "meta")


@deed
async def stream_evicted(world: World, _seconds: float) -> str:
    """The events of one hall are gone, and how far it is is left."""
    return await _evicted(world, "stream")


async def until_redis_serves(world: World) -> None:
    """After all: a primary that takes writes, with its replica at its side."""
    for each in world.redis.servers:
        if each.process is None or each.process.returncode is not None:
            await each.start()
    async with asyncio.timeout(60):
        while True:
            primary = await world.redis.primary()
            said = await ask(primary.port, "INFO", "replication")
            if "role:master" in said and "state=online" in said:
                return


async def _evicted(world: World, kind: str) -> str:
    primary = await world.redis.primary()
    keys = sorted((await ask(primary.port, "KEYS", f"rtgen:hall:0:*:{kind}")).split())
    if not keys:
        return f"there is no {kind}"
    key = world.dice.choice(keys)
    return f"{key}: {await ask(primary.port, 'DEL', key)}"


async def _subscribers(port: int) -> set[str]:
    """The numbers of those who listen."""
    said = await ask(port, "CLIENT", "LIST", "TYPE", "pubsub")
    return {line.partition(" ")[0] for line in said.splitlines()}
