"""A server that is attacked by hand-made bytes, and asked afterwards whether it is well."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from rtgen_runtime import listen
from rtgen_runtime.app import App
from small_conversation import CONTRACT, HELLO
from small_identity import Register, plain
from small_server import Rooms, serving
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

GOOD = "https://app.example"
JSON = [Subprotocol("rtgen.v1.json")]


@dataclass
class Served:
    """A listening server."""

    app: App
    rooms: Rooms
    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def is_well(self, origin: str | None = None) -> bool:
        async with connect(self.url, subprotocols=JSON, origin=Origin(origin) if origin else None) as socket:
            hello = {**HELLO[1], "token": "t", "client": "well"}
            await socket.send(json.dumps(["$hello", hello]))
            await socket.send(json.dumps(["$join", 1, "rooms/well"]))
            return [json.loads(await socket.recv())[0] for _ in range(2)] == ["$welcome", "$joined"]

    async def raw(self, request: bytes) -> bytes:
        """All that the server answers to some bytes, until it closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            return await asyncio.wait_for(reader.read(), 10)
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def served(contract: Any = CONTRACT, **options: Any) -> AsyncIterator[Served]:
    rooms = Rooms()
    more = {"auth": Register(t=plain("ada"))} if contract.auth else {}
    app = serving(contract, rooms, **more)
    async with listen(app, **options) as listening:
        yield Served(app, rooms, listening.port)


async def close_code(socket: ClientConnection) -> int:
    """Read to the end."""
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both transports give up a handshake sooner."""
    monkeypatch.setattr("rtgen_runtime.transports.websockets._CLOSING", 0.2)
    monkeypatch.setattr("rtgen_runtime.transports.native.server.PATIENCE", 0.2)


def request(*lines: str, body: bytes = b"") -> bytes:
    """A handshake by hand."""
    usual = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    usual += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    head = ["GET / HTTP/1.1", *lines, *usual, "", ""]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + body
