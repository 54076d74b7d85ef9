"""A server of one channel with everything that is about members, in this process: links instead of sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec
from rtgen_runtime import App
from rtgen_runtime.app import Mount
from rtgen_runtime.connection import Connection
from rtgen_runtime.declarations import (
    Auth,
    Channel,
    Conflation,
    Contract,
    HistorySize,
    Limits,
    NoticeEvent,
    Presence,
    RateLimit,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.identity import Handshake, Identity
from rtgen_runtime.scopes import ChannelScope, MemberScope, TargetScope
from slow_sockets import SlowSocket
from small_conversation import NO_PARAMS, NOTE, ROOM_PARAMS, Full, NoParams, Note, RoomParams

ADD: Final = RequestEvent("room.add", "add", payload=NOTE, reply=NOTE, errors=(Full,), timeout=5.0)
SEEN: Final = NoticeEvent("room.seen", "seen", payload=NOTE, limit=RateLimit(2, 1.0, burst=2))
WAVE: Final = RelayEvent("room.wave", payload=NOTE, conflate=Conflation())
HINT: Final = ServerEvent("room.hint", payload=NOTE)
MOVED: Final = ServerEvent("room.moved", payload=NOTE, volatile=True, conflate=Conflation("text"), batch=0.02)
ADDED: Final = ServerEvent("room.added", payload=NOTE, recorded=True)
DRAWN: Final = ServerEvent("room.drawn", payload=NOTE, recorded=True, batch=0.02)
ROOM: Final = Channel(
    "room",
    "rooms/{name}",
    ROOM_PARAMS,
    (ADD, SEEN, WAVE, HINT, MOVED, ADDED, DRAWN),
    history=HistorySize(keep=50, seconds=60.0),
    presence=Presence(NOTE, grace=1.0, count_over=3),
)
LOBBY: Final = Channel("lobby", "lobby", NO_PARAMS, ())
CONTRACT: Final = Contract(
    "small",
    "1.2.3",
    "cafe",
    (LOBBY, ROOM),
    limits=Limits(frame=4096, channels=4, outbox=16_384),
    auth=Auth(anonymous=True),
)


class RoomTarget(TargetScope[RoomParams]):
    def hint(self, payload: Note) -> None:
        self._emit(HINT, payload)

    def moved(self, payload: Note) -> None:
        self._emit(MOVED, payload)


class RoomChannel(RoomTarget, ChannelScope[RoomParams, Note, RoomTarget]):
    targets = RoomTarget

    async def added(self, payload: Note) -> int:
        return await self._keep(ADDED, payload)

    async def drawn(self, payload: Note) -> int:
        return await self._keep(DRAWN, payload)


class RoomContext(RoomChannel, MemberScope[RoomParams, Note, RoomTarget]):
    pass


class LobbyContext(MemberScope[NoParams, None, TargetScope[NoParams]]):
    pass


class LobbyHandler(ChannelHandler[LobbyContext, str]):
    channel = LOBBY


Does = Callable[[Any, Any], Any]


class Room(ChannelHandler[RoomContext, str]):
    """Does what a test sets."""

    channel = ROOM

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.on_join: Callable[[RoomContext], Awaitable[None] | None] = lambda ctx: None
        self.on_add: Does = lambda ctx, payload: payload
        self.on_seen: Does = lambda ctx, payload: None
        self.on_presence: Does = lambda ctx, state: state

    def join(self, ctx: RoomContext) -> Awaitable[None] | None:
        self.calls.append("join")
        return self.on_join(ctx)

    def leave(self, ctx: RoomContext) -> None:
        self.calls.append("leave")

    def add(self, ctx: RoomContext, payload: Note) -> Any:
        self.calls.append(f"add {payload.text}")
        return self.on_add(ctx, payload)

    def seen(self, ctx: RoomContext, payload: Note) -> Any:
        self.calls.append(f"seen {payload.text}")
        return self.on_seen(ctx, payload)

    def presence(self, ctx: RoomContext, state: Note) -> Any:
        return self.on_presence(ctx, state)


class ByToken:
    """The token is the subject."""

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        return Identity(subject=token)


class Server:
    """An app with clients. `now` moves only when a test says so."""

    def __init__(self, **options: Any) -> None:
        self.now = 0.0
        self.clients = 0
        self.room = Room()
        mounts = (Mount(LobbyHandler(), LobbyContext), Mount(self.room, RoomContext))
        self.app = App(CONTRACT, mounts, clock=lambda: self.now, auth=ByToken(), **options)

    def here(self, name: str = "a") -> RoomChannel:
        return self.app._scope(RoomChannel, ROOM, RoomParams(name=name))

    async def client(self, *addresses: str, token: str | None = None, again: "Client | None" = None) -> "Client":
        """A client that has said hello and joined; with `again` it is another connection of that one."""
        made = Client(self, SlowSocket())
        self.clients += 1
        made.name = f"c{self.clients}" if again is None else again.name
        hello: dict[str, Any] = {"contract": "small", "version": "1.2.0", "client": made.name}
        hello["session"] = "" if again is None else again.presented
        made.tell("$hello", hello | ({} if token is None else {"token": token}))
        made.presented = (await made.hear("$welcome"))[1]["session"]
        made.session = made.presented.partition(".")[0]
        for ref, address in enumerate(addresses, 1):
            made.tell("$join", ref, address)
            await made.hear("$joined")
        return made

    async def pass_time(self, seconds: float) -> None:
        """Let the wheel meet its deadlines as if time had passed."""
        self.now += seconds
        self.app.wheel._turn()
        await settled()


class Client:
    """One connection of a server."""

    def __init__(self, server: Server, socket: SlowSocket) -> None:
        self.server = server
        self.socket = socket
        self.name = ""
        self.session = ""
        self.presented = ""
        self.last: Any = None
        self._seen = 0
        self.connection: Connection = server.app.connect(socket, "rtgen.v1.json")
        socket.writable = self.connection.writable

    def tell(self, *frame: Any) -> None:
        self.connection.receive(json.dumps(frame))

    async def hear(self, tag: str) -> Any:
        """The next frame with this tag; others are skipped."""
        async with asyncio.timeout(5):
            while True:
                await asyncio.sleep(0)
                while self._seen < len(self.socket.taken):
                    self.last = msgspec.json.decode(self.socket.taken[self._seen])
                    self._seen += 1
                    if self.last[0] == tag:
                        return self.last

    async def heard(self) -> list[Any]:
        """All frames since the last look, once nothing moves any more."""
        await settled()
        frames = [msgspec.json.decode(each) for each in self.socket.taken[self._seen :]]
        self._seen = len(self.socket.taken)
        return frames

    def drop(self) -> None:
        """The connection is gone."""
        self.server.app.disconnected(self.connection)


async def settled() -> None:
    """Let everything run that only waits for its turn."""
    for _ in range(12):
        await asyncio.sleep(0)


def tags(frames: Sequence[Any]) -> list[str]:
    return [frame[0] for frame in frames]
