"""A generated chat over real sockets on the loopback, with its Python client and with hand-made frames.

Every test runs over every transport: what it asserts is what a client sees, whatever carries it.
"""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from asgi_servers import listen_asgi
from rtgen_runtime import ConnectionClosed, InvalidPayload, Listening, NotConnected, RequestFailed, listen
from rtgen_runtime.client.socket import Socket, open_websocket
from rtgen_runtime.declarations import Heartbeat
from rtgen_runtime.transports.serving import TRANSPORTS
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed as Closed
from websockets.typing import Subprotocol

ROOM = "rooms/general"
HELLO = ["$hello", {"contract": "chat", "version": "1.0.0", "hash": "", "client": "raw"}]
MESSAGE_ID = UUID("0189b0de-0000-7000-8000-000000000000")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2030, 1, 1, tzinfo=UTC)

Serve = Callable[..., AbstractAsyncContextManager[Listening]]


class Rooms:
    """Handlers whose deeds a test can see and stop."""

    def __init__(self, chat: ModuleType) -> None:
        self.chat = chat
        self.calls: list[str] = []
        self.left = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    def handler(self) -> Any:
        chat, rooms = self.chat, self

        class Room(chat.RoomHandler):  # type: ignore[name-defined, misc]
            async def join(self, ctx: Any) -> None:
                rooms.calls.append(f"join {ctx.params.room_id}")
                if ctx.params.room_id == "secret":
                    raise chat.Refused("members only")

            def leave(self, ctx: Any) -> None:
                rooms.calls.append("leave")
                rooms.left.set()

            async def send(self, ctx: Any, payload: Any) -> Any:
                rooms.calls.append(f"send {payload.body}")
                rooms.entered.set()
                match payload.body:
                    case "mute":
                        raise chat.Muted(until=LATER)
                    case "boom":
                        raise ValueError("a secret of the server")
                    case "wait":
                        await rooms.gate.wait()
                    case "nonsense":
                        return rooms.message("")
                message = rooms.message(payload.body)
                await ctx.posted(message)
                return message

            def seen(self, ctx: Any, payload: Any) -> None:
                rooms.calls.append("seen")
                ctx.readers(chat.RoomReadersPayload(message_id=payload.message_id, count=1))

        return Room()

    def message(self, body: str) -> Any:
        author = self.chat.Author(id="x", name="X")
        return self.chat.Message(id=MESSAGE_ID, author=author, body=body, sent_at=NOW)


@pytest.fixture
def rooms(chat: ModuleType) -> Rooms:
    return Rooms(chat)


@pytest.fixture(
    params=[*(partial(listen, transport=each) for each in TRANSPORTS), listen_asgi], ids=[*TRANSPORTS, "asgi"]
)
def serve(request: pytest.FixtureRequest) -> Serve:
    """Serves an app over one of the transports while a block runs."""
    chosen: Serve = request.param
    return chosen


@pytest.fixture
async def served(chat: ModuleType, rooms: Rooms, serve: Serve) -> AsyncIterator[tuple[Any, str]]:
    app = chat.ChatApp(room=rooms.handler())
    async with serve(app) as listening:
        yield app, listening.url


@asynccontextmanager
async def raw(url: str, *joins: str) -> AsyncIterator[ClientConnection]:
    """A socket that has said hello and joined."""
    async with connect(url, subprotocols=[Subprotocol("rtgen.v1.json")], compression=None) as socket:
        await tell(socket, *HELLO)
        assert (await heard(socket))[0] == "$welcome"
        for ref, address in enumerate(joins, 1):
            await tell(socket, "$join", ref, address)
            assert (await heard(socket))[0] == "$joined"
        yield socket


async def tell(socket: ClientConnection, *frame: Any) -> None:
    await socket.send(json.dumps(frame))


async def heard(socket: ClientConnection) -> Any:
    return json.loads(await socket.recv())


def draft(chat: ModuleType, body: str) -> Any:
    return chat.RoomSendPayload(name="Ana", body=body)


