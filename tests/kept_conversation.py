"""A contract whose events are kept in every way, its server, and peers that talk to it without sockets."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from msgspec import Meta, Struct
from rtgen_runtime.app import App, Mount
from rtgen_runtime.connection import Connection
from rtgen_runtime.declarations import (
    Channel,
    Contract,
    HistorySize,
    Latest,
    Limits,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import DomainError
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.scopes import ChannelScope, MemberScope, TargetScope
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.validation import Schema


class Note(Struct, kw_only=True):
    """What is added, and told."""

    text: Annotated[str, Meta(min_length=1, max_length=400)]


class Price(Struct, kw_only=True):
    """One of many."""

    of: str
    cents: int


class RoomParams(Struct, kw_only=True):
    """`rooms/{name}`."""

    name: str


DOCUMENTS: Final[dict[str, object]] = {
    "Note": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 400}},
    },
    "Price": {
        "type": "object",
        "required": ["of", "cents"],
        "properties": {"of": {"type": "string"}, "cents": {"type": "integer"}},
    },
    "RoomParams": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
}
NOTE: Final[Schema[Note]] = Schema("Note", Note, DOCUMENTS)
PRICE_SCHEMA: Final[Schema[Price]] = Schema("Price", Price, DOCUMENTS)
ROOM_PARAMS: Final[Schema[RoomParams]] = Schema("RoomParams", RoomParams, DOCUMENTS)


class Full(DomainError):
    """The room takes no more."""

    code = "full"
    message = "The room takes no more."


class Busy(DomainError):
    """Try later."""

    code = "busy"
    retryable = True


ADD: Final = RequestEvent(
    "room.add", "add", payload=NOTE, reply=NOTE, errors=(Full, Busy), timeout=5.0, idempotent=60.0
)
ADDED: Final = ServerEvent("room.added", payload=NOTE, recorded=True)
PRICE: Final = ServerEvent("room.price", payload=PRICE_SCHEMA, latest=Latest("of"))
TOPIC: Final = ServerEvent("room.topic", payload=NOTE, recorded=True, latest=Latest())
HINT: Final = ServerEvent("room.hint", payload=NOTE)
ROOM: Final = Channel(
    "room", "rooms/{name}", ROOM_PARAMS, (ADD, ADDED, PRICE, TOPIC, HINT), HistorySize(keep=500, seconds=3600.0)
)
BOARD: Final = Channel("board", "board", ROOM_PARAMS, (ServerEvent("board.mood", payload=NOTE, latest=Latest()),))
CONTRACT: Final = Contract("kept", "1.0.0", "cafe", (ROOM, BOARD), limits=Limits(frame=4096, channels=4, outbox=16384))


class RoomContext(MemberScope[RoomParams, None, TargetScope[RoomParams]]):
    """A member of a room."""

    async def added(self, note: Note) -> int:
        """Tell, and record."""
        return await self._keep(ADDED, note)

    async def price(self, price: Price) -> None:
        """The newest price of something."""
        await self._keep(PRICE, price)

    async def topic(self, note: Note) -> int:
        """What the room is about."""
        return await self._keep(TOPIC, note)

    def hint(self, note: Note) -> None:
        """Tell, once."""
        self._emit(HINT, note)


class Rooms(ChannelHandler[RoomContext, Any]):
    """Counts what takes effect, and can be held."""

    channel = ROOM

    def __init__(self) -> None:
        self.effects: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    async def add(self, ctx: RoomContext, payload: Note) -> Note:
        """One effect for each call."""
        self.effects.append(payload.text)
        self.entered.set()
        await self.gate.wait()
        match payload.text:
            case "full":
                raise Full()
            case "busy":
                raise Busy()
            case "boom":
                raise ValueError("a secret")
        await ctx.added(payload)
        return Note(text=f"{payload.text} {len(self.effects)}")


class Board(ChannelHandler[MemberScope[RoomParams, None, TargetScope[RoomParams]], Any]):
    """Nothing to handle."""

    channel = BOARD


class Peer:
    """A client made of raw frames; a link that hands over what it is given."""

    def __init__(self, app: App, client: str = "c1", session: str = "", token: str = "") -> None:
        self._heard: asyncio.Queue[Any] = asyncio.Queue()
        self.closed: list[tuple[int, str]] = []
        self.app = app
        self.connection: Connection = app.connect(self, "rtgen.v1.json")
        told = {"client": client, "session": session, "token": token}
        named = {key: value for key, value in told.items() if value}
        self.tell("$hello", {"contract": "kept", "version": "1.0.0", **named})

    def tell(self, *frame: Any) -> None:
        """Send a frame."""
        self.connection.receive(json.dumps(frame))

    async def heard(self) -> Any:
        """The next frame."""
        return await asyncio.wait_for(self._heard.get(), 20)

    def rest(self) -> list[Any]:
        """What has come already."""
        return [self._heard.get_nowait() for _ in range(self._heard.qsize())]

    async def answer(self, ref: int) -> Any:
        """The answer to a ref; what comes before it is skipped."""
        while True:
            frame = await self.heard()
            if frame[1] == ref and frame[0] in {"$reply", "$error", "$joined"}:
                return frame

    def gone(self) -> None:
        """The connection is reset."""
        self.app.disconnected(self.connection)

    def write(self, frames: Sequence[bytes]) -> None:
        """As a link."""
        for frame in frames:
            self._heard.put_nowait(json.loads(frame))

    def buffered(self) -> int:
        """As a link: all is taken."""
        return 0

    def close(self, code: int, reason: str) -> None:
        """As a link."""
        self.closed.append((code, reason))
        self.app.disconnected(self.connection)


def app(store: Store | None = None, rooms: Rooms | None = None, **options: Any) -> App:
    """A server."""
    mounts = (Mount(rooms or Rooms(), RoomContext), Mount(Board(), MemberScope))
    return App(options.pop("contract", CONTRACT), mounts, store=store, **options)


def room(server: App, name: str = "a") -> RoomContext:
    """A room, to speak there."""
    scope: Callable[..., Any] = server._scope
    made: RoomContext = scope(RoomContext, ROOM, RoomParams(name=name))
    return made


async def welcome(peer: Peer) -> str:
    """The session to present next time."""
    frame = await peer.heard()
    assert frame[0] == "$welcome", frame
    session: str = frame[1]["session"]
    return session


__all__ = ["BOARD", "CONTRACT", "ROOM", "ChannelScope", "Note", "Peer", "Price", "Rooms", "app", "room", "welcome"]
