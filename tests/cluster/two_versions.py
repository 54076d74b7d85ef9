"""A contract in two versions that agree on no name, a node of each at one Redis, and visitors who speak either."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cluster.nodes import QUICK
from faults.served import ServerProcess
from generated_chat import write
from redis_server import RedisServer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from rtgen.api import load_contract
from rtgen.contract.model import Contract
from rtgen.targets.python.target import TARGET
from rtgen.targets.target import TargetRequest

_CONTRACT: Final = """
rtgen: 1
contract: desk
version: {version}
schemas:
  Note: {{ type: object, required: [{text}], properties: {{ {note} }} }}
  Mood: {{ type: object, required: [mood], properties: {{ mood: {{ {moods} }} }} }}
channels:
  room:
    address: rooms/{{name}}
    parameters: {{ name: {{ type: string }} }}
    presence: {{ state: {{ $ref: '#/schemas/Mood' }}, grace: 1s }}
    history: {{ keep: 1000, for: 1h }}
    events:
      {write}: {{ from: client, payload: {{ $ref: '#/schemas/Note' }}, reply: {{ $ref: '#/schemas/Note' }}, idempotent: true{was_write} }}
      {written}: {{ from: server, recorded: true, payload: {{ $ref: '#/schemas/Note' }}{was_written} }}
      {topic}: {{ from: server, latest: true, payload: {{ $ref: '#/schemas/Note' }}{was_topic} }}
      wave: {{ from: client, relay: true, payload: {{ $ref: '#/schemas/Mood' }} }}
