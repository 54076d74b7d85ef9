"""A contract with everything that crosses from one worker to another, its handlers, and people who speak to them."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from faults.served import ServerProcess
from generated_chat import generated, write
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

_refs: Final = itertools.count(1000)
_rooms: Final = itertools.count()

_CONTRACT: Final = """
rtgen: 1
contract: crew
version: 1.0.0
auth: { anonymous: true }
schemas:
  Text: { type: object, required: [text], properties: { text: { type: string } } }
channels:
  room:
    address: rooms/{name}
    parameters: { name: { type: string } }
    presence: { state: { $ref: '#/schemas/Text' }, grace: 1s }
    history: { keep: 1000, for: 1h }
    events:
      act:
        from: client
        payload:
          type: object
          required: [what]
          properties: { what: { type: string }, text: { type: string } }
        reply:
          type: object
          required: [process, number]
          properties: { process: { type: integer }, number: { type: integer } }
        idempotent: true
      seen:
        from: client
        payload: { $ref: '#/schemas/Text' }
        reply: { $ref: '#/schemas/Text' }
      added: { from: server, recorded: true, payload: { $ref: '#/schemas/Text' } }
      hint: { from: server, payload: { $ref: '#/schemas/Text' } }
      topic: { from: server, latest: true, payload: { $ref: '#/schemas/Text' } }
      wave: { from: client, relay: true, conflate: { by: sender }, payload: { $ref: '#/schemas/Text' } }
  lobby:
    address: lobby
    events:
      hello: { from: client, relay: true, payload: { $ref: '#/schemas/Text' } }
