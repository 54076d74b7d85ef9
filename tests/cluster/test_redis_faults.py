"""Redis stops, comes back with less than it had, is full, is a replica: acknowledged is kept, or its loss is told."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.ears import ROOM, SIZE, Node, nodes, prefixed
from redis_server import RedisServer
from rtgen_runtime.broker.words import Said
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.interface import Cap
from rtgen_runtime.redis.arriving import ARRIVE
from rtgen_runtime.redis.commands import Commands
from rtgen_runtime.redis.target import targets_of
from rtgen_runtime.redis.wire import Wire

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
    span = await node.store.history.read(ROOM, SIZE, 0, Cap(1000, 100_000))
    return [each.payload for each in span.entries]


async def down(node: Node) -> None:
    """It knows that Redis is away."""
    await node.ears.until(lambda: not node.shard.commands.is_up)


async def test_f3_restarted_empty_it_begins_new_epochs_and_all_are_told(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, other):
        before = await one.append("1")
        own.stop()
        own.start()
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.afresh() == ["epoch_changed"])  # type: ignore[misc]
            assert ROOM in node.ears.forgotten  # newest values are read again
        after = await one.append("2")
        assert after.epoch != before.epoch
        await other.ears.until(lambda: other.ears.texts()[-1:] == [b"2"])
        assert other.ears.afresh() == ["epoch_changed"]


@pytest.mark.parametrize(("more", "told"), [("", ["epoch_changed"]), ("&epoch=keep", [])])
async def test_f3_restarted_with_its_log_it_says_what_it_is_told_to_say(
    more: str, told: list[str], own: RedisServer
) -> None:
    own.ask("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always")
    async with nodes(prefixed(own.url, more)) as (one, other):
        await one.until(lambda: b"aof_rewrite_in_progress:0" in own.ask("INFO", "persistence"))
        for number in range(20):
            await one.append(f"{number}")
        own.stop()
        own.start("--appendonly", "yes", "--appendfsync", "always")
        await up(one, other)
        position = await other.append("after")
        await one.ears.until(lambda: one.ears.texts()[-1:] == [b"after"] or one.ears.afresh() == told != [])
        assert one.ears.afresh() == told
        assert position.offset == (1 if told else 21)
        assert len(await kept(other)) == (1 if told else 21)


async def test_f3_stopped_for_a_moment_everything_is_done_once(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, other):
        await one.append("0")
        own.signal(signal.SIGSTOP)
        waiting = [one.append(f"{number}") for number in range(1, 50)]
        asyncio.get_running_loop().call_later(0.3, own.signal, signal.SIGCONT)
        positions = await asyncio.gather(*waiting)
        assert [each.offset for each in positions] == list(range(2, 51))
        await other.ears.until(lambda: other.ears.offsets() == list(range(1, 51)))


async def test_f3_stopped_for_long_requests_fail_and_what_failed_never_happens(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.5")) as (one, other):
        await one.append("0")
        own.signal(signal.SIGSTOP)
        for number in range(5):
            with pytest.raises(StoreUnavailable):
                await one.append(f"late {number}")
        with pytest.raises(StoreUnavailable):
            await one.store.latest.put(ROOM, "room.topic", "", b"late")
        own.signal(signal.SIGCONT)
        await up(one, other)
        await one.append("1")
        await other.ears.until(lambda: b"1" in other.ears.texts())
        assert await kept(one) == [b"0", b"1"]
        assert await one.store.latest.read(ROOM) == {}
        assert other.ears.texts() == [b"0", b"1"]


async def test_f3_paused_it_is_waited_for(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, other):
        own.ask("CLIENT", "PAUSE", "300", "ALL")
        await one.append("1")
        await other.ears.until(lambda: other.ears.texts() == [b"1"])


async def test_f3_full_it_refuses_and_the_node_goes_on(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, other):
        await one.append("1")
        own.ask("CONFIG", "SET", "maxmemory", "1")  # byte: whatever a Redis without data takes, it is full
        with pytest.raises(StoreUnavailable, match="OOM"):
            await one.append("2")
        one.broker.say(ROOM, WORD)
        await other.ears.has(WORD)
        span = await one.store.history.read("rooms/new", SIZE, None, Cap(1, 1))
        assert (span.top, span.epoch != "") == (0, True)  # who joins comes in
        for kept in (ROOM, "rooms/new", "rooms/newer"):  # nothing is kept, at addresses that were never heard of either
            with pytest.raises(StoreUnavailable, match="OOM"):
                await one.append("no", kept)
        own.ask("CONFIG", "SET", "maxmemory", "0")
        assert (await one.append("3")).offset == 2
        await other.ears.until(lambda: other.ears.offsets() == [1, 2])


async def test_f3_a_replica_is_waited_out(own: RedisServer) -> None:
    """READONLY: what was refused so is sent to whoever is the primary next."""
    async with nodes(prefixed(own.url, "&patience=10&epoch=keep")) as (one, other):
        await one.append("1")
        own.ask("REPLICAOF", "127.0.0.1", "1")
        waiting = one.append("2")
        await down(one)
        own.ask("REPLICAOF", "NO", "ONE")
        assert (await waiting).offset == 2
        await other.ears.until(lambda: other.ears.offsets() == [1, 2])


async def test_f3_a_subscriber_that_is_too_slow_is_dropped_and_repairs(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 200000 0 0")
    async with nodes(prefixed(own.url), quick=60.0) as (one, other):
        wire = other.shard.hearing._wire
        assert wire is not None
        assert wire._transport is not None
        wire._transport.pause_reading()
        for _ in range(20):
            await asyncio.gather(*[one.append("x" * 10_000) for _ in range(50)])
        name = f"rtgen:{other.shard.node}:hears".encode()
        await one.until(lambda: name not in own.ask("CLIENT", "LIST"))
        wire._transport.resume_reading()
        last = (await one.append("last")).offset
        # more than a node reads: told, and then everything again
        await other.ears.until(lambda: other.ears.afresh() == ["too_old"] or other.ears.offsets()[-1:] == [last])
        await one.append("next")
        await other.ears.until(lambda: other.ears.offsets()[-1:] == [last + 1])


@pytest.mark.parametrize("ends", ["closed", "failed"])
async def test_no_wire_is_left_of_a_greeting_that_did_not_end(own: RedisServer, ends: str) -> None:
    wires: asyncio.Queue[Wire] = asyncio.Queue()

    async def greet(wire: Wire) -> None:
        await wires.put(wire)
        if ends == "failed" and greeted:
            raise ValueError("an answer that makes no sense")
        if greeted:
            await asyncio.Event().wait()

    greeted = False
    commands = Commands(targets_of(own.url, {})[0], "greeted", greet)
    await commands.start()
    (await wires.get()).abort()
    greeted = True
    wire = await wires.get()
    if ends == "failed":
        await wires.get()  # it tries again
    await commands.close()
    await asyncio.sleep(0)
    assert not wire.is_open


async def test_while_it_is_away_nothing_waits_long_and_words_stay_here(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3")) as (one, _):
        own.stop()
        await down(one)
        with pytest.raises(StoreUnavailable):
            await one.append("1")
        one.broker.say(ROOM, WORD)
        assert one.broker.dropped == 1
        await one.broker.ready("rooms/new")  # local: goes on without the others
        with pytest.raises(StoreUnavailable):
            await one.store.history.read(ROOM, SIZE, None, Cap(1, 1))
        with pytest.raises(StoreUnavailable):
            await one.store.outcomes.claim("o", "1", b"d", 60.0)
        own.start()
        await up(one)
        assert (await one.append("2")).offset == 1


async def test_words_that_were_about_to_go_are_counted_when_the_connection_is_lost(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, other):
        one.shard.commands.reconnect("a test wants to")
        one.broker.say(ROOM, WORD)
        one.broker.say(ROOM, WORD)
        await one.ears.until(lambda: one.shard.commands.dropped >= 2)
        await up(one)
        one.broker.say(ROOM, Said("room.hint", b"after"))
        await other.ears.until(lambda: other.ears.texts() == [b"after"])


async def test_while_it_is_away_everything_is_refused_where_that_was_chosen(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3"), 1, on_loss="refuse") as (one,):
        own.stop()
        await down(one)
        with pytest.raises(StoreUnavailable):
            one.broker.say(ROOM, WORD)
        with pytest.raises(StoreUnavailable):
            await one.broker.ready("rooms/new")


async def test_addresses_are_heard_again_that_came_while_it_was_away(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.2")) as (one, other):
        own.stop()
        await down(one)
        await one.enter("rooms/new")
        own.start()
        await up(one, other)

        def is_heard() -> bool:
            other.broker.say("rooms/new", WORD)
            return ("rooms/new", WORD) in one.ears.heard

        await other.until(is_heard)


async def test_scripts_that_were_flushed_are_loaded_again(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, _):
        own.ask("SCRIPT", "FLUSH")
        positions = await asyncio.gather(*[one.append(f"{number}") for number in range(10)])
        assert [each.offset for each in positions] == list(range(1, 11))


async def test_several_servers_share_the_addresses(own: RedisServer, tmp_path: Path) -> None:
    second = RedisServer(tmp_path)
    second.start()
    try:
        urls = f"{prefixed(own.url)},{prefixed(second.url)}"
        async with nodes(urls) as (one, other):
            rooms = [f"rooms/{number}" for number in range(40)]
            for room in rooms:
                await other.enter(room)
                await one.append("x", room)
            for room in rooms:
                await other.ears.until(lambda room=room: other.ears.offsets(room) == [1])  # type: ignore[misc]
            counts = [sum(one.ring.of(room) is shard for room in rooms) for shard in one.shards]
            assert min(counts) > 5
            second.stop()
            mine = next(room for room in rooms if one.ring.of(room) is one.shards[0])
            assert (await one.append("y", mine)).offset == 2
            await other.ears.until(lambda: other.ears.offsets(mine) == [1, 2])
    finally:
        second.stop()


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("a:000", "a:000", True),
        ("a:000", "b:000", False),
        ("a:000", "a:b", False),  # it was a replica, and took another's place
        ("a:b", "a:b", True),
        ("a:b", "a:000", True),  # it has forgotten whose: nobody has followed it for an hour
        ("a:b", "a:c", False),
    ],
)
async def test_whether_it_is_the_same_redis(before: str, after: str, same: bool, own: RedisServer) -> None:
    async with nodes(prefixed(own.url), 1) as (node,):
        names = node.shard.names
        keys = names.generation, names.process, names.session_key, names.lost, names.ended
        own.ask("SET", names.process, before)
        first = own.ask("GET", names.generation)
        generation, _, _ = await node.shard.ask(ARRIVE, *keys, "fresh", after, 0, "key", "")
        assert (generation == first) is same
        assert (await node.shard.ask(ARRIVE, *keys, "later", after, 0, "key", ""))[0] == generation
