"""What a Redis may have lost is known for a while, so that no request takes effect twice; so is what it did not say."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.ears import ROOM, Node, nodes, prefixed
from redis_server import RedisServer, redis_server
from rtgen_runtime.errors import MaybeKept, StoreUnavailable
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
        problems = await asyncio.gather(node.append("nobody knows"), put, return_exceptions=True)
        assert [type(each) for each in problems] == [MaybeKept, MaybeKept]
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
