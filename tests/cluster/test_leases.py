"""Nodes that die, freeze and thaw: their people go with the lease, and come back with them; presence is one list."""

import asyncio
import signal
from pathlib import Path

import pytest
from cluster.ears import ROOM, Node, nodes, prefixed
from redis_server import RedisServer, redis_server
from rtgen_runtime.broker.words import Arrived
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.presence.interface import Change, Delta, Shown
from rtgen_runtime.redis.opening import NotUsable
from rtgen_runtime.redis.watching import NameTaken

Told = list[tuple[str, Delta]]


def listening(node: Node) -> Told:
    """What a node hears of people."""
    told: Told = []

    def hear(address: str, delta: Delta) -> None:
        told.append((address, delta))
        node.ears.wake()

    node.presence.listen(hear)
    return told


async def freeze(node: Node) -> None:
    """It does nothing any more, and says nothing: as after SIGSTOP."""
    assert node.watch._ticking is not None
    node.watch._ticking.cancel()
    await asyncio.gather(node.watch._ticking, return_exceptions=True)


def thaw(node: Node) -> None:
    node.watch._ticking = asyncio.get_running_loop().create_task(node.watch._tick())


async def refreshed(node: Node) -> None:
    """As soon as Redis lets it."""
    async with asyncio.timeout(20):
        while True:
            try:
                await node.watch.refresh()
            except StoreUnavailable:
                await node.ears.until(lambda: node.shard.commands.is_up)
            else:
                return


def who(told: Told) -> list[tuple[list[str], list[str], list[str]]]:
    return [
        ([each.who for each in delta.join], [each.who for each in delta.update], list(delta.leave)) for _, delta in told
    ]


async def test_people_of_all_nodes_are_one_list_with_one_line_of_versions(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        mine, others = listening(one), listening(other)
        await one.presence.apply(ROOM, [Change("ada", b'{"a":1}'), Change("bob", b"1")])
        await other.presence.apply(ROOM, [Change("eve", b"2"), Change("ada", b'{"a":2}')])
        await other.presence.apply(ROOM, [Change("ada", None)])
        await one.presence.apply(ROOM, [Change("ada", None), Change("bob", None)])
        await other.presence.apply(ROOM, [Change("eve", None)])
        for told, node in (mine, one), (others, other):
            await node.ears.until(lambda told=told: len(told) == 5)  # type: ignore[misc]
            assert who(told) == [
                (["ada", "bob"], [], []),
                (["eve"], ["ada"], []),
                ([], ["ada"], []),
                ([], [], ["ada", "bob"]),
                ([], [], ["eve"]),
            ]
            assert [delta.version.number for _, delta in told] == [1, 2, 3, 4, 5]
            assert len({delta.version.epoch for _, delta in told}) == 1
            assert [delta.count for _, delta in told] == [2, 3, 3, 1, 0]
        assert others[2][1].update == (Shown("ada", b'{"a":1}'),)
        assert (await one.presence.summary(ROOM)).count == 0


async def test_the_list_comes_in_pages(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        names = sorted([f"p{number:02}" for number in range(30)] + ["漢", "é", "Z"])
        await node.presence.apply(ROOM, [Change(name, b'"x"') for name in names])
        listed, after = [], ""
        while True:
            page = await node.presence.page(ROOM, after, 7, 100_000)
            listed += [each.who for each in page.people]
            after = page.following
            if not after:
                break
        assert listed == names
        assert len((await node.presence.page(ROOM, "", 30, 30)).people) == 2


async def test_f6_people_of_a_dead_node_go_with_its_lease_and_come_back_when_it_thaws(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url, "&lease=1")) as (one, other):
        told = listening(one)
        await one.presence.apply(ROOM, [Change("ada", b"1")])
        await other.presence.apply(ROOM, [Change("ada", b"2"), Change("bob", b"2")])
        await one.ears.until(lambda: one.broker.elsewhere(ROOM) == 1)
        again = asyncio.Event()
        other.watch.on_forgotten = again.set
        await freeze(other)
        await one.ears.until(lambda: len(told) == 3)
        assert who(told)[2] == ([], ["ada"], ["bob"])
        assert one.broker.elsewhere(ROOM) == 0
        assert [each.who for each in (await one.presence.page(ROOM, "", 9, 999)).people] == ["ada"]
        thaw(other)
        await asyncio.wait_for(again.wait(), 10)
        other.broker.forgotten(other.shard)
        await other.presence.apply(ROOM, [Change("bob", b"2")])
        await one.ears.until(lambda: len(told) == 4)
        await other.until(lambda: one.broker.elsewhere(ROOM) == 1)


async def test_whoever_came_to_another_node_in_time_is_never_gone(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url, "&lease=1")) as (one, other):
        told = listening(one)
        await other.presence.apply(ROOM, [Change("ada", b"1")])
        await freeze(other)
        await one.presence.apply(ROOM, [Change("ada", b"1")])
        dead: list[str] = []
        one.watch.on_dead = dead.append
        await one.until(lambda: bool(dead))
        await one.presence.apply(ROOM, [Change("mark", b"1")])
        await one.ears.until(lambda: who(told)[-1] == (["mark"], [], []))
        assert who(told) == [(["ada"], [], []), (["mark"], [], [])]


