"""What a Redis may have lost is known for a while, so that no request takes effect twice; so is what it did not say."""

import asyncio
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cluster.ears import ROOM, Node, nodes, prefixed
from faults.proxy import FaultProxy
from redis_server import RedisServer, redis_server
from rtgen_runtime.errors import MaybeKept, StoreUnavailable
from rtgen_runtime.presence.interface import Change
from rtgen_runtime.redis.outcomes import RedisOutcomes
from rtgen_runtime.redis.wire import Reply

WINDOW = 300.0
AOF = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


async def sure(node: Node, window: float = WINDOW) -> bool:
    return await RedisOutcomes(node.ring).remembers("ann", window)


async def test_a_redis_that_is_new_has_lost_nothing(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as found:
        assert all([await sure(each) for each in found])


@pytest.mark.parametrize("how", ["emptied", "restarted", "flushed", "generation evicted"])
async def test_whatever_it_lost_is_known_to_all_nodes(how: str, own: RedisServer) -> None:
    async with nodes(prefixed(own.url), 2) as found:
        if how == "flushed":
            own.ask("FLUSHALL")
        elif how == "generation evicted":
            own.ask("DEL", found[0].shard.names.generation)
        else:
            own.ask("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always")
            await found[0].until(lambda: b"aof_rewrite_in_progress:0" in own.ask("INFO", "persistence"))
            own.stop()
            own.start(*(AOF if how == "restarted" else ()))
        for each in found:
            await each.ears.until(lambda each=each: each.broker.is_up)  # type: ignore[misc]
            assert not await sure(each)
            assert await sure(each, 0.0)


def has_moved(node: Node, known: bytes) -> bool:
    return node.broker.is_up and node.shard.generation != known


async def test_a_redis_that_was_cut_off_while_another_had_its_place_lacks_what_came_of_that(
    own: RedisServer, tmp_path: Path
) -> None:
    """It has never been anything but a primary, and remembers who went meanwhile as being there."""
    (tmp_path / "other").mkdir()
    with redis_server(tmp_path / "other", "--repl-diskless-sync-delay", "0") as other:
        async with FaultProxy(own.port) as link:
            url = f"redis://127.0.0.1:{link.port}/0"
            async with nodes(prefixed(url)) as (one, late):
                await one.presence.apply(ROOM, [Change("ada", b"1"), Change("gone", b"1")])
                first = await one.append("1")
                other.ask("REPLICAOF", "127.0.0.1", own.port)
                await one.until(lambda: b"master_link_status:up" in other.ask("INFO", "replication"))
                other.ask("REPLICAOF", "NO", "ONE")

                async def move(to: RedisServer) -> str:
                    known = [each.shard.generation for each in (one, late)]
                    link.target = to.port
                    link.reset()
                    for each, was in zip((one, late), known, strict=True):
                        await each.ears.until(partial(has_moved, each, was))
                    return (await one.append("2")).epoch

                there = await move(other)
                await one.presence.apply(ROOM, [Change("gone", None)])
                own.ask("SET", one.shard.names.lost, 1)  # something that it lost long ago
                back = await move(own)
                assert len({first.epoch, there, back}) == 3
                assert not await sure(one)
                assert not await sure(late)
                await one.presence.apply(ROOM, [Change("ada", b"1")])
                assert [each.who for each in (await one.presence.page(ROOM, "", 9, 999)).people] == ["ada"]
                assert own.ask("ZCARD", one.shard.names.ended) == 2


async def test_where_it_is_said_to_keep_everything_nothing_is_lost(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always")
    async with nodes(prefixed(own.url, "&epoch=keep"), 1) as (node,):
        await node.until(lambda: b"aof_rewrite_in_progress:0" in own.ask("INFO", "persistence"))
        own.stop()
        own.start(*AOF)
        await node.ears.until(lambda: node.broker.is_up)
        assert await sure(node)


async def test_what_redis_did_not_answer_may_be_kept(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3"), 1) as (node,):
        own.signal(signal.SIGSTOP)
        put = node.store.latest.put(ROOM, "room.topic", "", b"nobody knows")
        shown = node.presence.apply(ROOM, [Change("ada", b"1")])
        problems = await asyncio.gather(node.append("nobody knows"), put, shown, return_exceptions=True)
        assert [type(each) for each in problems] == [MaybeKept, MaybeKept, MaybeKept]
        own.signal(signal.SIGCONT)


async def test_what_was_never_sent_or_was_refused_is_not_kept(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3"), 1) as (node,):
        commands = node.shard.commands
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        commands.send(answer.set_result, "NO-SUCH-COMMAND")
        assert type(await answer) is StoreUnavailable
        own.stop()
        await node.ears.until(lambda: not commands.is_up)
        with pytest.raises(StoreUnavailable) as away:
            await node.append("nobody is there")
        assert type(away.value) is StoreUnavailable


async def test_what_was_only_asked_is_not_kept(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3"), 1) as (node,):
        own.signal(signal.SIGSTOP)
        with pytest.raises(StoreUnavailable) as problem:
            await node.shard.commands.ask("PING")
        assert type(problem.value) is StoreUnavailable
        own.signal(signal.SIGCONT)


async def test_what_is_refused_the_second_time_may_be_kept_from_the_first(own: RedisServer) -> None:
    """The first answer got lost with the wire; by the second time it is too late, and nothing remembers it."""
    async with nodes(prefixed(own.url), 1) as (node,):
        commands = node.shard.commands
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        commands.send(answer.set_result, "NO-SUCH-COMMAND")
        commands.reconnect("a test wants it")
        assert isinstance(await answer, MaybeKept)
