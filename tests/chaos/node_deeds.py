"""What happens to nodes."""

import asyncio
import signal
from typing import Final

from chaos.clocks import AHEAD, BEHIND
from chaos.deed import Deeds
from chaos.world import Node, World

deed: Final = Deeds()
LONGEST_FREEZE: Final = 30.0
"""Seconds."""
HOURS: Final = {AHEAD: "an hour ahead", BEHIND: "an hour behind"}


def _node(world: World) -> Node:
    free = [each for each in world.nodes if not each.busy.locked()]
    return world.dice.choice(free or world.nodes)


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
    """It stands still, perhaps for longer than its lease; one time in three for long."""
    node = _node(world)
    if world.dice.random() < 1 / 3:
        seconds = world.dice.uniform(seconds, LONGEST_FREEZE)
    async with node.busy:
        assert node.process is not None
        node.process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
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
async def node_clock_moved(world: World, seconds: float) -> str:
    """Its clock is wrong by an hour for a while: sessions, revocations and who came last go by clocks."""
    node = _node(world)
    there, back = world.dice.sample(sorted(HOURS), 2)
    async with node.busy:
        assert node.process is not None
        node.process.send_signal(there)
        await asyncio.sleep(seconds)
        node.process.send_signal(back)
    return f"{node.name} is {HOURS[there]} for {seconds:.1f} s"
