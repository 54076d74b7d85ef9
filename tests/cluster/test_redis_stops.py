"""Redis stands still, is killed in the midst of it, loads, is full, or wants replicas: kept, refused, or told."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.ears import ROOM, SIZE, Node, nodes, prefixed
from redis_server import RedisServer
from rtgen_runtime.broker.words import Said
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.interface import Cap
from rtgen_runtime.presence.interface import Change
from rtgen_runtime.redis.checking import check
from rtgen_runtime.redis.target import targets_of

SECONDS = [float(each) for each in os.environ.get("STOPPED_FOR", "1").split()]
"""`STOPPED_FOR="1 5 30"` takes its time."""
WORD = Said("room.hint", b"hello")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that a test may do harm to."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def up(*found: Node) -> None:
    """Each speaks and hears again."""
    for each in found:
        await each.ears.until(lambda each=each: each.broker.is_up)  # type: ignore[misc]


async def kept(node: Node) -> list[bytes]:
    span = await node.store.history.read(ROOM, SIZE, 0, Cap(10_000, 10_000_000))
    return [each.payload for each in span.entries]


async def outcome(node: Node, text: str) -> bool:
    """Whether it was acknowledged."""
    try:
        await node.append(text)
    except StoreUnavailable:
        return False
    return True


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seconds", SECONDS)
async def test_f3_stopped_for_seconds_with_the_settings_that_everybody_has(seconds: float, own: RedisServer) -> None:
    """Acknowledged is kept once; what failed never happens; requests fail within their patience; people stay."""
    async with nodes(prefixed(own.url), quick=5.0) as (one, other):
        for node in one, other:
            await node.presence.apply(ROOM, [Change(node.shard.node, b"1")])
        await one.append("before")
        own.signal(signal.SIGSTOP)
        loop = asyncio.get_running_loop()
        began = loop.time()
        loop.call_later(seconds, own.signal, signal.SIGCONT)
        acknowledged, longest = [b"before"], 0.0
        while loop.time() < began + seconds:
            asked = loop.time()
            if await outcome(one, f"{len(acknowledged)} {asked}"):
                acknowledged.append(f"{len(acknowledged)} {asked}".encode())
            longest = max(longest, loop.time() - asked)
        await up(one, other)
        assert await outcome(one, "after")
        await other.ears.until(lambda: b"after" in other.ears.texts())
        assert other.ears.texts() == await kept(one) == [*acknowledged, b"after"]
        assert longest < 2 * one.shard.target.patience + 1  # it is the bound of a command, not a speed
        assert (await one.presence.summary(ROOM)).count == 2


@pytest.mark.parametrize("more", ["&epoch=keep", ""])
async def test_f3_killed_in_the_midst_of_it(more: str, own: RedisServer) -> None:
    """With its log on the disk each acknowledged one is there, once; else all are told."""
    own.ask("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always")
    async with nodes(prefixed(own.url, more)) as (one, other):
        await one.until(lambda: b"aof_rewrite_in_progress:0" in own.ask("INFO", "persistence"))
        sent = [f"{number}" for number in range(300)]
        waiting = [asyncio.ensure_future(outcome(one, each)) for each in sent]
        await waiting[50]
        own.stop()
        own.start("--appendonly", "yes", "--appendfsync", "always")
        done = await asyncio.gather(*waiting)
        await up(one, other)
        assert await outcome(other, "after")
        found = await kept(other)
        if more:
            acknowledged = [each.encode() for each, is_done in zip(sent, done, strict=True) if is_done]
            assert [each for each in found if each in set(acknowledged)] == acknowledged
            assert len(found) == len(set(found))
            await one.ears.until(lambda: one.ears.texts() == found)
            assert one.ears.afresh() == []
        else:
            await one.ears.until(lambda: one.ears.afresh() == ["epoch_changed"])


async def test_f3_while_it_loads_it_is_waited_for(own: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """A Redis that has much to read says LOADING, to whoever connects and to whoever checks it."""
    log = ("--appendonly", "yes", "--appendfsync", "always")
    own.ask("CONFIG", "SET", *[each.removeprefix("--") for each in log])
    async with nodes(prefixed(own.url, "&epoch=keep&patience=20")) as (one, other):
        await one.until(lambda: b"aof_rewrite_in_progress:0" in own.ask("INFO", "persistence"))
        await one.append("1")
        own.ask("DEBUG", "POPULATE", "300")
        own.ask("BGREWRITEAOF")
        await one.until(lambda: b"aof_rewrite_in_progress:0" in own.ask("INFO", "persistence"))
        own.stop()
        slow = ("--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024")
        command = ["redis-server", "--port", str(own.port), "--bind", "127.0.0.1", "--save", "", *log, *slow]
        own.run([*command, "--dir", str(own.folder)], "Server initialized")
        waiting = one.append("2")
        (finding,) = await check(targets_of(own.url, {})[0], "crew")
        assert "is loading" in finding.words
        assert (await waiting).offset == 2
        assert "is loading" in caplog.text
        await other.ears.until(lambda: other.ears.offsets() == [1, 2])
        assert other.ears.afresh() == []


async def test_f3_paused_for_longer_than_anybody_waits(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3")) as (one, other):
        await one.append("1")
        own.ask("CLIENT", "PAUSE", "1200", "WRITE")
        assert not await outcome(one, "never")
        await up(one, other)
        async with asyncio.timeout(20):
            while not await outcome(one, "2"):
                pass
        await other.ears.until(lambda: b"2" in other.ears.texts())
        assert await kept(one) == other.ears.texts() == [b"1", b"2"]


async def test_f3_full_it_loses_nobody_and_takes_nodes_that_come_back(own: RedisServer) -> None:
    """For longer than a lease: what is there can be read, people stay, words pass."""
    async with nodes(prefixed(own.url, "&lease=1"), quick=0.2) as (one, other):
        await one.presence.apply(ROOM, [Change("ada", b"1")])
        await other.presence.apply(ROOM, [Change("bob", b"1")])
        await one.append("1")
        own.ask("CONFIG", "SET", "maxmemory", "1")
        assert not await outcome(one, "2")
        ticks = other.watch._ticked
        await other.until(lambda: other.watch._ticked >= ticks + 8)  # 1.6 s at least
        own.ask("CLIENT", "KILL", "TYPE", "normal")
        own.ask("CLIENT", "KILL", "TYPE", "pubsub")
        await up(one, other)
        assert await kept(one) == [b"1"]
        one.broker.say(ROOM, WORD)
        await other.ears.has(WORD)
        own.ask("CONFIG", "SET", "maxmemory", "0")
        assert await outcome(one, "3")
        people = [each.who for each in (await other.presence.page(ROOM, "", 9, 999)).people]
        assert people == ["ada", "bob"]
        assert other.ears.afresh() == []


async def test_f3_without_the_replicas_that_it_wants_it_takes_nothing(own: RedisServer) -> None:
    """`min-replicas-to-write`: refused, with Redis's words, and nothing that failed happens."""
    async with nodes(prefixed(own.url, "&patience=0.5")) as (one, other):
        await one.append("1")
        own.ask("CONFIG", "SET", "min-replicas-to-write", "1")
        assert not await outcome(one, "never")
        reconnections = one.shard.commands.reconnections
        assert not await outcome(one, "nor this")
        assert one.shard.commands.reconnections <= reconnections + 10  # no storm of them
        assert "NOREPLICAS" in one.shard.commands.why
        own.ask("CONFIG", "SET", "min-replicas-to-write", "0")
        await up(one, other)
        await one.append("2")
        await other.ears.until(lambda: b"2" in other.ears.texts())
        assert await kept(one) == other.ears.texts() == [b"1", b"2"]
