"""Nodes come and go while a crowd talks: exchanged one by one, drained in a storm and twice, ended early."""

import asyncio
import signal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cluster.fleet import URL, Fleet, fleet, metric
from delivery.report import Report
from faults.crowd import Crowd, crowd
from faults.served import ServerProcess
from redis_server import RedisServer

pytestmark = [pytest.mark.timeout(120)]


async def joined(people: Crowd, nodes: Fleet, count: int) -> list[Any]:
    """Members at whichever nodes are ready."""
    return list(await asyncio.gather(*(people.member(URL, connect=nodes.connect) for _ in range(count))))


def talking(people: Crowd, rooms: list[Any], stop: asyncio.Event) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(people.talk(room, stop)) for room in rooms]


async def approved(people: Crowd, room: Any) -> Report:
    """Everything that was acknowledged was heard by everybody."""
    report = await people.calm(room)
    assert not report.violations, "\n".join(map(str, report.violations))
    assert (report.silent_lost, report.told_lost) == (0, 0)
    assert report.acked == people.acked > 0
    assert len(people.epochs) == 1
    return report


async def test_three_nodes_are_exchanged_one_after_another_and_nobody_notices(
    chat: ModuleType, chat_code: Path, redis: RedisServer
) -> None:
    async with fleet(chat_code, redis, "rolling", 3) as nodes, crowd(chat) as people:
        rooms = await joined(people, nodes, 15)
        stop = asyncio.Event()
        talkers = talking(people, rooms[:2], stop)
        old = tuple(nodes.nodes)
        await nodes.add()
        for each in old:
            await people.until_acked(3)
            ended, *_ = await asyncio.gather(each.terminate(), *([nodes.add()] if each is not old[-1] else []))
            assert ended == 0
            nodes.nodes.remove(each)
        stop.set()
        await asyncio.gather(*talkers)
        report = await approved(people, rooms[0])
        assert (report.published, report.failed, report.unknown) == (report.acked, 0, 0)
        assert set(report.recoveries) == {"recovered"}
        assert report.recoveries["recovered"] >= 15


async def test_f8_drained_while_a_storm_comes_and_twice_it_ends_in_time_and_all_are_told(
    chat: ModuleType, chat_code: Path, redis: RedisServer
) -> None:
    """Of two nodes one dies, and the other is told to end while the crowd comes to it: the third gets everybody."""
    asyncio.get_running_loop().set_debug(False)  # or the crowd is no storm
    async with fleet(chat_code, redis, "stormy", 1) as nodes, crowd(chat) as people:
        rooms = await joined(people, nodes, 100)
        (dying,) = nodes.nodes
        (draining,) = await nodes.add("--accept-rate", "40", "--drain-window", "60")
        nodes.nodes.remove(dying)
        stop = asyncio.Event()
        talkers = talking(people, rooms[:2], stop)
        await dying.kill()
        while not await metric(draining, 'rtgen_newcomers_total{outcome="early"}'):
            pass
        draining.process.send_signal(signal.SIGTERM)
        await nodes.add()
        inside = await metric(draining, 'rtgen_newcomers_total{outcome="admitted"}')
        told = 'rtgen_sent_frames_total{channel="",event="$drain"}'
        while await metric(draining, told) < inside:
            pass
        assert await draining.terminate() == 0  # the second time: it hurries
        await people.until_acked(5)
        stop.set()
        await asyncio.gather(*talkers)
        await approved(people, rooms[0])


async def test_f8_sigterm_before_it_serves_ends_it_with_zero(code: Path) -> None:
    """It waits for a Redis that takes the connection and says nothing: there is nobody to tell."""
    came = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        await reader.read(-1)
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as mute:
        port = mute.sockets[0].getsockname()[1]
        node = ServerProcess(code, code, store=f"redis://127.0.0.1:{port}/0", package="crew")
        starting = asyncio.create_task(node.start())
        async with asyncio.timeout(20):
            await came.wait()
        assert await node.terminate() == 0
        with pytest.raises(ValueError, match="invalid literal"):
            await starting  # it never said where it listens
