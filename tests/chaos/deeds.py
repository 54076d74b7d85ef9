"""What can go wrong: each deed is done to a world for some seconds, and undone."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from chaos.redis_servers import MASTER, ask
from chaos.world import Node, World
from faults.proxy import DOWN, UP, FaultProxy

Deed = Callable[[World, float], Awaitable[str]]
"""Does something for so many seconds; what exactly, in words."""

DEEDS: Final[dict[str, Deed]] = {}
"""By name."""


def deed(act: Deed) -> Deed:
    """It can be chosen."""
    DEEDS[act.__name__.replace("_", "-")] = act
    return act


def _node(world: World) -> Node:
    free = [each for each in world.nodes if not each.busy.locked()]
    return world.dice.choice(free or world.nodes)


def _link(world: World) -> FaultProxy:
    return world.dice.choice(world.links)


@deed
async def node_killed(world: World, seconds: float) -> str:
    """SIGKILL, and started again."""
    node = _node(world)
    async with node.busy:
        await node.end(signal.SIGKILL)
        await asyncio.sleep(seconds / 4)
        await node.start()
    return node.name


@deed
async def node_frozen(world: World, seconds: float) -> str:
    """It stands still, perhaps for longer than its lease."""
    node = _node(world)
    async with node.busy:
        assert node.process is not None
        node.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        node.process.send_signal(signal.SIGCONT)
    return f"{node.name} for {seconds:.1f} s"


@deed
async def node_drained(world: World, _seconds: float) -> str:
    """SIGTERM, and started again when it has ended: one step of a rolling restart."""
    node = _node(world)
    async with node.busy:
        await node.end(signal.SIGTERM)
        await node.start()
    return node.name


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
async def clients_sliced(world: World, seconds: float) -> str:
    """Bytes come in small pieces."""
    return await _sliced(world, world.clients, seconds)


@deed
async def clients_cut(world: World, seconds: float) -> str:
    """Connections end after so many bytes, wherever in a frame that is."""
    world.clients.cut_after = world.dice.randrange(500, 20_000)
    await asyncio.sleep(seconds)
    world.clients.cut_after = None
    return "in the middle of frames"


@deed
async def redis_link_reset(world: World, _seconds: float) -> str:
    """All connections to one Redis."""
    _link(world).reset()
    return "one Redis"


@deed
async def redis_link_swallowed(world: World, seconds: float) -> str:
    """Nothing gets through, long enough for the sentinel to notice or not."""
    return await _swallowed(_link(world), {UP, DOWN}, min(seconds, 6.0))


@deed
async def redis_link_slow(world: World, seconds: float) -> str:
    """Each piece waits."""
    return await _slow(world, _link(world), seconds)


@deed
async def redis_link_sliced(world: World, seconds: float) -> str:
    """Bytes come in small pieces."""
    return await _sliced(world, _link(world), seconds)


@deed
async def subscribers_killed(world: World, _seconds: float) -> str:
    """`CLIENT KILL TYPE pubsub`."""
    primary = await world.redis.primary()
    return await ask(primary.port, "CLIENT", "KILL", "TYPE", "pubsub")


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
async def key_evicted(world: World, _seconds: float) -> str:
    """One key of Redis is gone, as with an evicting policy."""
    primary = await world.redis.primary()
    key = await ask(primary.port, "RANDOMKEY")
    if key:
        await ask(primary.port, "DEL", key)
    return key


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


async def _sliced(world: World, link: FaultProxy, seconds: float) -> str:
    link.slice = world.dice.randrange(1, 40)
    words = f"{link.slice} bytes for {seconds:.1f} s"
    await asyncio.sleep(seconds)
    link.slice = 0
    return words
