"""Flags from end to end: what a client has, what it may do, what it hears, and what it is told when that changes."""

from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

import pytest
import pytest_asyncio
from flags.desk import app
from rtgen_runtime import RequestFailed, UsageError
from rtgen_runtime.broker.words import Switched
from rtgen_runtime.flags.rollout import SLICE
from rtgen_runtime.testing import World, refused


@pytest_asyncio.fixture
async def world(desk: ModuleType) -> AsyncIterator[World[Any, Any]]:
    async with World(app(desk), desk.DeskClient) as made:
        yield made


def people(world: World[Any, Any], flag: str, value: object) -> list[str]:
    """Some for whom a flag is this."""
    found: list[str] = []
    number = 0
    while len(found) < 3:
        subject, number = f"user-{number}", number + 1
        if getattr(world.app.flags.of(world.app.contract.flags.kind, subject=subject), flag) == value:
            found.append(subject)
    return found


async def test_a_client_has_what_its_subject_has(world: World[Any, Any], desk: ModuleType) -> None:
    for value in ("left", "top"):
        for subject in people(world, "layout", value):
            client = await world.client(subject, claims={})
            assert (client.flags.layout, client.flags.split_view) == (value, False)
            assert client.flags == world.app.flags.of(desk.Flags, subject=subject)
            again = await world.client(subject, claims={}, encoding="msgpack")
            assert again.flags == client.flags
            await again.close()


async def test_an_anonymous_client_keeps_its_flags_with_its_session(world: World[Any, Any]) -> None:
    world.app.flags.set("layout", percent=50, variants={"top": 1})
    clients = [await world.client() for _ in range(12)]
    before = [each.flags.layout for each in clients]
    assert set(before) == {"left", "top"}
    for each in clients:
        world.drop(each)
    await world.advance(30)
    assert [each.flags.layout for each in clients] == before


async def test_every_node_says_the_same(desk: ModuleType) -> None:
    nodes = [app(desk) for _ in range(3)]
    for node in nodes:
        node.flags.set("splitView", percent=37.5)
    for subject in (f"user-{number}" for number in range(300)):
        assert len({node.flags.of(desk.Flags, subject=subject) for node in nodes}) == 1


async def test_before_the_welcome_a_flag_is_what_the_others_have(desk: ModuleType) -> None:
    client = desk.DeskClient("ws://nowhere")
    assert client.flags == desk.Flags()
    assert (client.flags.split_view, client.flags.layout, client.flags.tone) == (False, "left", False)


async def test_only_who_is_concerned_is_told(world: World[Any, Any], desk: ModuleType) -> None:
    world.app.flags.set("splitView", percent=30)
    has, has_not = people(world, "split_view", True)[0], people(world, "split_view", False)[0]
    first, second = await world.client(has, claims={}), await world.client(has_not, claims={})
    heard, others = world.hear(first.flag_changes), world.hear(second.flag_changes)
    assert [each.split_view for each in await heard.rest()] == [True]
    assert [each.split_view for each in await others.rest()] == [False]
    world.app.flags.set("splitView", percent=100)
    assert await heard.rest() == []
    assert [each.split_view for each in await others.rest()] == [True]
    world.app.flags.kill("splitView")
    assert [each.split_view for each in (*await heard.rest(), *await others.rest())] == [False, False]
    world.app.flags.revive("splitView")
    await world.settle()
    assert (first.flags.split_view, second.flags.split_view) == (True, True)
    world.app.flags.reset("splitView")
    await world.settle()
    assert first.flags == world.app.flags.of(desk.Flags, subject=has)
    assert not first.flags.split_view


async def test_what_stands_behind_a_flag_is_refused_without_it(world: World[Any, Any], desk: ModuleType) -> None:
    client = await world.client("ada", claims={})
    room = await client.desk(name="a")
    with refused("flag_off"):
        await room.split(desk.Text(text="x"))
    room.touched(desk.Text(text="x"))
    room.drag(desk.Text(text="x"))
    await world.settle()
    assert world.app.tally.errors["desk.touched", "flag_off"] == 1
    assert world.app.tally.errors["desk.drag", "flag_off"] == 1
    world.app.flags.set("splitView", percent=100)
    assert (await room.split(desk.Text(text="x"))).text.startswith("True ")
    world.app.flags.kill("splitView")
    with pytest.raises(RequestFailed) as failed:
        await room.split(desk.Text(text="x"))
    assert (failed.value.code, failed.value.retryable) == ("flag_off", False)
    assert (await room.say(desk.Text(text="hi"))).text == "hi"