async def test_a_lost_last_word_about_people_makes_members_ask(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        told = listening(other)
        await one.presence.apply(ROOM, [Change("ada", b"1")])
        await other.ears.until(lambda: len(told) == 1)
        hear, other.shard.hearing.hear = other.shard.hearing.hear, lambda _channel, _message: None
        await one.presence.apply(ROOM, [Change("bob", b"1")])
        await one.shard.commands.ask("PING")
        other.shard.hearing.hear = hear
        await other.ears.until(lambda: len(told) == 2)
        assert told[1][1].is_gap
        assert (told[1][1].count, told[1][1].version.number) == (2, 2)


async def test_f9_no_two_nodes_have_one_name(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 3) as found:
        assert len({each.shard.node for each in found}) == 3
        assert redis.ask("ZCARD", found[0].shard.names.nodes) == 3


async def test_f9_a_name_that_another_process_lives_by_keeps_a_node_from_starting(redis: RedisServer) -> None:
    """Names are random; somebody may force them all the same. The first one stays what it was."""
    url = prefixed(redis.url, "&lease=1")
    first, double = Node(url, name="same"), Node(url, name="same")
    try:
        await first.start()
        await first.enter()
        await first.presence.apply(ROOM, [Change("ada", b"1")])
        for _ in range(2):
            with pytest.raises(NotUsable, match="another process is node same: names must differ"):
                await double.start()
            await double.store.close()
            double = Node(url, name="same")
        await first.watch.refresh()
        assert (await first.presence.summary(ROOM)).count == 1
        await freeze(first)
        async with nodes(url, 1) as (other,):
            dead: list[str] = []
            other.watch.on_dead = dead.append
            await other.until(lambda: dead == ["same"])
        await double.start()
        with pytest.raises(NameTaken):  # it is too late for the first one, which thaws
            await first.watch.refresh()
        await double.watch.refresh()
    finally:
        await first.store.close()
        await double.store.close()


async def test_f6_a_thawed_node_hears_what_was_said_before_it_shows_its_people_again(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url, "&lease=1")) as (one, other):
        order: list[str] = []
        held: list[tuple[bytes, bytes]] = []
        dead: list[str] = []
        one.watch.on_dead = dead.append
        other.watch.on_forgotten = lambda: order.append("shown again")
        hear = other.shard.hearing.hear

        def late(channel: bytes, message: bytes) -> None:
            held.append((channel, message))

        other.shard.hearing.hear = late
        await freeze(other)
        await one.until(lambda: dead == [other.shard.node])
        one.broker.control(Arrived("@bob", "client", 1.0))
        thaw(other)
        await other.until(lambda: other.watch._showing_after > 0)
        assert order == []
        other.shard.hearing.hear = hear
        for channel, message in held:
            hear(channel, message)
            if not order and any(isinstance(word, Arrived) for _, word in other.ears.heard):
                order.append("heard")
        await other.until(lambda: order == ["heard", "shown again"])


