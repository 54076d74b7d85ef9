"""Old clients at a new server: what they say is judged as if it were new, and what they hear is in their own words."""

from typing import Any

import pytest
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL
from rtgen_runtime.versions.interpreter import Interpreter
from versioned_rooms import (
    ADDED,
    HINT,
    NEWS,
    SUNG,
    TOPIC,
    Guest,
    Note,
    Rooms,
    Shown,
    emit,
    keep,
    serving,
)

NOW, OLD = "rooms/a", "chambers/a"


@pytest.fixture(params=[SUBPROTOCOL, MSGPACK_SUBPROTOCOL])
def subprotocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def met(subprotocol: str = SUBPROTOCOL, rooms: Rooms | None = None) -> tuple[Any, Guest, Guest]:
    """A server, an old client and a new one in the same room."""
    server = serving(rooms=rooms)
    old, new = Guest(server, subprotocol), Guest(server)
    assert (await old.enter("1.0.0", client="old"))["version"] == "3.0.1"
    await new.enter(client="new")
    await old.inside(OLD)
    await new.inside(NOW)
    return server, old, new


async def test_requests_and_replies(subprotocol: str) -> None:
    rooms = Rooms()
    _, old, _ = await met(subprotocol, rooms)
    old.tell("chamber.put", 5, OLD, {"words": "hi", "parts": [{"text": "p"}]})
    assert await old.answer(5) == ["$reply", 5, {"words": "hi", "parts": [{"text": "p"}]}]
    assert [(each.text, each.mood, each.parts[0].body) for each in rooms.taken] == [("hi", "calm", "p")]
    old.tell("chamber.clear", 6, OLD, None)
    assert await old.answer(6) == ["$reply", 6, None]


async def test_errors_have_their_old_codes_and_data(subprotocol: str) -> None:
    _, old, _ = await met(subprotocol)
    old.tell("chamber.put", 5, OLD, {"words": "full"})
    info = (await old.answer(5))[2]
    assert (info["code"], info["data"], info["tag"]) == ("no_room", {"limit": 3}, "chamber.put")
    old.tell("chamber.put", 6, OLD, {"words": "asleep"})
    info = (await old.answer(6))[2]
    assert (info["code"], info["message"], info["tag"]) == ("refused", "Everybody sleeps.", "chamber.put")


async def test_issues_point_into_what_the_client_sent(subprotocol: str) -> None:
    _, old, _ = await met(subprotocol)
    for value, issue in (
        ({"words": "much too long"}, ("/words", "maxLength")),
        ({"words": "x", "parts": [{"text": "y"}, {"text": "too long"}]}, ("/parts/1/text", "maxLength")),
        ({}, ("", "required")),
        ({"words": "x", "parts": [{}]}, ("/parts/0", "required")),
        (7, ("", "type")),
    ):
        old.tell("chamber.put", 5, OLD, value)
        info = (await old.answer(5))[2]
        assert (info["code"], info["tag"]) == ("invalid", "chamber.put")
        first = info["data"]["issues"][0]
        assert (first["pointer"], first["code"]) == issue
        if issue[1] == "required":
            assert first["message"] == f'needs the property "{"text" if value else "words"}"'


async def test_issues_of_what_wants_no_answer() -> None:
    _, old, _ = await met()
    old.tell("chamber.put", 0, OLD, {"words": "much too long"})
    tag, ref, info = await old.next()
    assert (tag, ref, info["tag"]) == ("$error", 0, "chamber.put")
    assert info["data"]["issues"][0]["pointer"] == "/words"


async def test_relays_are_in_everybodys_own_words(subprotocol: str) -> None:
    server, old, new = await met(subprotocol)
    other = Guest(server, subprotocol)
    await other.enter("1.0.0", client="other")
    await other.inside(OLD)
    old.tell("chamber.wave", 0, OLD, {"mood": "loud"})
    by = (await new.next())[4]["by"]
    old.tell("chamber.wave", 0, OLD, {"mood": "quiet"})
    assert await new.rest() == [["room.wave", 0, NOW, {"mood": "calm"}, {"by": by}]]
    assert await other.rest() == [
        ["chamber.wave", 0, OLD, {"mood": "loud"}, {"by": by}],
        ["chamber.wave", 0, OLD, {"mood": "quiet"}, {"by": by}],
    ]
    assert await old.rest() == []


async def test_what_is_unknown_to_the_old_one_is_sent_only_where_it_moves_the_position(subprotocol: str) -> None:
    server, old, new = await met(subprotocol)
    emit(server, HINT, Shown(mood="wild"))
    assert await keep(server, ADDED, Note(text="one", mood="wild")) == 1
    assert await keep(server, SUNG, Shown(mood="wild")) == 2
    assert await old.rest() == [
        ["chamber.put_in", 1, OLD, {"words": "one", "parts": []}],
        ["room.sung", 2, OLD, {"mood": "wild"}],
    ]
    assert [frame[0] for frame in await new.rest()] == ["room.hint", "room.added", "room.sung"]