class Line:
    """A way to connect that a test can cut and hold."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.redialled = asyncio.Event()
        self._socket: Any = None

    async def __call__(self, url: str) -> Socket:
        if self._socket is not None:
            self.redialled.set()
        await self.open.wait()
        self._socket = await open_websocket(url)
        socket: Socket = self._socket
        return socket

    def cut(self) -> None:
        """Reset the TCP connection, and hold the next one back."""
        self.open.clear()
        self._socket._connection.transport.abort()


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


async def test_a_slow_handler_delays_neither_heartbeats_nor_other_rooms(served: tuple[Any, str], rooms: Rooms) -> None:
    rooms.gate.clear()
    async with raw(served[1], ROOM, "rooms/other") as socket:
        await tell(socket, "room.send", 10, ROOM, {"name": "Ana", "body": "wait"})
        await tell(socket, "room.send", 11, ROOM, {"name": "Ana", "body": "after"})
        await tell(socket, "$ping", 1)
        assert await heard(socket) == ["$pong", 1]
        await tell(socket, "room.send", 12, "rooms/other", {"name": "Ana", "body": "elsewhere"})
        assert (await heard(socket))[2] == "rooms/other"
        assert (await heard(socket))[:2] == ["$reply", 12]
        rooms.gate.set()
        answers = [await heard(socket) for _ in range(4)]
        assert [frame[1] for frame in answers if frame[0] == "$reply"] == [10, 11]


async def test_a_client_that_does_not_read_is_closed_and_others_are_not(
    served: tuple[Any, str], chat: ModuleType, rooms: Rooms
) -> None:
    app, url = served
    here = app.room(room_id="general")
    async with raw(url, ROOM) as slow, chat.ChatClient(url) as client:
        room = await client.room(room_id="general")
        posted = room.posted.listen()
        slow.transport.pause_reading()
        while here.count == 2:
            await here.posted(rooms.message("x" * 2000))
            await anext(posted)
        assert here.count == 1
        slow.transport.abort()


async def test_a_page_of_another_origin_is_told_so(chat: ModuleType, rooms: Rooms, serve: Serve) -> None:
    app = chat.ChatApp(room=rooms.handler())
    protocols = [Subprotocol("rtgen.v1.json")]
    async with serve(app, origins=["https://good.example"]) as listening:
        for origin in ("https://evil.example", "https://good.example.evil.example", "null", "HTTPS://GOOD.EXAMPLE"):
            headers = {"Origin": origin}
            async with connect(listening.url, subprotocols=protocols, additional_headers=headers) as socket:
                assert (await heard(socket))[2]["code"] == "wrong_origin"
                with pytest.raises(Closed) as closed:
                    await socket.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4404
        headers = {"Origin": "https://good.example"}
        async with connect(listening.url, subprotocols=protocols, additional_headers=headers) as socket:
            await tell(socket, *HELLO)
            assert (await heard(socket))[0] == "$welcome"


@pytest.mark.parametrize("offered", [None, [Subprotocol("rtgen.v9.json"), Subprotocol("rtgen")]])
async def test_without_a_common_version_the_server_says_so(
    served: tuple[Any, str], offered: list[Subprotocol] | None
) -> None:
    async with connect(served[1], subprotocols=offered) as socket:
        assert (await heard(socket))[2]["code"] == "wrong_subprotocol"
        with pytest.raises(Closed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


async def test_a_client_of_another_version_is_told_the_range(served: tuple[Any, str], chat: ModuleType) -> None:
    old = chat.ChatClient(served[1])
    old._machine.contract = dataclasses.replace(old._machine.contract, version="3.0.0")
    with pytest.raises(ConnectionClosed, match=r"versions 1\.0\.x"):
        await _enter(old)


async def _enter(client: Any) -> None:
    async with client:
        pass


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


class Script:
    """A server that lets one client in, and says these things when it is told to go on."""

    def __init__(self, *frames: Any) -> None:
        self._frames = frames
        self._waiting: asyncio.Queue[str] = asyncio.Queue()

    def go_on(self) -> None:
        for each in self._frames:
            self._waiting.put_nowait(json.dumps(each))

    async def dial(self, url: str) -> Socket:
        return self

    async def send(self, frame: bytes) -> None:
        limits = {"frame": 1, "channels": 1, "outbox": 1}
        welcome = {"session": "s", "version": "1.0.0", "heartbeat": {"every": 25, "slack": 10}, "limits": limits}
        joined = {"epoch": "e", "offset": 0, "recovered": False, "replay": 0}
        match json.loads(frame):
            case ["$hello", *_]:
                self._waiting.put_nowait(json.dumps(["$welcome", welcome]))
            case ["$join", ref, address, *_]:
                self._waiting.put_nowait(json.dumps(["$joined", ref, address, joined]))

    async def receive(self) -> str | bytes:
        return await self._waiting.get()

    async def close(self, code: int, reason: str) -> None:
        pass


async def test_stopping_closes_with_a_code_that_means_come_back(chat: ModuleType, rooms: Rooms, serve: Serve) -> None:
    app = chat.ChatApp(room=rooms.handler())
    async with serve(app) as listening:
        socket = await connect(listening.url, subprotocols=[Subprotocol("rtgen.v1.json")])
    with pytest.raises(Closed) as closed:
        await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4000


async def test_stopping_lets_a_handler_finish(chat: ModuleType, rooms: Rooms, serve: Serve) -> None:
    app = chat.ChatApp(room=rooms.handler())
    rooms.gate.clear()
    async with serve(app) as listening, raw(listening.url, ROOM) as socket:
        await tell(socket, "room.send", 3, ROOM, {"name": "Ana", "body": "wait"})
        await rooms.entered.wait()
        stopping = asyncio.create_task(app.stop())
        with pytest.raises(Closed):
            await socket.recv()
        assert not stopping.done()
        rooms.gate.set()
        await stopping
        assert rooms.calls[-1] == "leave"


async def test_the_server_pings_and_gives_up_on_the_silent(chat: ModuleType, rooms: Rooms, serve: Serve) -> None:
    app = chat.ChatApp(room=rooms.handler())
    app.contract = dataclasses.replace(app.contract, heartbeat=Heartbeat(every=0.3, slack=0.3))
    async with serve(app) as listening, raw(listening.url, ROOM) as silent, chat.ChatClient(listening.url) as client:
        await client.room(room_id="general")
        assert (await heard(silent))[0] == "$ping"
        await silent.wait_closed()
        assert silent.close_code == 4001
        await rooms.left.wait()
        assert app.room(room_id="general").count == 1
