"""What is said over real sockets on the loopback: by the Python client of a generated chat, and by hand-made frames."""

import json
from types import ModuleType
from typing import Any

import pytest
from chat_rooms import LATER, MESSAGE_ID, ROOM, Line, Rooms, Script, draft, heard, raw, tell
from rtgen_runtime import InvalidPayload, NotConnected, RequestFailed


async def test_a_hand_made_invalid_frame_gets_a_pointer_and_reaches_no_handler(
    served: tuple[Any, str], rooms: Rooms
) -> None:
    async with raw(served[1], ROOM) as socket:
        await tell(socket, "room.send", 7, ROOM, {"name": "Ana", "body": "x", "tags": ["a", ""]})
        kind, ref, error = await heard(socket)
    assert (kind, ref, error["code"], error["retryable"]) == ("$error", 7, "invalid", False)
    assert error["data"]["issues"] == [
        {"pointer": "/tags/1", "code": "minLength", "message": error["data"]["issues"][0]["message"]}
    ]
    assert not [call for call in rooms.calls if call.startswith("send")]


async def test_an_invalid_emit_raises_in_the_publisher_and_sends_nothing(
    served: tuple[Any, str], chat: ModuleType, rooms: Rooms
) -> None:
    app, url = served
    async with chat.ChatClient(url) as client:
        room = await client.room(room_id="general")
        posted = room.posted.listen()
        with pytest.raises(InvalidPayload) as raised:
            await app.room(room_id="general").posted(rooms.message(""))
        assert [issue.pointer for issue in raised.value.issues] == ["/body"]
        assert await app.room(room_id="general").posted(rooms.message("fine")) == 1
        assert (await anext(posted)).offset == 1


async def test_a_request_is_answered_and_everybody_hears(served: tuple[Any, str], chat: ModuleType) -> None:
    async with chat.ChatClient(served[1]) as ana, chat.ChatClient(served[1]) as ben:
        room, other = await ana.room(room_id="general"), await ben.room(room_id="general")
        posted, mine = other.posted.listen(), room.posted.listen()
        reply = await room.send(draft(chat, "hi"))
        assert reply == (await anext(posted)).payload == (await anext(mine)).payload
        assert reply.body == "hi"


async def test_domain_errors_are_typed_and_failures_are_not_told(
    served: tuple[Any, str], chat: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    async with chat.ChatClient(served[1]) as client:
        room = await client.room(room_id="general")
        with pytest.raises(chat.Muted) as muted:
            await room.send(draft(chat, "mute"))
        assert muted.value.data == chat.MutedData(until=LATER)
        for body in ("boom", "nonsense"):
            with pytest.raises(RequestFailed) as failed:
                await room.send(draft(chat, body))
            assert failed.value.code == "internal"
            assert "secret" not in str(failed.value)
            incident = str(failed.value).rpartition("(")[2].rstrip(")")
            assert incident in caplog.text
        assert (await room.send(draft(chat, "still here"))).body == "still here"


async def test_a_client_refuses_invalid_payloads_itself(
    served: tuple[Any, str], chat: ModuleType, rooms: Rooms
) -> None:
    async with chat.ChatClient(served[1]) as client:
        room = await client.room(room_id="general")
        with pytest.raises(InvalidPayload) as raised:
            await room.send(draft(chat, ""))
        assert raised.value.issues[0].pointer == "/body"
        with pytest.raises(InvalidPayload):
            room.seen(chat.RoomSeenPayload(message_id="no uuid"))
        with pytest.raises(InvalidPayload):
            await client.room(room_id="NOT A ROOM")
    await rooms.left.wait()
    assert rooms.calls == ["join general", "leave"]


async def test_a_relay_keeps_unknown_properties_and_names_its_sender(served: tuple[Any, str]) -> None:
    async with raw(served[1], ROOM) as one, raw(served[1], ROOM) as two:
        payload = {"name": "Ana", "mood": "idle", "__proto__": {"x": 1}, "by": "forged"}
        await tell(one, "room.typing", 5, ROOM, payload, {"by": "forged"})
        assert await heard(one) == ["$reply", 5, None]
        tag, offset, address, got, meta = await heard(two)
        assert (tag, offset, address, got) == ("room.typing", 0, ROOM, payload)
        assert meta["by"] not in {"", "forged"}


async def test_what_was_missed_comes_in_order_and_once_after_a_reset_connection(
    served: tuple[Any, str], chat: ModuleType, rooms: Rooms
) -> None:
    app, url = served
    line = Line()
    async with chat.ChatClient(url, connect=line) as client:
        room = await client.room(room_id="general")
        posted = room.posted.listen()
        here = app.room(room_id="general")
        await here.posted(rooms.message("0"))
        assert (await anext(posted)).payload.body == "0"
        line.cut()
        await rooms.left.wait()
        for number in range(1, 6):
            await here.posted(rooms.message(str(number)))
        await line.redialled.wait()
        with pytest.raises(NotConnected):
            room.seen(chat.RoomSeenPayload(message_id=MESSAGE_ID))
        line.open.set()
        got = [await anext(posted) for _ in range(5)]
        await here.posted(rooms.message("6"))
        got.append(await anext(posted))
        assert [each.payload.body for each in got] == ["1", "2", "3", "4", "5", "6"]
        assert [each.offset for each in got] == [2, 3, 4, 5, 6, 7]
        assert room.recovered is True


async def test_a_gap_that_can_not_be_closed_is_told(served: tuple[Any, str], chat: ModuleType, rooms: Rooms) -> None:
    app, url = served
    line = Line()
    async with chat.ChatClient(url, connect=line) as client:
        room = await client.room(room_id="general")
        resyncs, posted = room.resyncs.listen(), room.posted.listen()
        line.cut()
        await rooms.left.wait()
        for number in range(301):
            await app.room(room_id="general").posted(rooms.message(str(number)))
        line.open.set()
        assert (await anext(resyncs)).payload == "too_many"
        assert room.recovered is False
        await app.room(room_id="general").posted(rooms.message("next"))
        assert (await anext(posted)).payload.body == "next"


async def test_a_refused_join_has_the_handlers_words(served: tuple[Any, str], chat: ModuleType, rooms: Rooms) -> None:
    async with chat.ChatClient(served[1]) as client:
        with pytest.raises(RequestFailed, match="members only"):
            await client.room(room_id="secret")
        assert (await client.room(room_id="open")).address == "rooms/open"
    await rooms.left.wait()
    assert rooms.calls == ["join secret", "join open", "leave"]


async def test_an_invalid_event_never_reaches_a_listener(
    chat: ModuleType, rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that sends what it may not; made by hand, since ours refuses to."""
    valid = [json.loads(chat.validators.MESSAGE.encode(rooms.message(body))) for body in ("good", "again", "last")]
    script = Script(
        ["room.posted", 1, ROOM, {"body": ""}],
        ["room.later", 2, ROOM, {}],
        ["room.posted", 3, ROOM, valid[0]],
        ["room.posted", 3, ROOM, valid[1]],
        ["room.posted", 4, ROOM, valid[2]],
    )
    async with chat.ChatClient("ws://test", connect=script.dial) as client:
        room = await client.room(room_id="general")
        posted = room.posted.listen()
        script.go_on()
        got = [await anext(posted) for _ in range(2)]
    assert [(each.offset, each.payload.body) for each in got] == [(3, "good"), (4, "last")]
    assert "needs the property" in caplog.text