"""  # noqa: E501

_HANDLERS: Final = '''
import desk
from rtgen_runtime.settings import Settings


class Room(desk.RoomHandler):
    """Keeps what is written."""

    def presence(self, ctx, state):
        """Show it."""
        return state

    async def {write}(self, ctx, payload):
        """For all."""
        await ctx.{written}(payload)
        await ctx.{topic}(payload)
        return payload


def create_app():
    return desk.DeskApp(room=Room(), settings=Settings(drain_window=1.0))
'''


@dataclass(frozen=True, slots=True)
class Version:
    """What it calls things."""

    number: str
    text: str
    note: str
    calm: str
    wild: str
    moods: str
    write: str
    written: str
    topic: str
    was: bool = False

    def contract(self, folder: Path) -> Contract:
        """Its contract, written into a folder."""
        spec = folder / "desk.yaml"
        folder.mkdir(parents=True, exist_ok=True)
        names = {
            f"was_{name}": f", was: {getattr(OLD, name)}" if self.was else "" for name in ("write", "written", "topic")
        }
        told = {"version": self.number, "text": self.text, "note": self.note, "moods": self.moods}
        told |= {"write": self.write, "written": self.written, "topic": self.topic}
        spec.write_text(_CONTRACT.format(**told, **names), encoding="utf-8")
        return load_contract(spec, folder)


OLD: Final = Version(
    *("1.0.0", "words", "words: { type: string }", "quiet", "loud", "enum: [quiet, loud]"),
    *("write", "written", "topic"),
)
NEW: Final = Version(
    *("2.0.0", "text", "text: { type: string, was: words }", "calm", "wild"),
    "enum: [calm, wild], earlier: { quiet: calm, loud: wild }",
    *("note", "noted", "headline"),
    was=True,
)


def generate(version: Version, folder: Path, *older: Version) -> Path:
    """Its server, which serves clients of older versions, too."""
    code = folder / version.number
    released = tuple(each.contract(code / each.number) for each in older)
    options = {each.name: each.default for each in TARGET.options} | {"handlers": "handlers"}
    result = TARGET.generate(TargetRequest(version.contract(code), "0.0.0", options, released=released))
    assert result.findings == ()
    write(result, code)
    names = {"write": version.write, "written": version.written, "topic": version.topic}
    (code / "handlers").mkdir(exist_ok=True)
    (code / "handlers" / "__init__.py").write_text(_HANDLERS.format(**names), encoding="utf-8")
    return code


def node_of(code: Path, redis: RedisServer, prefix: str, *options: str) -> ServerProcess:
    """Not started."""
    store = f"{redis.url}?prefix={prefix}&{QUICK}"
    return ServerProcess(
        code, code, store=store, package="desk", options=("--log-level", "warning", "--metrics", *options)
    )


_refs: Final = itertools.count(100)
_rooms: Final = itertools.count()


@dataclass(slots=True)
class Visitor:
    """One connection of a version, and everything that it has heard."""

    version: Version
    socket: ClientConnection
    client: str
    address: str
    session: str = ""
    frames: list[Any] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reading: asyncio.Task[None] | None = None
    closed: int = 0

    async def greet(self, session: str = "") -> None:
        """Say hello."""
        self._reading = asyncio.ensure_future(self._read())
        hello = {"contract": "desk", "version": self.version.number, "hash": "", "client": self.client}
        await self._send("$hello", {**hello, **({"session": session} if session else {})})

    async def enter(self, since: tuple[str, int] | None = None) -> Any:
        """Join; what that gave."""
        self.session = (await self.until(lambda frame: frame[0] == "$welcome"))[1]["session"]
        ref = next(_refs)
        await self._send("$join", ref, self.address, *([{"since": since}] if since else []))
        return (await self._answer(ref))[3]

    @property
    def who(self) -> str:
        """As others see it."""
        return self.session.partition(".")[0]

    async def write(self, text: str, ref: int = 0) -> Any:
        """Have it written down; the reply, or the error."""
        ref = ref or next(_refs)
        await self._send(f"room.{self.version.write}", ref, self.address, {self.version.text: text})
        return (await self._answer(ref))[2]

    async def wave(self, *, wild: bool) -> None:
        """To all others."""
        mood = self.version.wild if wild else self.version.calm
        await self._send("room.wave", 0, self.address, {"mood": mood})

    async def show(self, *, wild: bool) -> None:
        """To be seen."""
        ref = next(_refs)
        mood = self.version.wild if wild else self.version.calm
        await self._send("$state", ref, self.address, {"mood": mood})
        await self._answer(ref)

    async def people(self) -> dict[str, Any]:
        """Who is present, with what they show."""
        ref = next(_refs)
        await self._send("$members", ref, self.address)
        found: dict[str, Any] = dict((await self._answer(ref))[2]["members"])
        return found

    async def read(self, count: int) -> list[tuple[int, str]]:
        """Offsets and texts of what was written, when there are so many."""
        tag = f"room.{self.version.written}"

        def found() -> list[tuple[int, str]]:
            return [(frame[1], frame[3][self.version.text]) for frame in self.frames if frame[0] == tag]

        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: len(found()) >= count)
        return found()

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

    async def _answer(self, ref: int) -> Any:
        answers = {"$reply", "$error", "$joined"}
        return await self.until(lambda frame: frame[0] in answers and frame[1] == ref)

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
class Visitors:
    """In one room, which nobody else is in."""

    stack: AsyncExitStack
    address: str

    async def at(self, node: ServerProcess, version: Version, client: str, session: str = "") -> Visitor:
        """Connected, and has said hello."""
        url = f"ws://127.0.0.1:{node.port}"
        opening = connect(url, subprotocols=[Subprotocol("rtgen.v1.json")], compression=None)
        found = Visitor(version, await self.stack.enter_async_context(opening), client, self.address)
        await found.greet(session)
        return found

    async def inside(self, node: ServerProcess, version: Version, client: str) -> Visitor:
        """The same, joined."""
        found = await self.at(node, version, client)
        await found.enter()
        return found


@asynccontextmanager
async def visitors() -> AsyncIterator[Visitors]:
    """Gone in the end."""
    async with AsyncExitStack() as stack:
        yield Visitors(stack, f"rooms/{next(_rooms)}")