async def test_events_go_only_to_members_who_have_it(world: World[Any, Any], desk: ModuleType) -> None:
    world.app.flags.set("splitView", percent=40)
    one, two = people(world, "split_view", True)[:2]
    out = people(world, "split_view", False)[0]
    clients = [await world.client(who, claims={}) for who in (one, two, out)]
    rooms = [await each.desk(name="a") for each in clients]
    beside = [world.hear(each.beside) for each in rooms]
    drags = [world.hear(each.drag_events) for each in rooms]
    here = world.app.desk(name="a")
    here.beside(desk.Text(text="all"))
    here.to(subject=two).beside(desk.Text(text="two"))
    here.to(subject=out).beside(desk.Text(text="none"))
    rooms[0].drag(desk.Text(text="drag"))
    assert [[each.text for each in await heard.rest()] for heard in beside] == [["all"], ["all", "two"], []]
    assert [[each.text for each in await heard.rest()] for heard in drags] == [[], ["drag"], []]
    world.app.flags.set("splitView", percent=100)
    here.beside(desk.Text(text="now"))
    assert [[each.text for each in await heard.rest()] for heard in beside] == [["now"]] * 3
    world.app.flags.kill("splitView")
    here.beside(desk.Text(text="off"))
    assert [await heard.rest() for heard in beside] == [[]] * 3


async def test_a_broadcast_asks_nobody_what_they_have(world: World[Any, Any], desk: ModuleType) -> None:
    """Members who have it are an index: it is made once, and again only when somebody comes, goes or changes."""
    world.app.flags.set("splitView", percent=100)
    room = await (await world.client("ada", claims={})).desk(name="a")
    heard, here = world.hear(room.beside), world.app.desk(name="a")
    here.beside(desk.Text(text="1"))
    found = world.app.hub._rooms["desks/a"]._by_flag
    here.beside(desk.Text(text="2"))
    assert world.app.hub._rooms["desks/a"]._by_flag is found
    assert len(await heard.rest()) == 2
    await (await world.client("bob", claims={})).desk(name="a")
    assert world.app.hub._rooms["desks/a"]._by_flag is None


async def test_the_newest_value_is_seen_as_soon_as_the_flag_is_on(world: World[Any, Any], desk: ModuleType) -> None:
    await world.app.desk(name="a").pair(desk.Text(text="1+2"))
    client = await world.client("ada", claims={})
    room = await client.desk(name="a")
    heard = world.hear(room.pair)
    assert await heard.rest() == []
    await world.app.desk(name="a").pair(desk.Text(text="1+3"))
    assert await heard.rest() == []
    world.app.flags.set("splitView", percent=100)
    assert [each.text for each in await heard.rest()] == ["1+3"]
    late = await (await world.client("bob", claims={})).desk(name="a")
    assert [each.text for each in await world.hear(late.pair).rest()] == ["1+3"]


async def test_a_channel_behind_a_flag_can_be_joined_while_it_is_on(world: World[Any, Any], desk: ModuleType) -> None:
    client = await world.client("ada", claims={})
    with refused("flag_off"):
        await client.board()
    world.app.flags.set("board", percent=100)
    board = await client.board()
    heard = world.hear(board.moved)
    world.app.board_().moved(desk.Text(text="1"))
    assert [each.text for each in await heard.rest()] == ["1"]
    world.app.flags.kill("board")
    await world.settle()
    assert world.app.board_().count == 0
    with refused("flag_off"):
        await client.board()
    world.app.flags.revive("board")
    await world.settle()
    await client.board()
    assert world.app.board_().count == 1


async def test_what_waits_in_a_batch_is_for_those_who_have_it_when_it_goes_out(
    world: World[Any, Any], desk: ModuleType
) -> None:
    world.app.flags.set("splitView", percent=100)
    room = await (await world.client("ada", claims={})).desk(name="a")
    typed, beside = world.hear(room.typed), world.hear(room.beside)
    here = world.app.desk(name="a")
    here.typed(desk.Text(text="waits"))
    here.beside(desk.Text(text="takes it along"))
    assert [len(await each.rest()) for each in (typed, beside)] == [1, 1]


