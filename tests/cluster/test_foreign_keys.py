"""Keys of another program, and keys that are dropped: what lies beside them goes on, and what is wrong is said."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.ears import ROOM, Node, nodes, prefixed
from redis_server import RedisServer
from rtgen_runtime.auth.revocation import Revocation
from rtgen_runtime.broker.words import Switched
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.presence.interface import Change

OTHER = "rooms/other"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that a test may do harm to."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def test_a_foreign_key_at_one_address_holds_up_no_other(own: RedisServer) -> None:
    """What a node compares after a reconnection comes in one call for many addresses: one that fails is one."""
    async with nodes(prefixed(own.url, "&lease=1"), quick=60.0) as (one, other):
        for node in one, other:
            await node.enter(OTHER)
        await one.append("1")
        await one.append("before", OTHER)
        await other.ears.until(lambda: other.ears.offsets() == other.ears.offsets(OTHER) == [1])
        own.ask("SET", one.shard.names.place(OTHER).meta, "of another program")
        own.ask("CLIENT", "KILL", "TYPE", "pubsub")
        await one.append("2")
        with pytest.raises(StoreUnavailable, match="WRONGTYPE"):
            await one.append("here", OTHER)
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.offsets() == [1, 2])  # type: ignore[misc]
        own.ask("DEL", one.shard.names.place(OTHER).meta)
        await one.append("again", OTHER)
        await other.ears.until(lambda: other.ears.afresh(OTHER) == ["epoch_changed"])


@pytest.mark.parametrize("key", ["people", "order", "version", "counts"])
async def test_a_foreign_key_does_not_keep_the_people_of_a_dead_node(key: str, own: RedisServer) -> None:
    rooms = [f"rooms/{number}" for number in range(5)]
    async with nodes(prefixed(own.url, "&lease=1")) as (one, other):
        for room in rooms:
            await other.presence.apply(room, [Change("ada", b"1")])
            await one.presence.apply(room, [Change("bob", b"1")])
        own.ask("SET", getattr(one.shard.names.place(rooms[2]), key), "of another program")
        assert other.watch._ticking is not None
        other.watch._ticking.cancel()
        for room in rooms[:2] + rooms[3:]:
            await only(one, room, ["bob"])


async def only(node: Node, room: str, expected: list[str]) -> None:
    """These people are there in the end."""
    async with asyncio.timeout(20):
        while [each.who for each in (await node.presence.page(room, "", 9, 999)).people] != expected:
            pass


async def test_f5_how_many_members_there_are_is_said_again(own: RedisServer) -> None:
    """A node that comes after the key was dropped learns of those who were there before."""
    url = prefixed(own.url)
    async with nodes(url, 1) as (node,):
        counts = node.shard.names.place(ROOM).counts
        await node.until(lambda: own.ask("HLEN", counts) == 1)
        own.ask("DEL", counts)
        async with nodes(url, 1) as (late,):
            await late.until(lambda: late.broker.elsewhere(ROOM) == 1)


async def test_f5_after_the_note_of_which_redis_it_is_was_dropped_epochs_change(own: RedisServer) -> None:
    """It might be another one: whoever connects next can't know."""
    url = prefixed(own.url)
    async with nodes(url, 1, quick=60.0) as (node,):
        before = await node.append("1")
        own.ask("DEL", node.shard.names.process)
        async with nodes(url, 1):
            after = await node.append("2")
            assert (after.epoch == before.epoch, after.offset) == (False, 1)
            await node.ears.until(lambda: node.ears.afresh() == ["epoch_changed"])


async def test_f5_the_generation_that_was_dropped_ends_all_epochs(own: RedisServer) -> None:
    async with nodes(prefixed(own.url), quick=60.0) as (one, other):
        before = await one.append("1")
        own.ask("DEL", one.shard.names.generation)
        assert (await one.append("2")).epoch != before.epoch
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.afresh() == ["epoch_changed"])  # type: ignore[misc]


async def test_f5_revocations_flags_and_the_key_of_sessions_are_said_again(own: RedisServer) -> None:
    async with nodes(prefixed(own.url)) as (one, _):
        names = one.shard.names
        await one.broker.revoke(Revocation("subject", "ada", one.broker._wall()))
        one.broker.control(Switched("beta", one.broker._wall(), "x", percent=20.0))
        keys = [names.revoked, names.flags, names.session_key, names.nodes]
        await one.until(lambda: own.ask("EXISTS", *keys) == len(keys))
        before = [own.ask("ZRANGE", names.revoked, 0, -1), own.ask("HGETALL", names.flags), one.shard.session_key]
        own.ask("DEL", *keys)
        await one.until(lambda: own.ask("EXISTS", *keys) == len(keys))
        after = [own.ask("ZRANGE", names.revoked, 0, -1), own.ask("HGETALL", names.flags)]
        assert [*after, own.ask("GET", names.session_key)] == before


async def test_f5_newest_values_that_were_dropped_end_the_epoch(own: RedisServer) -> None:
    """Else whoever joins would believe that there are none."""
    async with nodes(prefixed(own.url), quick=60.0) as (one, other):
        for key in "abc":
            await one.store.latest.put(ROOM, "room.topic", key, b"x")
        await other.ears.until(lambda: len(other.ears.texts()) == 3)
        own.ask("DEL", one.shard.names.place(ROOM).latest)
        assert await other.store.latest.read(ROOM) == {}
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.afresh() == ["epoch_changed"])  # type: ignore[misc]
            assert ROOM in node.ears.forgotten
        await one.store.latest.put(ROOM, "room.topic", "a", b"y")
        await one.store.latest.remove(ROOM, "room.topic", "a")
        assert await other.store.latest.read(ROOM) == {}
        assert other.ears.afresh() == ["epoch_changed"]


async def test_f5_newest_values_that_were_dropped_are_noticed_by_the_next_one(own: RedisServer) -> None:
    async with nodes(prefixed(own.url), quick=60.0) as (one, other):
        for key in "abc":
            await one.store.latest.put(ROOM, "room.topic", key, b"x")
        own.ask("DEL", one.shard.names.place(ROOM).latest)
        await one.store.latest.put(ROOM, "room.topic", "a", b"y")
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.afresh() == ["epoch_changed"])  # type: ignore[misc]
        assert await other.store.latest.read(ROOM) == {("room.topic", "a"): b"y"}
