"""`python -m chat` as a process: signals, exit codes, and what it reads again (rows E10 and F8, trap 2)."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import plain_http
import pytest
from generated_chat import ROOT, generated, write
from life_clients import ROOM, heard, member
from rtgen_runtime import Disconnected, OutcomeUnknown, RequestTimeout
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

TOKEN = "t" * 40
HANDLERS = """
import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import chat
from rtgen_runtime import Settings


class Room(chat.RoomHandler):
    async def send(self, ctx, payload):
        author = chat.Author(id="x", name=payload.name)
        message = chat.Message(id=uuid4(), author=author, body=payload.body, sent_at=datetime.now(UTC))
        await ctx.posted(message)
        return message

    async def seen(self, ctx, payload):
        pass


def create_app():
    return chat.ChatApp(room=Room(), settings=Settings(most_connections=1000))
"""
SLOW_START = """
import sys

def create_app():
    print("starting", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write(generated(), folder)
    (folder / "mine").mkdir()
    (folder / "mine" / "__init__.py").write_text(HANDLERS)
    return folder


class Process:
    """One server."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def exit_code(self) -> int:
        async with asyncio.timeout(20):
            return await self.process.wait()

    async def ready(self) -> int:
        return (await plain_http.ask(self.url, "/ready")).status

    async def log(self, words: str) -> None:
        """Wait until it says so."""
        assert self.process.stderr is not None
        async with asyncio.timeout(20):
            while words not in (await self.process.stderr.readline()).decode():
                pass


@asynccontextmanager
async def started(project: Path, *options: str, **more: Any) -> AsyncIterator[Process]:
    paths = (str(project), str(ROOT / "templates" / "python" / "runtime"))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = (sys.executable, "-m", "chat", "--port", "0", "--handlers", str(project / "mine"), *options)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe, **more)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            line = (await process.stdout.readline()).decode()
        assert "listens on" in line, line
        yield Process(process, line.split()[-1])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_sigterm_drains_and_ends_with_zero(project: Path) -> None:
    async with started(project, "--drain-window", "60") as server, member(server.url) as socket:
        assert await server.ready() == 200
        server.signal(signal.SIGTERM)
        assert await heard(socket) == ["$drain", {"within": 57.0}]
        assert await server.ready() == 503
        await socket.send(json.dumps(["room.send", 2, ROOM, {"name": "Ana", "body": "still"}]))
        assert [(await heard(socket))[0] for _ in range(2)] == ["room.posted", "$reply"]
        await socket.close()
        assert await server.exit_code() == 0


async def test_a_second_sigterm_hurries(project: Path) -> None:
    async with started(project, "--drain-window", "600") as server, member(server.url) as socket:
        server.signal(signal.SIGTERM)
        assert (await heard(socket))[0] == "$drain"
        server.signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            await heard(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4000
        assert await server.exit_code() == 0


async def test_an_interrupt_does_not_wait_for_clients(project: Path) -> None:
    async with started(project, "--drain-window", "600") as server, member(server.url):
        server.signal(signal.SIGINT)
        assert await server.exit_code() == 0


async def test_f8_sigterm_during_the_start_ends_with_zero(project: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "__init__.py").write_text(SLOW_START)
    pipe = asyncio.subprocess.PIPE
    environment = os.environ | {"PYTHONPATH": str(project)}
    command = (sys.executable, "-m", "chat", "--port", "0", "--handlers", str(slow))
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"starting\n"
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0


async def test_f8_sigterm_under_load_loses_nothing_that_was_acknowledged(
    project: Path, chat: ModuleType, tmp_path: Path
) -> None:
    """Trap 2 too: clients that come back before their old connection is gone."""
    store = ("--store", f"sqlite:{tmp_path / 'it.db'}", "--drain-window", "0.2")
    acknowledged: list[str] = []
    first = asyncio.Event()

    async def talk(client: Any, name: str) -> None:
        room = await client.room(room_id="general")
        for number in range(10_000):
            message = await room.send(chat.RoomSendPayload(name=name, body=f"{name} {number}"))
            acknowledged.append(message.body)
            first.set()

    async with started(project, *store) as server:
        clients = [chat.ChatClient(server.url) for _ in range(3)]
        for client in clients:
            await client.__aenter__()
        talking = [asyncio.create_task(talk(client, f"c{n}")) for n, client in enumerate(clients)]
        await first.wait()
        server.signal(signal.SIGTERM)
        assert await server.exit_code() == 0
        for task in talking:
            task.cancel()
        ended = await asyncio.gather(*talking, return_exceptions=True)
        for client in clients:
            await client.__aexit__(None, None, None)
    expected = asyncio.CancelledError | Disconnected | OutcomeUnknown | RequestTimeout
    assert all(isinstance(each, expected) for each in ended), ended
    async with started(project, *store) as server, chat.ChatClient(server.url) as client:
        room = await client.room(room_id="general")
        kept = [each.payload.body async for each in room.history(after=0)]
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


async def test_sighup_reads_files_again_and_keeps_what_it_had_when_they_are_broken(
    project: Path, tmp_path: Path
) -> None:
    origins, token = tmp_path / "origins", tmp_path / "token"
    origins.write_text("# pages\nhttps://one.example\n")
    token.write_text(f"{TOKEN}\n")
    files = ("--origin-file", str(origins), "--publish-token-file", str(token), "--no-origin")
    body = json.dumps({"address": "lobby", "event": "roomOpened", "payload": {"roomId": "a"}}).encode()

    async def published(with_token: str) -> int:
        headers = {"Authorization": f"Bearer {with_token}"}
        return (await plain_http.ask(server.url, "/publish", "POST", headers, body)).status

    async def first_word(origin: str) -> str:
        headers = {"Origin": origin}
        protocols = [Subprotocol("rtgen.v1.json")]
        async with connect(server.url, subprotocols=protocols, additional_headers=headers) as socket:
            with contextlib.suppress(ConnectionClosed):  # who may not come in is told so without being asked
                await socket.send(json.dumps(["$ping", 1]))
            code: str = (await heard(socket))[2]["code"]
            return code

    async with started(project, *files) as server:
        assert [await published(TOKEN), await published("n" * 40)] == [200, 401]
        assert await first_word("https://two.example") == "wrong_origin"
        origins.write_text("https://two.example\n")
        token.write_text("n" * 40)
        server.signal(signal.SIGHUP)
        await server.log("files were read again")
        assert [await published(TOKEN), await published("n" * 40)] == [401, 200]
        assert await first_word("https://two.example") == "protocol_error"
        assert await first_word("https://one.example") == "wrong_origin"
        token.write_text("short")
        server.signal(signal.SIGHUP)
        await server.log("not read again: the token for /publish needs at least 32 characters")
        assert await published("n" * 40) == 200


async def test_e10_without_file_descriptors_accepting_pauses_and_recovers(project: Path) -> None:
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

    # uvloop accepts and closes newcomers instead, and says nothing
    async with started(project, "--event-loop", "asyncio", preexec_fn=few) as server:
        host, port = server.url.removeprefix("ws://").split(":")
        held = [await asyncio.open_connection(host, int(port)) for _ in range(60)]
        await server.log("no file descriptor is left")
        for _, writer in held:
            writer.close()
        assert (await plain_http.ask(server.url, "/health")).status == 200
        async with member(server.url):
            server.signal(signal.SIGINT)
            assert await server.exit_code() == 0
