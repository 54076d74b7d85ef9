"""What is fuzzed: an app with every kind of event, its handlers, and clients that note all that they are given."""

import asyncio
import dataclasses
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import member_server as members
import msgspec
from rtgen_runtime.app import App, Mount
from rtgen_runtime.connection import Connection
from rtgen_runtime.declarations import Channel, Contract, Latest, RequestEvent, ServerEvent
from rtgen_runtime.errors import Refused
from small_conversation import CLEAR, NOTE, Full, Note

ONCE: Final = RequestEvent("room.once", "once", payload=NOTE, reply=NOTE, errors=(Full,), timeout=5.0, idempotent=60.0)
TOPIC: Final = ServerEvent("room.topic", payload=NOTE, latest=Latest())
ROOM: Final[Channel] = dataclasses.replace(members.ROOM, events=(*members.ROOM.events, CLEAR, ONCE, TOPIC))
CONTRACT: Final[Contract] = dataclasses.replace(members.CONTRACT, channels=(members.LOBBY, ROOM))
HELLO: Final[dict[str, Any]] = {"contract": "small", "version": "1.2.0", "client": "c1"}
PACKED: Final = "rtgen.v1.msgpack"
PLAIN: Final = "rtgen.v1.json"


class Context(members.RoomContext):
    """With the newest of something."""

    async def topic(self, payload: Note) -> None:
        await self._keep(TOPIC, payload)


class Room(members.Room):
    """Does something of everything, by the first letter of what it gets; raises only what the contract knows."""

    channel = ROOM

    def join(self, ctx: Any) -> None:
        if ctx.params.name == "shut":
            raise Refused("not here")

    def leave(self, ctx: Any) -> None:
        pass

    async def add(self, ctx: Any, payload: Note) -> Note:
        match payload.text[0]:
            case "a":
                await ctx.added(payload)
            case "b":
                await ctx.drawn(payload)
            case "c":
                ctx.moved(payload)
            case "d":
                await ctx.topic(payload)
            case "e":
                raise Full()
            case "f":
                await asyncio.sleep(0.5)
            case "g":
                await asyncio.sleep(3600)
        return payload

    async def once(self, ctx: Any, payload: Note) -> Note:
        return await self.add(ctx, payload)

    async def clear(self, ctx: Any) -> None:
        ctx.hint(Note(text="clear"))

    def seen(self, ctx: Any, payload: Note) -> None:
        pass


class Target:
    """The app, on the time of the loop that runs."""

    def __init__(self) -> None:
        now = asyncio.get_running_loop().time
        mounts = (Mount(members.LobbyHandler(), members.LobbyContext), Mount(Room(), Context))
        self.app = App(CONTRACT, mounts, clock=now, auth=members.ByToken())
        self.app.time.follow(now, lambda: 1_700_000_000.0 + now())

    def leftovers(self) -> dict[str, int]:
        """What is still held of clients; all of it is nothing once they are gone."""
        app = self.app
        return {
            "connections": len(app._connections),
            "settling": len(app._settling),
            "rooms": len(app.hub._rooms),
            "present": app.board.addresses,
        }


class Broken(AssertionError):
    """A promise that the server did not keep."""


class Peer:
    """A link that decodes and notes what it is given, and a socket that may be slow."""

    def __init__(self, target: Target, subprotocol: str) -> None:
        self.packed = subprotocol == PACKED
        self.heard: list[list[Any]] = []
        self.closed: int | None = None
        self.slow = False
        self._waiting = 0
        self._target = target
        self._gone = False
        self._decode: Callable[[bytes], Any] = msgspec.msgpack.decode if self.packed else msgspec.json.decode
        self.connection: Connection = target.app.connect(self, subprotocol)

    def write(self, frames: Sequence[bytes]) -> None:
        if self.closed is not None:
            raise Broken(f"{len(frames)} frames after the close {self.closed}")
        for frame in frames:
            value = self._decode(frame)
            if not isinstance(value, list) or not isinstance(value[0], str):
                raise Broken(f"no frame: {frame[:200]!r}")
            self.heard.append(value)
            self._waiting += len(frame) if self.slow else 0

    def buffered(self) -> int:
        return self._waiting

    def hurry(self) -> None:
        """Take everything that waits."""
        if self._waiting:
            self._waiting = 0
            self.connection.writable()

    def close(self, code: int, reason: str) -> None:
        if self.closed is not None:
            raise Broken(f"closed twice: {self.closed}, {code}")
        self.closed = code
        asyncio.get_running_loop().call_soon(self.gone)

    def gone(self) -> None:
        """The socket is closed, whoever closed it."""
        if not self._gone:
            self._gone = True
            self._target.app.disconnected(self.connection)

    def tell(self, *frame: Any) -> None:
        """A frame that is right."""
        self.connection.receive(msgspec.msgpack.encode(frame) if self.packed else json.dumps(frame))