"""

_HANDLERS: Final = '''
import asyncio
import os

import crew
from rtgen_runtime import Identity
from rtgen_runtime.settings import Settings

APP = []


class Names:
    """A token is a name."""

    async def authenticate(self, token, handshake):
        """Believe it."""
        return Identity(token, issued=0.0)


class Room(crew.RoomHandler):
    """Does as it is told."""

    def presence(self, ctx, state):
        """Show it."""
        return state

    def seen(self, ctx, payload):
        """Say it again."""
        return payload

    async def act(self, ctx, payload):
        """One of its tricks."""
        text, number, app = payload.text or "", 0, APP[0]
        match payload.what:
            case "add":
                number = await ctx.added(crew.Text(text=text))
            case "hint":
                ctx.hint(crew.Text(text=text))
            case "to":
                ctx.to(subject=text).hint(crew.Text(text="for you"))
            case "topic":
                await ctx.topic(crew.Text(text=text))
            case "count":
                number = ctx.count
            case "kick":
                number = ctx.kick(subject=text)
            case "disconnect":
                number = app.disconnect(subject=text)
            case "revoke":
                await app.revoke(subject=text)
            case "resync":
                await ctx.resync("told to")
            case "slow":
                await ctx.added(crew.Text(text=text))
                await asyncio.sleep(1.0)
        return crew.RoomActReply(process=os.getpid(), number=number)


def create_app():
    """Remembered, since handlers use it."""
    APP.append(crew.CrewApp(room=Room(), auth=Names(), settings=Settings(drain_window=1.0)))
    return APP[0]
'''


def generate(folder: Path, more: str = "") -> None:
    """The contract's server in a folder, with something else of the contract's language."""
    spec = folder / "crew.yaml"
    spec.write_text(_CONTRACT + more, encoding="utf-8")
    write(generated(spec), folder)
    (folder / "handlers").mkdir(exist_ok=True)
    (folder / "handlers" / "__init__.py").write_text(_HANDLERS, encoding="utf-8")


@dataclass(slots=True)
class Person:
    """One connection, and everything that it has heard."""

    name: str
    address: str
    socket: ClientConnection
    client: str
    process: int = 0
    session: str = ""
    frames: list[Any] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reading: asyncio.Task[None] | None = None
    closed: int = 0
    """The close code."""

    async def greet(self, session: str = "") -> None:
        """Say hello."""
        self._reading = asyncio.ensure_future(self._read())
        hello: dict[str, Any] = {"contract": "crew", "version": "1.0.0", "hash": "", "client": self.client}
        if self.name:
            hello["token"] = self.name
        if session:
            hello["session"] = session
        await self._send("$hello", hello)
        self.session = (await self.heard("$welcome"))[1]["session"]

    async def enter(self) -> None:
        """Join, and learn who serves."""
        await self._send("$join", 1, self.address)
        await self.heard("$joined")
        self.process = (await self.act("who"))["process"]

    async def act(self, what: str, text: str = "", ref: int = 0) -> Any:
        """Have the handler do something; its reply."""
        ref = ref or self.ref()
        await self.ask(what, text, ref)
        return await self.answer(ref)

    def ref(self) -> int:
        """One that no connection of a client has had."""
        return next(_refs)

    async def ask(self, what: str, text: str, ref: int) -> None:
        """Have the handler do something."""
        await self._send("room.act", ref, self.address, {"what": what, "text": text})

    async def answer(self, ref: int) -> Any:
        """The reply, or the error."""
        found = await self.until(lambda frame: frame[0] in {"$reply", "$error"} and frame[1] == ref)
        return found[2]

    async def wave(self, text: str) -> None:
        """To all others."""
        await self._send("room.wave", 0, self.address, {"text": text})

    async def join(self, address: str) -> Any:
        """The join's answer, of another place than the one that everybody is in."""
        ref = self.ref()
        await self._send("$join", ref, address)
        return await self.until(lambda frame: frame[0] in {"$joined", "$error"} and frame[1] == ref)

    async def hello(self, text: str) -> None:
        """To all others in the lobby."""
        await self._send("lobby.hello", 0, "lobby", {"text": text})

    async def show(self, text: str) -> None:
        """To be seen."""
        ref = self.ref()
        await self._send("$state", ref, self.address, {"text": text})
        await self.answer(ref)

    async def people(self) -> Any:
        """Who is present."""
        ref = self.ref()
        await self._send("$members", ref, self.address)
        return await self.answer(ref)

    async def heard(self, tag: str, text: str | None = None) -> Any:
        """The first frame with this tag, and with this text in its payload."""
        return await self.until(lambda frame: frame[0] == tag and (text is None or frame[3]["text"] == text))

    async def until(self, fits: Callable[[Any], bool]) -> Any:
        """The first frame that fits."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: any(map(fits, self.frames)))
        return next(frame for frame in self.frames if fits(frame))

    async def gone(self) -> int:
        """The close code."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: self.closed)
        return self.closed

    def texts(self, tag: str) -> list[str]:
        """What was heard, in order."""
        return [frame[3]["text"] for frame in self.frames if frame[0] == tag]

    async def _send(self, *frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                frame = json.loads(message)
                if frame[0] == "$ping":
                    await self._send("$pong", frame[1])
                async with self._news:
                    self.frames.append(frame)
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        async with self._news:
            self.closed = self.socket.close_code or 1006
            self._news.notify_all()


@dataclass(slots=True)
class Crew:
    """People in one room of a server, which nobody else is in."""

    server: ServerProcess
    _stack: AsyncExitStack
    address: str = field(default_factory=lambda: f"rooms/{next(_rooms)}")
    _number: int = 0

    @classmethod
    @asynccontextmanager
    async def at(cls, server: ServerProcess) -> AsyncIterator[Self]:
        """Gone in the end."""
        async with AsyncExitStack() as stack:
            yield cls(server, stack)

    async def person(self, name: str = "", client: str = "", session: str = "") -> Person:
        """Connected, joined."""
        found = await self.newcomer(name, client, session)
        await found.enter()
        return found

    async def newcomer(self, name: str = "", client: str = "", session: str = "") -> Person:
        """Connected."""
        url = f"ws://127.0.0.1:{self.server.port}"
        opening = connect(url, subprotocols=[Subprotocol("rtgen.v1.json")], compression=None)
        socket = await self._stack.enter_async_context(opening)
        self._number += 1
        found = Person(name, self.address, socket, client or f"client {self._number}")
        await found.greet(session)
        return found

    async def elsewhere(self, than: Person, name: str = "", client: str = "", session: str = "") -> Person:
        """The same at another worker: connect until one is met."""
        while True:
            found = await self.person(name, client, session)
            if found.process != than.process:
                return found
            await found.socket.close()
