"""How connections to a generated chat begin and end, over real sockets on the loopback."""

import asyncio
import dataclasses
from types import ModuleType
from typing import Any

import pytest
from chat_rooms import HELLO, ROOM, Rooms, Serve, heard, raw, tell
from rtgen_runtime import ConnectionClosed
from rtgen_runtime.declarations import Heartbeat
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed as Closed
from websockets.typing import Subprotocol


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
