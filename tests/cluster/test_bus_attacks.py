"""Whoever can publish at a node's Redis says nonsense, or what is not so: nodes live, and count what is wrong."""

import secrets

import pytest
from cluster.ears import ROOM, SIZE, nodes, prefixed
from cluster.nodes import Nodes
from faults.served import ServerProcess
from plain_http import ask
from redis_server import RedisServer
from rtgen_runtime.broker.words import Disconnect, PutOut, Said, To
from rtgen_runtime.history.interface import Cap
from rtgen_runtime.presence.interface import Change
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.messages import Kept
from rtgen_runtime.redis.names import Names
from rtgen_runtime.redis.target import targets_of

pytestmark = [pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="module")]

STRANGE = ["a", "a:", "a%3A", "{a}", "a}:people", "*", "a\nb", "a\0b", "a b", "漢", "a/b", "[a]", "?", "..", "%"]


async def test_f1_forged_news_are_neither_believed_nor_repeated(redis: RedisServer) -> None:
    """Of another epoch, far ahead, or of before: what is kept decides, and is read."""
    async with nodes(prefixed(redis.url), quick=60.0) as (one, other):
        await one.append("1")
        await other.ears.until(lambda: other.ears.offsets() == [1])
        epoch = (await one.append("2")).epoch
        channel = one.shard.names.place(ROOM).channel
        body = messages.pack(Kept("room.added", b"forged"))
        for number, forged in (9, epoch), (1, epoch), (3, "of nobody"), (-1, epoch):
            redis.ask("PUBLISH", channel, f"1r {number} {forged} {number}\n".encode() + body)
        await one.append("3")
        await other.ears.until(lambda: 3 in other.ears.offsets())
        for node in one, other:
            assert node.ears.texts() == [b"1", b"2", b"3"]
            assert node.ears.offsets() == [1, 2, 3]


async def test_f1_what_claims_to_come_from_this_node_is_not_heard(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        place, names, me = node.shard.names.place(ROOM), node.shard.names, node.shard.node
        word = messages.together([messages.pack(Said("room.hint", b"forged"))])
        bye = messages.pack(Disconnect(4410, "put-out", "bye", subject="ada"))
        redis.ask("PUBLISH", place.channel, f"1w {me} \n".encode() + word)
        redis.ask("PUBLISH", names.control, f"1k {me} 99\n".encode() + bye)
        redis.ask("PUBLISH", place.channel, f"1c {me} 1000\n".encode())
        await node.append("1")
        await node.ears.until(lambda: node.ears.offsets() == [1])
        assert len(node.ears.heard) == 1
        assert node.broker.elsewhere(ROOM) == 0


async def test_f1_forged_words_cost_no_client_its_connection(
    people: Nodes, servers: list[ServerProcess], redis: RedisServer
) -> None:
    """Events that the contract does not have, frames that are none, pickles: dropped, or for clients' own judgement."""
    ada = await people.person("ada")
    bob = await people.elsewhere(ada, "bob")
    await ada.act("add", "before")
    prefix = targets_of(servers[0].store, {})[0].prefix
    channel = Names(prefix, "crew", 0).place(people.address).channel
    pickle = b"\x80\x04\x95\x1d\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94."
    before = await refused(servers)
    for garbage in pickle, b"1w x \n" + pickle, b"1w x \n", b"1x\n", b"0w x \n", b"1" * 8_500_000, b"1k x 1\n" + pickle:
        redis.ask("PUBLISH", channel, garbage)
    words = [
        Said("room.unknown", b'["room.unknown",0,"x",{}]'),
        Said("$goodbye", b'["$goodbye",{}]'),
        Said("room.act", b"[]"),
        Said("room.wave", b"no frame", by="x"),
        PutOut(To("nobody"), "x", "never"),
    ]
    for word in words:
        redis.ask("PUBLISH", channel, b"1w forged \n" + messages.together([messages.pack(word)]))
    await bob.act("hint", "after")
    for each in ada, bob:
        await each.heard("room.hint", "after")
        assert not each.closed
        tags = {frame[0] for frame in each.frames}
        assert tags <= {"$welcome", "$joined", "$reply", "room.added", "room.hint"}
    assert await refused(servers) >= before + 2 * 7


async def refused(servers: list[ServerProcess]) -> float:
    """What both nodes have counted."""
    total = 0.0
    for server in servers:
        text = (await ask(f"http://127.0.0.1:{server.port}", "/metrics")).body.decode()
        lines = [line for line in text.splitlines() if line.startswith("rtgen_redis_refused_messages_total{")]
        total += sum(float(line.rpartition(" ")[2]) for line in lines)
    return total


async def test_f2_strange_addresses_have_people_counts_and_values_of_their_own(redis: RedisServer) -> None:
    """Also when they are cleared after a dead node, which builds the names of keys itself."""
    async with nodes(prefixed(redis.url, "&lease=1")) as (one, other):
        for address in STRANGE:
            await one.enter(address)
            await other.enter(address)
            await one.presence.apply(address, [Change(f"one {address}", b"1")])
            await other.presence.apply(address, [Change(f"other {address}", b"1")])
            await one.store.latest.put(address, "room.topic", address, address.encode())
        for address in STRANGE:
            listed = (await one.presence.page(address, "", 9, 9999)).people
            assert [each.who for each in listed] == [f"one {address}", f"other {address}"]
            assert await other.store.latest.read(address) == {("room.topic", address): address.encode()}
        assert other.watch._ticking is not None
        other.watch._ticking.cancel()
        await one.until(lambda: all(one.broker.elsewhere(each) == 0 for each in STRANGE))
        for address in STRANGE:
            listed = (await one.presence.page(address, "", 9, 9999)).people
            assert [each.who for each in listed] == [f"one {address}"]


async def test_f2_strange_prefixes_contracts_and_owners_share_nothing(redis: RedisServer) -> None:
    mark = secrets.token_hex(4)
    prefixes = [f"{mark}{each}" for each in ("", ":", "*", "{", "}", "%3A", " ", "?")]
    found = {Names(prefix, contract, 0).prefix for prefix in prefixes for contract in ("crew", ":crew", "*")}
    assert len(found) == len(prefixes) * 3
    assert not any(set(each) & set("*?[]{}\n\0 ") for each in found)
    async with nodes(prefixed(redis.url), 1) as (node,):
        for owner in STRANGE:
            claim = await node.store.outcomes.claim(owner, "1", owner.encode(), 60.0)
            assert claim.outcome == b""
            await node.store.outcomes.settle(owner, "1", owner.encode(), 60.0)
        for owner in STRANGE:
            assert (await node.store.outcomes.claim(owner, "1", owner.encode(), 60.0)).outcome == owner.encode()
        span = await node.store.history.read(ROOM, SIZE, 0, Cap(10, 1000))
        assert span.entries == ()
