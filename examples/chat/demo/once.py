"""Plays the chat through without a person, and says what happened.

Two TypeScript clients (one behind a proxy that can break connections) and one Python client meet in a room. They talk;
each end is made to send what the contract forbids; a connection is reset and comes back.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

import chat
from demo.player import Player, PlayerError, Report
from demo.proxy import Proxy, text_frame
from demo.table import Table
from handlers import create_app
from rtgen_runtime import InvalidPayload, listen
from rtgen_runtime.client.events import Listener
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

ROOM = "general"
PATIENCE = 60.0
"""Seconds after which something that should have happened counts as not happening."""

WEB = Path(__file__).resolve().parents[3] / "tests" / "web"


async def play() -> int:
    """The whole of it; the exit code."""
    table = Table()
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node is not on the PATH; `make demo` puts it there")
    app = create_app()
    with tempfile.TemporaryDirectory() as folder:
        script = await _bundled(Path(folder))
        async with (
            asyncio.timeout(PATIENCE),
            listen(app) as server,
            Proxy(server.port) as proxy,
            chat.ChatClient(server.url) as client,
        ):
            print(f"The server listens on {server.url}; Ben's connection goes through a proxy.")
            ana = await Player.start(node, script, url=server.url, name="Ana", room_id=ROOM)
            ben = await Player.start(node, script, url=proxy.url, name="Ben", room_id=ROOM)
            try:
                cleo = await meet(table, app, ana, ben, client)
                stage = Stage(
                    table=table,
                    app=app,
                    url=server.url,
                    proxy=proxy,
                    ana=ana,
                    ben=ben,
                    cleo=cleo,
                    cleo_hears=cleo.posted.listen(),
                )
                await stage.talk()
                await stage.break_the_contract_at_the_client()
                await stage.break_the_contract_at_the_server()
                await stage.lose_the_connection()
            finally:
                await ana.stop()
                await ben.stop()
    return table.summary()


async def _bundled(folder: Path) -> str:
    """The player with the generated client in one file, as a bundler would ship it."""
    script = folder / "player.mjs"
    source = Path(__file__).with_name("player.ts")
    esbuild = WEB / "node_modules" / ".bin" / "esbuild"
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={script}"]
    process = await asyncio.create_subprocess_exec(esbuild, source, *options)
    if await process.wait() != 0:
        raise SystemExit("the TypeScript client could not be bundled")
    return str(script)


async def meet(table: Table, app: chat.ChatApp, ana: Player, ben: Player, client: chat.ChatClient) -> chat.JoinedRoom:
    """All three join."""
    table.heading("Joining")
    _, _, cleo = await asyncio.gather(ana.tell("join"), ben.tell("join"), client.room(room_id=ROOM))
    members = app.room(room_id=ROOM).count
    table.row("Ana (TypeScript), Ben (TypeScript), Cleo (Python) join", f"{members} members", ok=members == 3)
    return cleo


@dataclass(slots=True, kw_only=True)
class Stage:
    """The players, and what they do."""

    table: Table
    app: chat.ChatApp
    url: str
    proxy: Proxy
    ana: Player
    ben: Player
    cleo: chat.JoinedRoom
    cleo_hears: Listener[chat.Message]

    async def talk(self) -> None:
        """Each says something, and the others hear it."""
        self.table.heading("Talking")
        for player in (self.ana, self.ben):
            reply = await player.tell("send", body=f"Hello from {player.name}")
            await self._everybody_hears(f"Hello from {player.name}")
            self.table.row(f"{player.name} sends; the reply is the message", str(reply["body"]), ok=True)
        message = await self.cleo.send(chat.RoomSendPayload(name="Cleo", body="Hello from Cleo"))
        await self._everybody_hears("Hello from Cleo")
        self.table.row("Cleo sends; the reply is a typed message", message.body, ok=True)
        await self.ana.tell("typing")
        notice = await self.ben.said("typing")
        self.table.row("Ana types; Ben is told, without a handler", f"{notice['name']}: {notice['mood']}", ok=True)
        await self._be_muted()

    async def _be_muted(self) -> None:
        """A typed refusal: the same text for the third time."""
        for _ in range(2):
            await self.ana.tell("send", body="Again")
        error = await _refusal(self.ana.tell("send", body="Again"))
        ok = error.get("code") == "muted" and "until" in (error.get("data") or {})
        self.table.row("Ana repeats herself; the request fails as `muted`, typed", json.dumps(error), ok=ok)

    async def break_the_contract_at_the_client(self) -> None:
        """What clients may not send: refused where it is sent, and raw on a socket where it arrives."""
        self.table.heading("What the contract forbids, client to server")
        error = await _refusal(self.ben.tell("send-invalid"))
        issue = _first_issue(error)
        ok = error.get("name") == "InvalidPayloadError" and issue.get("pointer") == "/body"
        self.table.row("Ben's client is given an empty body; nothing is sent", json.dumps(issue), ok=ok)
        try:
            await self.cleo.send(chat.RoomSendPayload(name="Cleo", body=""))
        except InvalidPayload as refused:
            self.table.row("Cleo's client is given an empty body; nothing is sent", str(refused.issues[0]), ok=True)
        else:
            self.table.row("Cleo's client is given an empty body", "it was sent", ok=False)
        tag, error = await self._raw_frame(["room.send", 2, f"rooms/{ROOM}", {"name": "Mallory", "body": ""}])
        refused_frame = (
            tag == "$error" and error["code"] == "invalid" and error["data"]["issues"][0]["pointer"] == "/body"
        )
        self.table.row("written raw to a socket; the server refuses it", json.dumps([tag, error]), ok=refused_frame)
        heard = [each for each in self.ana.reports if each.get("author") == "Mallory"]
        self.table.row("and nobody hears it", f"{len(heard)} messages", ok=not heard)

    async def break_the_contract_at_the_server(self) -> None:
        """What the server may not send: refused where it is emitted, and raw on a socket where it arrives."""
        self.table.heading("What the contract forbids, server to client")
        try:
            self.app.room(room_id=ROOM).readers(chat.RoomReadersPayload(message_id="none", count=-1))
        except InvalidPayload as error:
            self.table.row("the server emits an invalid event; it raises", str(error.issues[0]), ok=True)
        else:
            self.table.row("the server emits an invalid event", "it was sent", ok=False)
        before = len(self.ben.reports)
        bad = {"id": "1", "author": {"id": "x", "name": "Mallory"}, "body": "", "sentAt": "yesterday"}
        self.proxy.inject(text_frame(json.dumps(["room.posted", 0, f"rooms/{ROOM}", bad])))
        report = await self.ben.said("invalid", since=before)
        heard = [each for each in self.ben.reports[before:] if each.get("kind") == "posted"]
        outcome = json.dumps(report["issues"][0])
        self.table.row("written raw to Ben's socket; no listener is called", outcome, ok=not heard)

    async def lose_the_connection(self) -> None:
        """Ben's TCP connection is reset; a message is sent while he is away; he comes back."""
        self.table.heading("A lost connection")
        before = len(self.ben.reports)
        self.proxy.hold()
        self.proxy.abort()
        lost = await self.ben.said("connection", lambda each: each["status"] == "reconnecting", since=before)
        self.table.row("Ben's TCP connection is reset", str(lost["status"]), ok=True)
        message = await self.cleo.send(chat.RoomSendPayload(name="Cleo", body="Ben is away"))
        self.table.row("Cleo sends meanwhile; Ben can't be reached", message.body, ok=True)
        self.proxy.release()
        back = await self.ben.said("channel", lambda each: each["status"] == "joined", since=before)
        self.table.row("Ben is back in the room", f"recovered: {back['recovered']}", ok=back["recovered"] is True)
        await self.ben.said("posted", lambda each: each["body"] == "Ben is away", since=before)
        await self.ben.tell("send", body="I am back")
        await self._everybody_hears("I am back")
        bodies = [each["body"] for each in self.ben.reports[before:] if each.get("kind") == "posted"]
        outcome = f"heard {bodies}"
        self.table.row(
            "what he missed came, once, before what followed", outcome, ok=bodies == ["Ben is away", "I am back"]
        )

    async def _everybody_hears(self, body: str) -> None:
        def matches(each: Report) -> bool:
            return bool(each["body"] == body)

        await asyncio.gather(self.ana.said("posted", matches), self.ben.said("posted", matches), self._cleo_hears(body))

    async def _cleo_hears(self, body: str) -> None:
        """Her iteration began when she joined, and remembers what came since."""
        async for received in self.cleo_hears:
            if received.payload.body == body:
                return

    async def _raw_frame(self, frame: list[object]) -> tuple[str, Report]:
        """Join with bare hands, send a frame, and give the server's answer to it."""
        async with connect(self.url, subprotocols=[Subprotocol("rtgen.v1.json")], ping_interval=None) as socket:
            hello = {"contract": "chat", "version": "1.0.0", "hash": "", "client": "bare-hands", "capabilities": []}
            for each in (["$hello", hello], ["$join", 1, f"rooms/{ROOM}", {}], frame):
                await socket.send(json.dumps(each))
            async for text in socket:
                tag, ref, *rest = json.loads(text)
                if tag in {"$error", "$reply"} and ref == frame[1]:
                    return tag, rest[0]
        raise RuntimeError("the server closed the connection without an answer")


async def _refusal(call: Awaitable[object]) -> Report:
    """What a client's API threw; empty when it did not."""
    try:
        await call
    except PlayerError as error:
        return error.error
    return {}


def _first_issue(error: Report) -> Report:
    issues: list[Report] = error.get("issues") or [{}]
    return issues[0]
