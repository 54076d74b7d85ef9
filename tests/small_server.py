"""An app over the small contract, and clients that talk to it in memory: real connections, no sockets."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from rtgen_runtime.app import App, Mount
from rtgen_runtime.codegen_v1 import ChannelHandler, ClaimsScope
from rtgen_runtime.declarations import Contract
from rtgen_runtime.errors import Refused
from rtgen_runtime.frames import SUBPROTOCOL
from rtgen_runtime.identity import Handshake
from small_conversation import HELLO, LOBBY, ROOM, Note, RoomParams
from small_identity import Claims


class RoomScope(ClaimsScope[RoomParams, Any, Any, Claims | None]):
    """One member of a room."""


class Rooms(ChannelHandler[RoomScope, str]):
    """Handlers that remember, and do what a test has told them."""

    channel = ROOM

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.keep_out: set[str | None] = set()
        self.mute: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    async def join(self, ctx: RoomScope) -> None:
        self.calls.append(f"join {ctx.subject}")
        self.entered.set()
        await self.gate.wait()
        if ctx.subject in self.keep_out:
            raise Refused("members only")

    def leave(self, ctx: RoomScope) -> None:
        self.calls.append(f"leave {ctx.subject}")

    def may(self, ctx: RoomScope, event: str) -> bool:
        if "nobody" in self.mute:
            raise RuntimeError("no idea")
        return event not in self.mute

    async def add(self, ctx: RoomScope, payload: Note) -> Note:
        role = ctx.claims.role if ctx.claims is not None else "guest"
        self.calls.append(f"add {payload.text} by {ctx.subject} ({role})")
        self.entered.set()
        await self.gate.wait()
        return payload

    def clear(self, ctx: RoomScope) -> None:
        self.calls.append("clear")

    def seen(self, ctx: RoomScope, payload: Note) -> None:
        self.calls.append("seen")


class Lobby(ChannelHandler[RoomScope, str]):
    """Everybody may enter."""

    channel = LOBBY


class Time:
    """A clock that a test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def serving(contract: Contract, rooms: Rooms, **options: Any) -> App:
    """The app."""
    return App(contract, (Mount(rooms, RoomScope), Mount(Lobby(), RoomScope)), **options)


class Peer:
    """A client in memory; it takes whatever it is given, and keeps it in order."""

    def __init__(self, app: App, subprotocol: str = SUBPROTOCOL, handshake: Handshake | None = None) -> None:
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._app = app
        self._packs = "msgpack" in subprotocol
        self._decode: Callable[[bytes], Any] = msgspec.msgpack.decode if self._packs else msgspec.json.decode
        self.connection = app.connect(self, subprotocol, handshake=handshake)

    def write(self, frames: Sequence[bytes]) -> None:
        for frame in frames:
            self.heard.put_nowait(self._decode(frame))

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        if not self.closed.done():
            self.closed.set_result(code)
            asyncio.get_running_loop().call_soon(self.drop)

    def drop(self) -> None:
        """The socket is gone."""
        self._app.disconnected(self.connection)

    def tell(self, *frame: Any) -> None:
        self.connection.receive(msgspec.msgpack.encode(frame) if self._packs else json.dumps(frame))

    async def next(self) -> Any:
        return await asyncio.wait_for(self.heard.get(), 5)

    async def ask(self, *frame: Any) -> Any:
        """Send, and wait for the next frame."""
        self.tell(*frame)
        return await self.next()

    async def ended(self) -> int:
        """The code it was closed with."""
        return await asyncio.wait_for(asyncio.shield(self.closed), 5)

    async def greet(self, **more: Any) -> dict[str, Any]:
        """The welcome."""
        tag, info = await self.ask("$hello", {**HELLO[1], **more})
        assert tag == "$welcome"
        told: dict[str, Any] = info
        return told

    async def join(self, ref: int = 1, address: str = "rooms/a") -> None:
        assert (await self.ask("$join", ref, address))[:2] == ["$joined", ref]
