"""Nodes of two versions of a contract at one Redis: whatever crosses between them is meant as it was said."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from cluster.two_versions import NEW, OLD, Visitors, generate, node_of, visitors
from faults.served import ServerProcess
from plain_http import ask
from redis_server import RedisServer

pytestmark = [pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="module")]

Pair = tuple[ServerProcess, ServerProcess]


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("versions")
    return generate(OLD, folder), generate(NEW, folder, OLD)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(codes: tuple[Path, Path], redis: RedisServer) -> AsyncIterator[Pair]:
    """An older node and a newer one."""
    old, new = (node_of(each, redis, "versions") for each in codes)
    try:
        await asyncio.gather(old.start(), new.start())
        yield old, new
    finally:
        await asyncio.gather(old.kill(), new.kill())


@pytest_asyncio.fixture(loop_scope="module")
async def room() -> AsyncIterator[Visitors]:
    async with visitors() as found:
        yield found


async def metrics(node: ServerProcess) -> str:
    return (await ask(f"http://127.0.0.1:{node.port}", "/metrics")).body.decode()


async def test_recorded_events_cross_both_ways_in_one_order(pair: Pair, room: Visitors) -> None:
    """Their tag has another name, and so has what they hold."""
    old, new = pair
    three = [await room.inside(old, OLD, "a"), await room.inside(new, OLD, "b"), await room.inside(new, NEW, "c")]
    for number in range(4):
        for each in three:
            await each.write(f"{number} {each.client}")
    expected = [(3 * n + k + 1, f"{n} {name}") for n in range(4) for k, name in enumerate("abc")]
    for each in three:
        assert await each.read(12) == expected
    # who comes later reads the same, whichever node has kept it; and who comes back gets what was missed
    for node, version in ((old, OLD), (new, OLD), (new, NEW)):
        late = await room.at(node, version, f"late at {version.number}")
        joined = await late.enter()
        assert joined["offset"] == 12
        assert joined["state"] == [[f"room.{version.topic}", {version.text: "3 c"}]]
        back = await room.at(node, version, f"back at {version.number}")
        assert (await back.enter((joined["epoch"], 2)))["recovered"] is True
        assert await back.read(10) == expected[2:]


async def test_relays_and_what_members_show_cross_both_ways(pair: Pair, room: Visitors) -> None:
    old, new = pair
    before, after = await room.inside(old, OLD, "a"), await room.inside(new, NEW, "b")
    await before.wave(wild=True)
    assert (await after.until(lambda frame: frame[0] == "room.wave"))[3] == {"mood": "wild"}
    await after.wave(wild=False)
    assert (await before.until(lambda frame: frame[0] == "room.wave"))[3] == {"mood": "quiet"}
    await before.show(wild=False)
    await after.show(wild=True)
    for each, moods in (before, ("quiet", "loud")), (after, ("calm", "wild")):
        shown = {before.who: {"mood": moods[0]}, after.who: {"mood": moods[1]}}
        for who, state in shown.items():
            told = [who, state]
            await each.until(lambda frame, told=told: frame[0] == "$presence" and told in frame[3].get("join", []))  # type: ignore[misc]
        assert await each.people() == shown
        late = await room.at(old if each is before else new, each.version, "late")
        assert dict((await late.enter())["presence"]["members"]) == shown
    await after.show(wild=False)
    changed = [after.who, {"mood": "quiet"}]
    await before.until(lambda frame: frame[0] == "$presence" and changed in frame[3].get("update", []))


@pytest.mark.parametrize("way", ["old, then new", "new, then old"])
async def test_a_request_takes_effect_once_whichever_node_has_it_first(way: str, pair: Pair, room: Visitors) -> None:
    """An old client, which moves from one to the other and does not know whether its request was done."""
    first, second = pair if way.startswith("old") else (pair[1], pair[0])
    one = await room.inside(first, OLD, "mover")
    assert await one.write("once", ref=7) == {"words": "once"}
    await one.socket.close()
    again = await room.at(second, OLD, "mover", one.session)
    await again.enter()
    assert await again.write("once", ref=7) == {"words": "once"}
    assert (await again.write("twice"))["words"] == "twice"
    assert (await again.read(1))[0] == (2, "twice")


async def test_a_newer_client_is_told_that_an_older_node_can_not_serve_it(pair: Pair, room: Visitors) -> None:
    lost = await room.at(pair[0], NEW, "too early")
    error = await lost.until(lambda frame: frame[0] == "$error")
    assert error[2]["code"] == "wrong_version"
    assert await lost.gone() == 4403


async def test_what_no_version_means_is_counted_and_harms_nobody(
    pair: Pair, room: Visitors, redis: RedisServer
) -> None:
    old, new = pair
    both = [await room.inside(old, OLD, "a"), await room.inside(new, NEW, "b")]
    channel = f"versions:desk:0:{{{room.address}}}:live"
    for message in (b"", b"2w x\n", b"1w x\n\xc1", b"1w", b"1p e 1 1\n\x80", b"1? \n", b"\x80\x04K\x01."):
        assert redis.ask("PUBLISH", channel, message) == len(both)
    for each in both:
        await each.write("still there")
    for each in both:
        assert [text for _, text in await each.read(2)] == ["still there"] * 2
    for node in pair:
        counted = [line for line in (await metrics(node)).splitlines() if "refused_messages_total{" in line]
        assert sum(int(line.rpartition(" ")[2]) for line in counted) >= 7, counted


async def test_what_a_newer_node_kept_is_read_when_the_change_was_taken_back(
    codes: tuple[Path, Path], redis: RedisServer, room: Visitors
) -> None:
    """Nobody of the older version was there when it was written."""
    old, new = (node_of(each, redis, "back") for each in codes)
    await new.start()
    try:
        writer = await room.inside(new, NEW, "writer")
        for number in range(5):
            await writer.write(f"{number}")
        await writer.show(wild=True)
    finally:
        await new.kill()
    await old.start()
    try:
        reader = await room.at(old, OLD, "reader")
        joined = await reader.enter()
        assert joined["state"] == [["room.topic", {"words": "4"}]]
        assert joined["offset"] == 5
        again = await room.at(old, OLD, "again")
        assert (await again.enter((joined["epoch"], 1)))["recovered"] is True
        assert await again.read(4) == [(number + 1, f"{number}") for number in range(1, 5)]
        await again.write("on")
        assert (await reader.read(1)) == [(6, "on")]
        assert "rtgen_misunderstood_total{" not in await metrics(old)
    finally:
        await old.kill()
