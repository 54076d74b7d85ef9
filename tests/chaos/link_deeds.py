"""What networks do, to the links of clients and to those of Redis: a Redis's link is that of all who talk to it."""

import asyncio
from typing import Final

from chaos.deed import Deeds
from chaos.world import World
from faults.proxy import DOWN, UP, FaultProxy

deed: Final = Deeds()
LONGEST_SILENCE = 6.0
"""Seconds without Redis: long enough for the sentinel to notice, or not."""
GREETING: Final = 30_000
"""Bytes that a node and Redis need to say before they talk."""


async def _link(world: World) -> FaultProxy:
    """The primary's, three times of four; else that of its replica, which then falls behind."""
    primary = await world.redis.primary()
    found = {each.port == primary.announced: each for each in world.links}
    return found[world.dice.random() < 3 / 4]


@deed
async def clients_reset(world: World, _seconds: float) -> str:
    """All connections of clients are reset at once: a join storm."""
    world.clients.reset()
    return "all"


@deed
async def clients_swallowed(world: World, seconds: float) -> str:
    """What clients send, and what is sent to them, goes nowhere."""
    return await _swallowed(world.clients, {UP, DOWN}, seconds)


@deed
async def clients_half_open(world: World, seconds: float) -> str:
    """One direction goes nowhere."""
    return await _swallowed(world.clients, {world.dice.choice((UP, DOWN))}, seconds)


@deed
async def clients_slow(world: World, seconds: float) -> str:
    """Each piece waits."""
    return await _slow(world, world.clients, seconds)


@deed
async def clients_jittered(world: World, seconds: float) -> str:
    """Each piece waits for another time."""
    return await _jittered(world, world.clients, seconds)


@deed
async def clients_sliced(world: World, seconds: float) -> str:
    """Bytes come in small pieces."""
    return await _sliced(world, world.clients, seconds)


@deed
async def clients_cut(world: World, seconds: float) -> str:
    """Connections end after so many bytes, wherever in a frame that is."""
    return await _cut(world.clients, world.dice.randrange(500, 20_000), seconds)


@deed
async def redis_link_reset(world: World, _seconds: float) -> str:
    """All connections to one Redis."""
    (await _link(world)).reset()
    return "one Redis"


@deed
async def redis_link_swallowed(world: World, seconds: float) -> str:
    """Nothing gets through."""
    return await _swallowed(await _link(world), {UP, DOWN}, min(seconds, LONGEST_SILENCE))


@deed
async def redis_link_half_open(world: World, seconds: float) -> str:
    """It is told and not heard, or the reverse."""
    return await _swallowed(await _link(world), {world.dice.choice((UP, DOWN))}, min(seconds, LONGEST_SILENCE))


@deed
async def redis_link_slow(world: World, seconds: float) -> str:
    """Each piece waits."""
    return await _slow(world, await _link(world), seconds)


@deed
async def redis_link_jittered(world: World, seconds: float) -> str:
    """Each piece waits for another time."""
    return await _jittered(world, await _link(world), seconds)


@deed
async def redis_link_sliced(world: World, seconds: float) -> str:
    """Bytes come in small pieces."""
    return await _sliced(world, await _link(world), seconds)


@deed
async def redis_link_cut(world: World, seconds: float) -> str:
    """Connections end after so many bytes, in the middle of a command or of its answer."""
    return await _cut(await _link(world), world.dice.randrange(GREETING, 5 * GREETING), seconds)


async def _swallowed(link: FaultProxy, directions: set[str], seconds: float) -> str:
    link.swallowed = frozenset(directions)
    await asyncio.sleep(seconds)
    link.swallowed = frozenset()
    link.reset()  # what was swallowed never comes: on a network, too, such a connection is lost
    return f"{' and '.join(sorted(directions))} for {seconds:.1f} s"


async def _slow(world: World, link: FaultProxy, seconds: float) -> str:
    link.delay = world.dice.uniform(0.02, 0.3)
    words = f"{link.delay * 1000:.0f} ms for {seconds:.1f} s"
    await asyncio.sleep(seconds)
    link.delay = 0.0
    return words


async def _jittered(world: World, link: FaultProxy, seconds: float) -> str:
    link.jitter = world.dice.uniform(0.05, 0.4)
    words = f"up to {link.jitter * 1000:.0f} ms for {seconds:.1f} s"
    await asyncio.sleep(seconds)
    link.jitter = 0.0
    return words


async def _sliced(world: World, link: FaultProxy, seconds: float) -> str:
    link.slice = world.dice.randrange(1, 40)
    words = f"{link.slice} bytes for {seconds:.1f} s"
    await asyncio.sleep(seconds)
    link.slice = 0
    return words


async def _cut(link: FaultProxy, size: int, seconds: float) -> str:
    link.cut_after = size
    words = f"after {size} bytes, for {seconds:.1f} s"
    await asyncio.sleep(seconds)
    link.cut_after = None
    return words
