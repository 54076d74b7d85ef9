"""Presence as members see it: through `$joined`, `$presence`, `$state` and `$members`."""

from typing import Any

import pytest
from member_server import Client, Server, settled
from rtgen_runtime import Refused, UsageError
from rtgen_runtime.scopes import Person
from small_conversation import NoParams, Note

A = "rooms/a"


def shown(text: str) -> dict[str, Any]:
    return {"text": text, "count": 0, "id": "00000000-0000-0000-0000-000000000000"}


async def shows(client: Client, text: str) -> None:
    client.tell("$state", 77, A, {"text": text})
    await client.hear("$reply")


def presence(frames: list[Any]) -> list[Any]:
    return [frame[3] for frame in frames if frame[0] == "$presence"]


async def test_members_see_each_other_come_change_and_go() -> None:
    server = Server()
    bob = await server.client(A, token="bob")
    assert bob.last[3]["presence"] == {"version": ["", 0], "count": 0, "members": []}
    ann = await server.client(A, token="ann")
    await shows(ann, "hi")
    await server.pass_time(0.25)
    assert presence(await bob.heard()) == [{"count": 1, "join": [["ann", shown("hi")]]}]
    await shows(ann, "busy")
    await server.pass_time(0.25)
    assert presence(await bob.heard()) == [{"count": 1, "update": [["ann", shown("busy")]]}]
    ann.tell("$leave", 9, A)
    await server.pass_time(0.25)
    assert presence(await bob.heard()) == [{"count": 0, "leave": ["ann"]}]


async def test_who_joins_gets_the_list_as_of_a_version() -> None:
    server = Server()
    await shows(await server.client(A, token="ann"), "hi")
    await server.pass_time(0.25)
    bob = await server.client(A)
    listed = bob.last[3]["presence"]
    assert (listed["count"], listed["members"], listed["version"][1]) == (1, [["ann", shown("hi")]], 1)


async def test_two_tabs_are_one_person_and_a_reconnect_within_the_grace_is_invisible() -> None:
    server = Server()
    bob = await server.client(A)
    first = await server.client(A, token="ann")
    await shows(first, "hi")
    tab = await server.client(A, token="ann")
    await server.pass_time(0.25)
    assert [each["count"] for each in presence(await bob.heard())] == [1]
    tab.drop()
    first.drop()
    await server.pass_time(0.5)
    await shows(await server.client(A, token="ann", again=first), "hi")
    await server.pass_time(5.0)
    assert presence(await bob.heard()) == []


async def test_who_does_not_come_back_is_gone_after_the_grace() -> None:
    server = Server()
    bob, ann = await server.client(A), await server.client(A, token="ann")
    await shows(ann, "hi")
    await server.pass_time(0.25)
    ann.drop()
    await server.pass_time(0.75)
    assert [each.get("leave") for each in presence(await bob.heard())] == [None]
    await server.pass_time(0.75)
    assert [each.get("leave") for each in presence(await bob.heard())] == [["ann"]]
    assert server.app.board.addresses == 0


async def test_an_anonymous_client_keeps_its_place_over_a_reconnect() -> None:
    """Trap 2: it is back before the server notices that the old connection is dead."""
    server = Server()
    bob, ann = await server.client(A), await server.client(A)
    await shows(ann, "hi")
    await server.pass_time(0.25)
    await bob.heard()
    back = await server.client(A, again=ann)
    assert back.session == ann.session
    assert ann.socket.closed == [4010]
    ann.drop()
    await shows(back, "hi")
    await server.pass_time(5.0)
    assert presence(await bob.heard()) == []
    assert [each.session for each in server.here().members()] == [bob.session, back.session]


async def test_the_handler_decides_what_is_shown() -> None:
    server = Server()

    def decide(_ctx: Any, state: Note) -> Note:
        if state.text == "rude":
            raise Refused("mind your words")
        return Note(text=state.text.upper())

    server.room.on_presence = decide
    ann = await server.client(A, token="ann")
    ann.tell("$state", 5, A, {"text": "rude"})
    assert (await ann.hear("$error"))[2]["message"] == "mind your words"
    ann.tell("$state", 6, A, {"text": ""})
    error = await ann.hear("$error")
    assert (error[1], error[2]["code"], error[2]["data"]["issues"][0]["pointer"]) == (6, "invalid", "/text")
    await shows(ann, "hi")
    assert server.here().members()[0].state == Note(text="HI")


async def test_join_may_show_something_and_who_is_refused_is_never_seen() -> None:
    server = Server()

    async def join(ctx: Any) -> None:
        ctx.show(Note(text="new"))
        if ctx.subject == "eve":
            raise Refused

    server.room.on_join = join
    ann, eve = await server.client(A, token="ann"), await server.client(token="eve")
    eve.tell("$join", 1, A)
    assert (await eve.hear("$error"))[2]["code"] == "refused"
    await server.pass_time(0.25)
    people = await server.here().people()
    assert (people.count, people.people) == (1, [Person("ann", Note(text="new"))])
    assert presence(await ann.heard()) == [{"count": 1, "join": [["ann", shown("new")]]}]


async def test_what_a_handler_shows_after_the_member_has_left_is_not_kept() -> None:
    server = Server()
    contexts: list[Any] = []
    server.room.on_join = contexts.append
    ann = await server.client(A)
    ann.drop()
    contexts[0].show(Note(text="x"))
    await server.pass_time(0.25)
    assert (await server.here().people()).count == 0
    assert server.app.board.addresses == 0


async def test_above_a_size_only_counts_are_told_and_below_it_the_list_is_asked_for() -> None:
    server = Server()
    bob = await server.client(A)
    others = [await server.client(A, token=f"p{number}") for number in range(4)]
    for each in others:
        await shows(each, "hi")
    await server.pass_time(0.25)
    assert presence(await bob.heard()) == [{"count": 4, "mode": "count"}]
    late = await server.client(A)
    assert "members" not in late.last[3]["presence"]
    others[0].tell("$leave", 9, A)
    await server.pass_time(0.25)
    assert presence(await bob.heard()) == [{"count": 3, "mode": "count"}]
    others[1].tell("$leave", 9, A)
    await server.pass_time(0.25)
    (told,) = presence(await bob.heard())
    assert (told["count"], told["mode"]) == (2, "ask")
    bob.tell("$members", 5, A, {"limit": 1})
    page = (await bob.hear("$reply"))[2]
    assert ([who for who, _ in page["members"]], page["next"]) == (["p2"], "p2")
    bob.tell("$members", 6, A, {"after": "p2"})
    page = (await bob.hear("$reply"))[2]
    assert ([who for who, _ in page["members"]], "next" in page) == (["p3"], False)


async def test_presence_of_a_channel_without_it_is_refused() -> None:
    server = Server()
    client = await server.client("lobby")
    client.tell("$state", 5, "lobby", None)
    client.tell("$members", 6, "lobby")
    client.tell("$members", 7, "rooms/elsewhere")
    assert [frame[2]["code"] for frame in await client.heard()] == ["no_presence", "no_presence", "not_joined"]
    with pytest.raises(UsageError, match="no presence"):
        await server.app._scope(server.here().__class__, server.app.contract.channels[0], NoParams()).people()


async def test_an_emptied_server_remembers_nobody() -> None:
    server = Server()
    clients = [await server.client(A, token=f"p{number}") for number in range(3)]
    for each in clients:
        await shows(each, "hi")
        each.drop()
    await server.pass_time(0.25)
    await server.pass_time(5.0)
    await settled()
    assert server.app.board.addresses == 0
