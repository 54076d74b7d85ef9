"""A Redis that lacks the tail of who is where, as after a failover: nobody is forgotten, and nobody's ghost is left."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.ears import ROOM, Node, nodes, prefixed
from redis_server import RedisServer, redis_server
from rtgen_runtime.presence.interface import Change, Delta

KEYS = ("people", "order", "version", "counts")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


def saying_again(found: dict[Node, list[str]]) -> list[asyncio.Task[None]]:
    """What a node's app does when Redis may have lost who is there."""
    tasks: list[asyncio.Task[None]] = []

    def say(node: Node) -> None:
        shown = [Change(who, b"1") for who in found[node]]
        tasks.append(asyncio.ensure_future(node.presence.apply(ROOM, shown)))

    for node in found:
        node.watch.on_forgotten = lambda node=node: say(node)  # type: ignore[misc]
    return tasks


async def listed(node: Node) -> list[str]:
    return [each.who for each in (await node.presence.page(ROOM, "", 9, 999)).people]


async def test_f4_after_a_failover_people_are_those_who_are_there(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&lease=1")) as (one, other):
        told: list[Delta] = []

        def hear(_address: str, delta: Delta) -> None:
            told.append(delta)
            one.ears.wake()

        one.presence.listen(hear)
        place = one.shard.names.place(ROOM)
        await one.presence.apply(ROOM, [Change("ada", b"1"), Change("gone", b"1")])
        replica = {getattr(place, key): own.ask("DUMP", getattr(place, key)) for key in KEYS}
        await one.presence.apply(ROOM, [Change("gone", None)])
        await other.presence.apply(ROOM, [Change("bob", b"1")])
        await one.ears.until(lambda: len(told) == 3)
        before = told[-1].version
        tasks = saying_again({one: ["ada"], other: ["bob"]})
        for key, kept in replica.items():
            own.ask("RESTORE", key, 0, kept, "REPLACE")
        own.ask("SET", one.shard.names.process, "another:000")
        own.ask("CLIENT", "KILL", "TYPE", "normal")
        await one.until(lambda: len(tasks) == 2)
        await asyncio.gather(*tasks)
        assert await listed(one) == ["ada", "bob"]
        await one.ears.until(lambda: len(told) == 4)
        assert told[3].is_gap  # whoever has seen higher numbers would skip the next ones
        assert told[3].version.epoch not in {before.epoch, "-"}
        assert told[3].count == 2
        await other.presence.apply(ROOM, [Change("bob", None)])
        await one.presence.apply(ROOM, [Change("ada", None)])
        assert await listed(other) == []
        at = [own.ask("SMEMBERS", each.shard.names.at(each.shard.node)) for each in (one, other)]
        assert at == [[b"rooms/a"], [b"rooms/a"]]  # members, not people
        assert not [each for each in own.ask("HKEYS", place.counts) if each[:1] == b"p"]


async def test_where_a_node_is_believed_to_have_members_it_says_that_it_has_none(own: RedisServer) -> None:
    """It had, and Redis has lost that they went."""
    async with nodes(prefixed(own.url)) as (one, other):
        place = one.shard.names.place("rooms/b%20c")
        node = one.shard.node
        await other.broker.ready(place.address)
        own.ask("HSET", place.counts, f"m{node}", 3)
        own.ask("SADD", one.shard.names.at(node), place.quoted)
        await one.until(lambda: place.quoted.encode() in own.ask("SMEMBERS", one.shard.names.at(node)))
        one.broker.forgotten(one.shard)
        await one.until(lambda: own.ask("HGET", place.counts, f"m{node}") is None)
        assert own.ask("SMEMBERS", one.shard.names.at(node)) == [b"rooms/a"]
        assert other.broker.elsewhere(place.address) == 0


async def test_a_list_that_begins_anew_is_read_when_nodes_have_filled_it(own: RedisServer) -> None:
    """Whoever joins at once must not think that those have gone who are shown a moment later."""
    async with nodes(prefixed(own.url, "&lease=1")) as (one, other):
        await one.presence.apply(ROOM, [Change("ada", b"1")])
        await other.presence.apply(ROOM, [Change("bob", b"1")])
        assert await listed(one) == ["ada", "bob"]
        own.ask("FLUSHALL")
        one.presence.doubt(one.shard)
        listing = asyncio.ensure_future(listed(one))
        await one.presence.apply(ROOM, [Change("ada", b"1")])
        await other.presence.apply(ROOM, [Change("bob", b"1")])
        assert not listing.done()
        assert await listing == ["ada", "bob"]