async def test_f6_after_redis_was_away_nobody_is_taken_for_dead(tmp_path: Path) -> None:
    """All leases have lapsed when it is back: whoever comes first must not clear up after the others."""
    with redis_server(tmp_path) as own:
        async with nodes(prefixed(own.url, "&lease=1&patience=0.3")) as (one, other):
            told = listening(one)
            for name, node in ("ada", one), ("bob", other):
                await node.presence.apply(ROOM, [Change(name, b"1")])
            await one.ears.until(lambda: len(told) == 2)
            for node in one, other:
                await freeze(node)
            own.signal(signal.SIGSTOP)
            asyncio.get_running_loop().call_later(1.5, own.signal, signal.SIGCONT)
            await refreshed(one)
            await refreshed(other)
            thaw(one)
            thaw(other)
            await one.presence.apply(ROOM, [Change("eve", b"1")])
            await one.ears.until(lambda: who(told)[-1] == (["eve"], [], []))
            assert who(told) == [(["ada"], [], []), (["bob"], [], []), (["eve"], [], [])]
            assert (await one.presence.summary(ROOM)).count == 3


async def test_while_redis_has_lost_the_list_nobody_seems_to_go(tmp_path: Path) -> None:
    """Nodes say again who is there, one after the other; members keep what they knew until all have."""
    with redis_server(tmp_path) as own:
        async with nodes(prefixed(own.url, "&lease=1"), quick=60.0) as (one, other):
            told = listening(one)
            for name, node in ("ada", one), ("bob", other):
                await node.presence.apply(ROOM, [Change(name, b"1")])
            await one.ears.until(lambda: len(told) == 2)
            key = one.shard.session_key
            own.ask("FLUSHALL")
            await one.presence.apply(ROOM, [Change("ada", b"1")])
            await other.presence.apply(ROOM, [Change("bob", b"1")])
            await one.ears.until(lambda: len(told) == 3)
            assert told[2][1].is_gap
            assert told[2][1].count == 2
            await one.presence.apply(ROOM, [Change("eve", b"1")])
            await one.ears.until(lambda: len(told) == 4)
            assert who(told)[3] == (["eve"], [], [])
            assert told[3][1].version.number == 3
            await one.until(lambda: own.ask("GET", one.shard.names.session_key) == key)


@pytest.mark.parametrize("key", ["order", "people", "version", "counts"])
async def test_f5_of_what_is_kept_of_people_any_key_may_be_dropped(key: str, redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url, "&lease=1")) as (one, other):
        shown = {one: [Change("ada", b"1")], other: [Change("bob", b"1")]}

        async def show(node: Node) -> None:
            await node.presence.apply(ROOM, shown[node])

        showing: list[asyncio.Task[None]] = []
        for node in one, other:
            node.presence.on_asked = lambda _address, node=node: showing.append(  # type: ignore[misc]
                asyncio.ensure_future(show(node))
            )
            await show(node)
        redis.ask("DEL", getattr(one.shard.names.place(ROOM), key))
        await one.presence.apply(ROOM, [Change("eve", b"1")])
        names: list[str] = []
        async with asyncio.timeout(20):
            while names != ["ada", "bob", "eve"]:
                names = [each.who for each in (await one.presence.page(ROOM, "", 9, 999)).people]
        await freeze(other)
        async with asyncio.timeout(20):
            while names != ["ada", "eve"]:
                names = [each.who for each in (await one.presence.page(ROOM, "", 9, 999)).people]
        await asyncio.gather(*showing)


async def test_f5_where_a_node_has_members_is_said_again(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        at = node.shard.names.at(node.shard.node)
        await node.until(lambda: redis.ask("SMEMBERS", at) == [b"rooms/a"])
        redis.ask("DEL", at)
        await node.until(lambda: redis.ask("SMEMBERS", at) == [b"rooms/a"])
