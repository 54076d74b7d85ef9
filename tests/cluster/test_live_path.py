"""What one node keeps or says, others hear: in order, once, and nothing is lost without a word."""

import asyncio
import re

import pytest
from cluster.ears import ROOM, SIZE, nodes, prefixed
from redis_server import RedisServer
from rtgen_runtime.broker.words import Disconnect, Put, Said, Word
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Cap
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.scripts import APPEND

MANY = 300


async def test_all_hear_one_order_without_holes(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 3) as found:
        for number in range(MANY):
            for node in found:
                node.append(f"{number} {node.shard.node}")
            if number % 50 == 0:
                await asyncio.sleep(0)
        for node in found:
            await node.ears.until(lambda node=node: len(node.ears.offsets()) == 3 * MANY)  # type: ignore[misc]
            assert node.ears.offsets() == list(range(1, 3 * MANY + 1))
        first, *others = (node.ears.texts() for node in found)
        assert all(each == first for each in others)


async def test_an_event_is_told_here_before_its_maker_goes_on(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        for number in range(1, 20):
            other.append("x")
            position = await one.broker.record(ROOM, one.append("y"), lambda _: Put("", "", b""))
            assert position.offset in one.ears.offsets(), number


async def test_words_stay_in_their_place(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        for number in range(50):
            await one.append(f"r{number}")
            one.broker.say(ROOM, Said("room.hint", f"s{number}".encode()))
        await other.ears.has(Said("room.hint", b"s49"))
        assert other.ears.texts() == [f"{kind}{number}".encode() for number in range(50) for kind in "rs"]
        assert [each for each in one.ears.texts() if each.startswith(b"s")] == []


async def test_words_of_one_turn_are_one_message(redis: RedisServer) -> None:
    """For each address, in their order; what is sent between them keeps its place, and large ones don't wait."""
    elsewhere, large = "rooms/b", b"x" * 70_000
    async with nodes(prefixed(redis.url)) as (one, other):
        await other.enter(elsewhere)
        before = published(redis)
        for number in range(MANY):
            one.broker.say(ROOM, Said("room.hint", b"%d" % number))
            one.broker.say(elsewhere, Said("room.hint", b"%d" % number))
        kept = one.append("kept")
        for text in (b"first", large, b"last"):
            one.broker.say(ROOM, Said("room.hint", text))
        await kept
        await other.ears.has(Said("room.hint", b"last"))
        numbers = [b"%d" % number for number in range(MANY)]
        assert other.ears.texts() == [*numbers, b"kept", b"first", large, b"last"]
        assert other.ears.texts(elsewhere) == numbers
        assert published(redis) - before == 2 + 1 + 2


async def test_a_word_that_is_not_understood_costs_no_other(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        known = messages.pack(Said("room.hint", b"known"))
        words = messages.together([known, b"\x92\xa6future\x01", known])
        redis.ask("PUBLISH", one.shard.names.place(ROOM).channel, b"1w other \n" + words)
        await other.ears.until(lambda: other.ears.texts() == [b"known", b"known"])
        assert other.shard.refused == {"body": 1}


async def test_a_word_that_fails_here_costs_no_other(redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        said = other.ears.said

        def fail(address: str, word: Word) -> None:
            if word == Said("room.hint", b"bad"):
                raise ValueError
            said(address, word)

        other.ears.said = fail  # type: ignore[method-assign]
        for text in (b"1", b"bad", b"2"):
            one.broker.say(ROOM, Said("room.hint", text))
        await other.ears.has(Said("room.hint", b"2"))
        assert other.ears.texts() == [b"1", b"2"]
        assert "could not be acted on" in caplog.text


def published(redis: RedisServer) -> int:
    """How often something was."""
    found = re.search(rb"cmdstat_publish:calls=(\d+)", redis.ask("INFO", "commandstats"))
    return int(found[1]) if found else 0


async def test_newest_values_come_in_the_order_of_the_store(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        await asyncio.gather(
            *[
                node.store.latest.put(ROOM, "room.topic", "", f"{n}".encode())
                for n in range(50)
                for node in (one, other)
            ]
        )
        kept = (await one.store.latest.read(ROOM))["room.topic", ""]
        await other.ears.until(lambda: len(other.ears.texts()) == 100)
        assert one.ears.texts() == other.ears.texts()
        assert one.ears.texts()[-1] == kept


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
async def test_f3_killed_connections_lose_nothing(kind: str, redis: RedisServer) -> None:
    """Gap repair: what was published while a subscriber was away is read, once for the address."""
    async with nodes(prefixed(redis.url)) as (one, other):
        for number in range(MANY):
            one.append(f"{number}")
            if number % 100 == 50:
                redis.ask("CLIENT", "KILL", "TYPE", kind)
                await asyncio.sleep(0)
        for node in one, other:
            await node.ears.until(lambda node=node: len(node.ears.offsets()) >= MANY)  # type: ignore[misc]
            assert node.ears.offsets() == list(range(1, MANY + 1))
            assert node.ears.afresh() == []
        assert one.ears.texts() == other.ears.texts() == [f"{number}".encode() for number in range(MANY)]


async def test_a_lost_message_is_read_when_the_next_one_comes(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), quick=60.0) as (one, other):
        await one.append("1")
        await other.ears.until(lambda: other.ears.offsets() == [1])
        hear, other.shard.hearing.hear = other.shard.hearing.hear, lambda _channel, _message: None
        await one.append("lost")
        await one.store.latest.put(ROOM, "room.topic", "", b"lost too")
        await other.shard.commands.ask("PING")
        await one.shard.commands.ask("PING")
        other.shard.hearing.hear = hear
        await one.append("3")
        await other.ears.until(lambda: 3 in other.ears.offsets())
        assert other.ears.offsets() == [1, 2, 3]
        assert b"lost too" in other.ears.texts()
        assert other.shard.lines.counts.repaired == 1


async def test_a_lost_last_message_is_found_when_it_is_quiet(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        hear, other.shard.hearing.hear = other.shard.hearing.hear, lambda _channel, _message: None
        await one.append("lost")
        await one.shard.commands.ask("PING")
        other.shard.hearing.hear = hear
        await other.ears.until(lambda: other.ears.offsets() == [1])


async def test_a_deaf_subscription_is_noticed_by_its_tick(redis: RedisServer) -> None:
    """Half dead: the socket lives, and nothing comes."""
    async with nodes(prefixed(redis.url), quick=0.1) as (one, other):
        wire = other.shard.hearing._wire
        assert wire is not None
        assert wire._transport is not None
        wire._transport.pause_reading()
        await one.append("unheard")
        await other.ears.until(lambda: other.ears.offsets() == [1])
        assert other.watch.deaf + other.shard.lines.counts.holes > 0
        await other.until(lambda: other.watch.deaf > 0)
        await one.append("heard")
        await other.ears.until(lambda: other.ears.offsets() == [1, 2])


async def test_what_can_not_be_read_any_more_is_told(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), quick=60.0) as (one, other):
        hear, other.shard.hearing.hear = other.shard.hearing.hear, lambda _channel, _message: None
        for number in range(5):
            await one.store.history.append(ROOM, HistorySize(2, 60.0), "room.added", f"{number}".encode())
        await one.shard.commands.ask("PING")
        other.shard.hearing.hear = hear
        await one.append("6")
        await other.ears.until(lambda: other.ears.afresh() == ["too_old"])


async def test_f5_a_meta_key_that_was_evicted_ends_the_epoch(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), quick=60.0) as (one, other):
        before = await one.append("1")
        redis.ask("DEL", one.shard.names.place(ROOM).meta)
        after = await one.append("2")
        assert after.offset == 1
        assert after.epoch != before.epoch
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.afresh() == ["epoch_changed"])  # type: ignore[misc]
        span = await other.store.history.read(ROOM, SIZE, 0, Cap(10, 1000))
        assert [each.payload for each in span.entries] == [b"2"]


async def test_f5_a_stream_that_was_evicted_is_known_to_be_gone(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), quick=60.0) as (one, _):
        await one.append("1")
        redis.ask("DEL", one.shard.names.place(ROOM).stream)
        span = await one.store.history.read(ROOM, SIZE, 0, Cap(10, 1000))
        assert (span.top, span.oldest, span.entries) == (1, 2, ())
        assert (await one.append("2")).offset == 2


GARBAGE = [
    b"",
    b"1",
    b"9r 1 e 1\n",
    b"\x80\x04\x95\x10.",
    b"1r 1\nx",
    b"1r one two three\nx",
    b"1r 1 e 1\n\x00",
    b"1z \n",
    b"1p e x y\n",
    b"1p e 1 1\n\xc1",
    b"1c\n",
    b"1w other \n\x91\x92\xa7unknown\x01",
    b"1w other \n\x05",
    b"1w\n\x90",
    b"1r 1 \xff\xfe 1\n",
    b"1" * 9_000_000,
]


async def test_f1_garbage_is_dropped_and_counted(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), quick=60.0) as (node, other):
        place, names = node.shard.names.place(ROOM), node.shard.names
        for garbage in GARBAGE:
            redis.ask("PUBLISH", place.channel, garbage)
        redis.ask("PUBLISH", names.control, b"1k other 1\n\x92\xa6future\x01")
        redis.ask("PUBLISH", names.control, b"1k\n\x92")
        redis.ask("PUBLISH", names.node(node.shard.node), b"1t x y\n")
        await other.append("fine")
        await node.ears.until(lambda: node.ears.offsets() == [1])
        assert node.ears.texts() == [b"fine"]
        assert sum(node.shard.refused.values()) == len(GARBAGE) + 3
        assert set(node.shard.refused) == {"version", "size", "shape", "kind", "body"}