async def test_many_clients_are_told_in_more_than_one_turn(world: World[Any, Any], desk: ModuleType) -> None:
    class Other:
        """Somebody who is connected."""

        session = "s"

        def __init__(self, identity: Any) -> None:
            self.identity, self.told = identity, list[Any]()
            self.flags: Any = world.app.flags.held(identity, "s")

        def use_flags(self, holding: Any) -> None:
            self.told.append(holding.values["splitView"])
            self.flags = holding

    first = await world.client("ada", claims={})
    identity = next(iter(world.app._connections)).identity
    others = [Other(identity) for _ in range(3 * SLICE)]
    world.app.flags._connections = [*world.app._connections, *others]
    world.app.flags.set("splitView", percent=100)
    assert sum(bool(each.told) for each in others) < len(others)
    world.app.flags.kill("splitView")
    await world.settle()
    assert not first.flags.split_view
    assert not any(each.flags.values["splitView"] for each in others)
    assert max(len(each.told) for each in others) <= 2


def test_what_an_app_sets_before_it_serves_is_how_flags_are_at_the_start(desk: ModuleType) -> None:
    """Each process of a server does it, whenever it comes: an operator's word of before holds, though it is older."""
    made = app(desk)
    made.flags.set("layout", percent=10, variants={"top": 1})
    made.flags.kill("tone")
    settings = made.flags.board.settings
    assert str(settings["layout"]) == "10 % (left 0, top 1)"
    assert settings["tone"].killed
    made.flags.revive("tone")
    assert [settings[name].killed for name in ("layout", "tone")] == [False, False]
    assert not made.flags.board.is_set("layout")
    assert made.flags.board.hear(Switched("layout", 1.0, "operator", killed=True))
    assert made.flags.board.settings["layout"].killed


async def test_a_flag_that_is_not_there(world: World[Any, Any], desk: ModuleType) -> None:
    with pytest.raises(UsageError, match="there is no flag 'splitview'"):
        world.app.flags.kill("splitview")
    with pytest.raises(UsageError, match="name a session or a subject"):
        world.app.flags.of(desk.Flags)
    with pytest.raises(UsageError, match="desk has no str"):
        world.app.flags.of(str, subject="ada")


async def test_what_is_counted_by_value(world: World[Any, Any], desk: ModuleType) -> None:
    world.app.flags.set("layout", percent=50, variants={"top": 1})
    left, top = people(world, "layout", "left")[0], people(world, "layout", "top")[0]
    for who in (left, top, top):
        room = await (await world.client(who, claims={})).desk(name="a")
        await room.say(desk.Text(text="hi"))
    with refused("flag_off"):
        await room.split(desk.Text(text="x"))
    text = await exposition(world)
    assert metric(text, "rtgen_flag_connections", flag="layout") == {"left": 1, "top": 2}
    assert metric(text, "rtgen_flag_given_total", flag="layout") == {"left": 1, "top": 2}
    assert metric(text, "rtgen_flag_received_events_total", flag="layout", event="say") == {"left": 1, "top": 2}
    assert metric(text, "rtgen_flag_received_events_total", flag="layout", event="split") == {"top": 1}
    assert metric(text, "rtgen_flag_errors_total", flag="layout", code="flag_off") == {"top": 1}
    assert metric(text, "rtgen_flag_connections", flag="splitView") == {"false": 3}
    world.app.flags.set("splitView", percent=100)
    await world.settle()
    text = await exposition(world)
    assert metric(text, "rtgen_flag_connections", flag="splitView") == {"true": 3}
    assert metric(text, "rtgen_flag_given_total", flag="splitView") == {"false": 3, "true": 3}
    assert 'rtgen_sent_frames_total{channel="",event="$flags"} 3' in text


async def exposition(world: World[Any, Any]) -> str:
    return str(world.app.exposition())


def metric(text: str, name: str, **labels: str) -> dict[str, int]:
    """The values of a metric with these labels, by `value`."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if line.startswith(name + "{") and all(f'{label}="{value}"' in line for label, value in labels.items()):
            value = line.split('value="')[1].split('"')[0]
            found[value] = int(line.rsplit(" ", 1)[1])
    return found
