"""A served chat whose handlers a test can see and stop, hand-made frames for it, and lines that a test can cut."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from rtgen_runtime import Listening
from rtgen_runtime.client.socket import Socket, open_websocket
from websockets.asyncio.client import ClientConnection, connect
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
