"""A node dies, and all its clients come to the other at once (issue 8, row E9), on real sockets."""

import asyncio
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cluster.fleet import URL, Fleet, fleet, metric
from faults.crowd import Crowd, crowd
from redis_server import RedisServer

pytestmark = [pytest.mark.timeout(120)]

MEMBERS = 500
RATE = 100
"""What a node lets in a second, and at once."""


async def members(people: Crowd, nodes: Fleet, count: int) -> list[Any]:
    """Joined; each comes again when it was told to, as clients do."""
    return list(await asyncio.gather(*(people.member(URL, connect=nodes.connect) for _ in range(count))))


async def test_e9_the_crowd_of_a_dead_node_comes_to_the_other_at_its_rate_and_misses_nothing(
    chat: ModuleType, chat_code: Path, redis: RedisServer
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(False)  # or the crowd is slower than the rate
    async with fleet(chat_code, redis, "storm", 1) as nodes, crowd(chat) as people:
        await members(people, nodes, MEMBERS)
        dying = nodes.nodes.pop()
        (other,) = await nodes.add("--accept-rate", str(RATE))
        resident = await members(people, nodes, 20)
        assert await people.say(resident[0])
        before = await metric(other, 'rtgen_newcomers_total{outcome="admitted"}')
        killed = loop.time()
        await dying.kill()
        while (await metric(other, 'rtgen_members{channel="room"}')) < MEMBERS + 20:
            assert await people.say(resident[0])
        took = loop.time() - killed
        came = await metric(other, 'rtgen_newcomers_total{outcome="admitted"}') - before
        early = await metric(other, 'rtgen_newcomers_total{outcome="early"}')
        assert came == MEMBERS <= RATE + took * RATE
        assert early >= MEMBERS - RATE - took * RATE
        assert early > 0
        report = await people.calm(resident[0])
        assert not report.violations, "\n".join(map(str, report.violations))
        assert (report.silent_lost, report.told_lost, report.unknown) == (0, 0, 0)
        assert report.recoveries["recovered"] == MEMBERS
        assert (await metric(other, 'rtgen_connections_closed_total{code="overloaded"}')) == early