async def test_f1_garbage_in_a_stream_is_as_good_as_gone(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        place = node.shard.names.place(ROOM)
        for text in "12":
            await node.append(text)
        redis.ask("DEL", place.stream)
        for offset, body in (1, b"\xc1"), (2, b"\x92\xa1e\xc4\x01x"):
            now = int(node.shard.commands.redis_time() * 1000)
            redis.ask("XADD", place.stream, f"{offset}-0", "b", body, "t", now, "s", "1")
        span = await node.store.history.read(ROOM, SIZE, 0, Cap(10, 1000))
        assert [each.offset for each in span.entries] == [2]
        assert span.oldest == 2


async def test_f2_strange_addresses_are_apart(redis: RedisServer) -> None:
    strange = ["a", "a:", "a%3A", "{a}", "a}:stream", "*", "a\nb", "a\0b", "a b", "漢", "a/b", "[a]", "?"]
    async with nodes(prefixed(redis.url), 2) as (one, other):
        for address in strange:
            await other.enter(address)
            await one.append(address, address)
        for address in strange:
            await other.ears.until(lambda address=address: other.ears.texts(address) == [address.encode()])  # type: ignore[misc]
            span = await one.store.history.read(address, SIZE, 0, Cap(10, 1000))
            assert [each.payload for each in span.entries] == [address.encode()]
        channels = {one.shard.names.place(each).channel for each in strange}
        assert len(channels) == len(strange)


async def test_a_command_that_is_sent_again_is_done_once(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        position = await node.append("1")
        place = node.shard.names.place(ROOM)
        twin = node.shard.names.twin(f"{node.shard.node}-1".encode())
        again = await node.shard.ask(
            APPEND,
            *(place.meta, place.stream, place.latest, node.shard.names.generation, twin),
            *(place.channel, 0, "fresh", b"", 0, 10, 1000, 0, "", 1000, ""),
        )
        assert again == [position.epoch.encode(), 1, 1]
        assert 1000 < redis.ask("PTTL", twin) <= 3000  # as long as it may be sent again
        assert (await node.append("2")).offset == 2


async def test_two_contracts_and_two_databases_share_a_redis(redis: RedisServer) -> None:
    url = prefixed(redis.url)
    async with (
        nodes(url, 1) as (one,),
        nodes(url, 1, contract="other") as (other,),
        nodes(url.replace("/0?", "/1?"), 1) as (elsewhere,),
    ):
        for node in one, other, elsewhere:
            assert (await node.append(node.shard.node)).offset == 1
            node.broker.control(Disconnect(4000, "x", "y"))
        await one.shard.commands.ask("PING")
        for node in one, other, elsewhere:
            assert [what.payload for _, what in node.ears.heard] == [node.shard.node.encode()]


async def test_an_address_is_left_some_time_after_its_last_member(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        channel = node.shard.names.place(ROOM).channel
        assert redis.ask("PUBSUB", "NUMSUB", channel)[1] == 1
        node.broker.members(ROOM, 0)
        assert not node.broker.hears(ROOM)
        await node.until(lambda: redis.ask("PUBSUB", "NUMSUB", channel)[1] == 0)
        await node.enter()
        await node.append("1")
        assert node.ears.offsets() == [1]