async def test_an_unknown_tag_is_an_unknown_event() -> None:
    _, old, _ = await met()
    for tag in ("chamber.gone", "chamber.never"):
        old.tell(tag, 5, OLD, {})
        assert (await old.answer(5))[2]["code"] == "unknown_event"


async def test_joins_replay_and_give_newest_values(subprotocol: str) -> None:
    server, old, _ = await met(subprotocol)
    await keep(server, ADDED, Note(text="one", mood="wild"))
    await keep(server, TOPIC, Note(text="t", mood="wild"))
    await keep(server, NEWS, Shown(mood="wild"))
    await old.rest()
    told = await old.inside(OLD)
    assert told["state"] == [["chamber.topic", {"words": "t", "parts": []}]]
    await keep(server, ADDED, Note(text="two", mood="wild"))
    await old.rest()
    told = await old.inside(OLD, (told["epoch"], 0))
    assert (told["replay"], told["offset"]) == (2, 2)
    assert await old.rest() == [
        ["chamber.put_in", 1, OLD, {"words": "one", "parts": []}],
        ["chamber.put_in", 2, OLD, {"words": "two", "parts": []}],
    ]


async def test_pages_of_the_history(subprotocol: str) -> None:
    server, old, _ = await met(subprotocol)
    await keep(server, ADDED, Note(text="one", mood="wild"))
    await keep(server, SUNG, Shown(mood="wild"))
    old.tell("$history", 7, OLD, {"after": 0})
    assert (await old.answer(7))[2]["events"] == [
        ["chamber.put_in", 1, {"words": "one", "parts": []}],
        ["room.sung", 2, {"mood": "wild"}],
    ]


async def test_presence_is_shown_in_everybodys_own_words(subprotocol: str) -> None:
    server, old, new = await met(subprotocol)
    old.tell("$state", 5, OLD, {"mood": "loud"})
    assert await old.answer(5) == ["$reply", 5, None]
    for peer, address, mood in ((old, OLD, "loud"), (new, NOW, "wild")):
        tag, where, _, info = await peer.next()
        assert (tag, where, info["join"][0][1]) == ("$presence", address, {"mood": mood})
    late = Guest(server, subprotocol)
    await late.enter("1.0.0", client="late")
    assert (await late.inside(OLD))["presence"]["members"][0][1] == {"mood": "loud"}
    late.tell("$members", 5, OLD)
    assert (await late.answer(5))[2]["members"][0][1] == {"mood": "loud"}
    old.tell("$state", 6, OLD, {"mood": "blue"})
    info = (await old.answer(6))[2]
    assert (info["code"], info["tag"], info["data"]["issues"][0]["pointer"]) == ("invalid", "$state", "/mood")


async def test_presence_that_an_old_version_does_not_have_is_not_told() -> None:
    server, _, new = await met()
    quiet = Guest(server)
    await quiet.enter("2.5.0", client="quiet")
    assert "presence" not in await quiet.inside(NOW)
    new.tell("$state", 5, NOW, {"mood": "calm"})
    await new.answer(5)
    assert (await new.next())[0] == "$presence"
    assert await quiet.rest() == []


async def test_what_ends_a_membership_names_the_old_address() -> None:
    server, old, _ = await met()
    server.hub.seats(NOW)[0].put_out("bored", "never")
    assert (await old.next())[2] == OLD
    await old.inside(OLD)
    server.hub.start_afresh(NOW, "e", "invalidated")
    tag, address, _ = await old.next()
    assert (tag, address) == ("$resync", OLD)


async def test_parameters_are_explained_by_their_old_names() -> None:
    _, old, _ = await met()
    info = (await old.ask("$join", 5, "chambers/toolong"))[2]
    assert info["data"]["issues"][0]["pointer"] == "/id"


async def test_a_ref_that_is_in_use_keeps_its_answer() -> None:
    """The second frame with a ref says nothing about how the first one is answered."""
    _, old, _ = await met()
    old.tell("$auth", 5, "x")
    await old.answer(5)
    old.tell("chamber.put", 5, OLD, {"words": "hi"})
    old.tell("chamber.clear", 5, OLD, None)
    assert await old.answer(5) == ["$reply", 5, {"words": "hi", "parts": []}]
    interpreter = old.connection._session.decoder
    assert isinstance(interpreter, Interpreter)
    assert interpreter._asked == {}
