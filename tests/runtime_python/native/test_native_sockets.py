"""What only the native transport does, on real sockets: compression, TLS, plain requests, nothing kept of the idle."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import plain_http
import pytest
from certificates import certified
from member_server import ROOM, WAVE, Server
from rtgen_runtime import Settings, UsageError, listen
from rtgen_runtime.router import Place
from small_conversation import RoomParams
from small_server import Rooms, serving
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

A = "rooms/a"
HELLO = ["$hello", {"contract": "small", "version": "1.2.0", "hash": ""}]
JSON = [Subprotocol("rtgen.v1.json")]


async def joined(url: str, **options: Any) -> ClientConnection:
    socket = await connect(url, subprotocols=JSON, **options)
    for frame in (HELLO, ["$join", 1, A]):
        await socket.send(json.dumps(frame))
        await socket.recv()
    return socket


async def test_compressed_and_plain_clients_of_one_room() -> None:
    server = Server(settings=Settings(compression=True))
    async with listen(server.app, transport="native") as listening:
        packed = [await joined(listening.url, compression="deflate") for _ in range(3)]
        plain = await joined(listening.url, compression=None)
        assert [each.protocol.extensions != [] for each in (*packed, plain)] == [True, True, True, False]
        text = "all the same " * 100
        payload = json.dumps({"text": text}).encode()
        server.app.hub.forward(Place(ROOM, A, RoomParams(name="a")), WAVE, payload, "s1")
        for socket in (*packed, plain):
            assert json.loads(await socket.recv())[3] == {"text": text}
        for socket in (*packed, plain):
            await socket.send(json.dumps(["$ping", 1]))
            assert json.loads(await socket.recv()) == ["$pong", 1]
        for socket in (*packed, plain):
            await socket.close()


async def test_compression_is_off_until_it_is_asked_for() -> None:
    server = Server()
    async with listen(server.app, transport="native") as listening:
        socket = await joined(listening.url, compression="deflate")
        assert socket.protocol.extensions == []
        await socket.close()


@pytest.mark.parametrize("transport", ["native", "websockets"])
async def test_tls(transport: Any, tmp_path: Path) -> None:
    server = Server()
    ends = certified(tmp_path)
    async with listen(server.app, transport=transport, tls=ends.server) as listening:
        assert listening.url.startswith("wss://")
        socket = await joined(listening.url.replace("127.0.0.1", "localhost"), ssl=ends.client)
        await socket.send(json.dumps(["room.add", 2, A, {"text": "x"}]))
        assert json.loads(await socket.recv())[:2] == ["$reply", 2]
        await socket.close()
        plain = await asyncio.open_connection("127.0.0.1", listening.port)
        plain[1].write(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not (await plain[0].read()).startswith(b"HTTP/")
        plain[1].close()


async def test_plain_requests_are_answered_and_closed() -> None:
    async with listen(Server().app, transport="native") as listening:
        head = await plain_http.ask(listening.url, "/health", "HEAD")
        assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "3")
        old = await plain_http.raw("127.0.0.1", listening.port, b"GET /health HTTP/1.0\r\n\r\n")
        assert (old.status, old.body) == (200, b"ok\n")
        elsewhere = await plain_http.ask(listening.url, "/elsewhere")
        assert (elsewhere.status, elsewhere.headers["upgrade"]) == (426, "websocket")
        assert (await plain_http.ask(listening.url, "/elsewhere", "POST", body=b"x")).status in {404, 413}
        assert (await plain_http.ask(listening.url, "/health", "DELETE")).status == 405


async def test_an_idle_connection_has_no_task_and_no_timer() -> None:
    rooms = Rooms()
    async with listen(serving(Server().app.contract, rooms), transport="native") as listening:
        before = len(asyncio.all_tasks())
        sockets = []
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", listening.port)
            writer.write(
                b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                b"Sec-WebSocket-Protocol: rtgen.v1.json\r\n\r\n"
            )
            await reader.readuntil(b"\r\n\r\n")
            sockets.append(writer)
        loop: Any = asyncio.get_running_loop()
        assert len(asyncio.all_tasks()) == before
        assert len([timer for timer in loop._scheduled if not timer.cancelled()]) < 5
        for writer in sockets:
            writer.close()


async def test_there_is_no_other_transport() -> None:
    unknown: Any = "smoke signals"
    with pytest.raises(UsageError, match="native, websockets"):
        async with listen(Server().app, transport=unknown):
            pass


async def test_a_peer_that_never_closes_does_not_hold_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtgen_runtime.transports.native.server.PATIENCE", 0.2)
    async with listen(Server().app, transport="native") as listening:
        deaf = await joined(listening.url)
        deaf.transport.pause_reading()
        half, writer = await asyncio.open_connection("127.0.0.1", listening.port)
    with suppress(ConnectionResetError):
        assert await half.read() == b""
    writer.close()
    deaf.transport.abort()
