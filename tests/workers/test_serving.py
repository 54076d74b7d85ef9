"""What one server of several workers serves beside conversations, and what becomes of workers that can't start."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from certificates import certified
from faults.served import generate
from generated_chat import ROOT
from plain_http import ask
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

pytestmark = pytest.mark.timeout(90)

TOKEN = "publisher-" * 4


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving")
    generate(folder)
    return folder


class Server:
    """A supervisor, and what its log says."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url
        self.port = int(url.rpartition(":")[2])

    async def logged(self, logger: str, words: str) -> Any:
        """The next line of a logger that begins with these words; tracebacks of what can't start are no JSON."""
        assert self.process.stderr is not None
        async with asyncio.timeout(60):
            while True:
                said = await self.process.stderr.readline()
                line = json.loads(said) if said.startswith(b"{") else {"logger": ""}
                if line["logger"] == logger and line["message"].startswith(words):
                    return line

    def workers(self) -> list[int]:
        number = self.process.pid
        return [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()]


@asynccontextmanager
async def served(code: Path, *options: str, **variables: str) -> AsyncIterator[Server]:
    path = f"{code}{os.pathsep}{ROOT / 'templates' / 'python' / 'runtime'}"
    given = {**os.environ, "PYTHONPATH": path, **variables}
    pipe = asyncio.subprocess.PIPE
    always = ("--port", "0", "--workers", "2", "--log-format", "json", "--handlers", str(code / "handlers"))
    process = await asyncio.create_subprocess_exec(
        "python", "-m", "chat", *always, *options, stdout=pipe, stderr=pipe, env=given
    )
    try:
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        yield Server(process, said.split()[-1])
        process.send_signal(signal.SIGINT)
        rest = asyncio.create_task(process.communicate())
        await asyncio.wait_for(process.wait(), 30)
        await rest
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def member(server: Server, **options: Any) -> AsyncIterator[tuple[ClientConnection, str]]:
    """Somebody in a room, and the worker that serves them."""
    protocols = [Subprotocol("rtgen.v1.json")]
    url = server.url.replace("127.0.0.1", "localhost") if "ssl" in options else server.url
    async with connect(url, subprotocols=protocols, proxy=None, **options) as socket:
        await socket.send('["$hello",{"contract":"chat","version":"1.0.0"}]')
        assert json.loads(await socket.recv())[0] == "$welcome"
        await socket.send('["$join",1,"rooms/a"]')
        assert json.loads(await socket.recv())[0] == "$joined"
        yield socket, (await server.logged("rtgen.connections", "connected"))["worker"]


async def test_all_workers_speak_tls_and_their_lines_have_their_names(code: Path, tmp_path: Path) -> None:
    known = certified(tmp_path)
    async with served(code, "--tls-certificate", str(known.file)) as server:
        assert server.url.startswith("wss://")
        met: set[str] = set()
        while len(met) < 2:  # the system chooses, by the client's port
            async with member(server, ssl=known.client) as (_, worker):
                met.add(worker)
        assert met == {"1", "2"}


async def test_each_worker_lets_in_as_many_as_was_said_and_tells_the_others_when_to_come(code: Path) -> None:
    async with served(code, "--accept-rate", "0.1", "--metrics") as server, AsyncExitStack() as people:
        refused = 0
        for _ in range(12):
            opening = connect(server.url, subprotocols=[Subprotocol("rtgen.v1.json")], proxy=None)
            socket = await people.enter_async_context(opening)
            with suppress(ConnectionClosed):  # who is refused hears why before it has said anything
                await socket.send('["$hello",{"contract":"chat","version":"1.0.0"}]')
            kind, *_, info = json.loads(await socket.recv())
            refused += kind == "$error" and info["code"] == "overloaded" and info["retryAfter"] > 0
        said = (await ask(server.url, "/metrics")).body.decode()
        counted = re.findall(r'rtgen_newcomers_total\{worker="([12])",outcome="(\w+)"\} (\d+)', said)
        sums = {each: sum(int(n) for _, outcome, n in counted if outcome == each) for each in ("admitted", "early")}
        assert sums == {"admitted": 12 - refused, "early": refused}
        assert refused > 0


async def test_what_is_published_at_one_worker_is_heard_at_all(code: Path) -> None:
    async with served(code, RTGEN_PUBLISH_TOKEN=TOKEN) as server, AsyncExitStack() as people:
        sockets: list[ClientConnection] = []
        met: set[str] = set()
        while len(met) < 2:
            socket, worker = await people.enter_async_context(member(server))
            sockets.append(socket)
            met.add(worker)
        payload = {"messageId": "0189b0de-0000-7000-8000-000000000000", "count": 3}
        sent = {"channel": "room", "params": {"roomId": "a"}, "event": "readers", "payload": payload}
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        answer = await ask(server.url, "/publish", "POST", headers, json.dumps(sent).encode())
        assert answer.status == 200, answer.body
        for socket in sockets:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 10))
            assert frame == ["room.readers", 0, "rooms/a", payload]


async def test_code_that_does_not_start_leaves_the_workers_that_serve(tmp_path: Path) -> None:
    generate(tmp_path)
    handlers = tmp_path / "handlers" / "__init__.py"
    good = handlers.read_text("utf-8")
    async with served(tmp_path) as server:
        before = set(server.workers())
        handlers.write_text(good + "\nraise RuntimeError('half a thought')\n", encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        await server.logged("rtgen.workers", "the new worker 1 did not start, the others stay")
        assert set(server.workers()) >= before
        assert (await ask(server.url, "/ready")).body == b"ok\n1: ready\n2: ready\n"
        handlers.write_text(good, encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        await server.logged("rtgen.workers", "the workers were exchanged")
        assert not set(server.workers()) & before


async def test_a_worker_that_dies_again_and_again_is_waited_for_longer_each_time(code: Path) -> None:
    async with served(code) as server:
        victim = server.workers()[0]
        for wait in ("", "0.5 s", "1 s"):
            others = set(server.workers()) - {victim}
            os.kill(victim, signal.SIGKILL)
            ended = await server.logged("rtgen.workers", "worker ")
            assert ended["message"].endswith("ended with code -9")
            if wait:
                waits = await server.logged("rtgen.workers", "worker ")
                assert f"is started again in {wait}: it ended" in waits["message"]
                assert (await ask(server.url, "/ready")).status == 200
            again = await server.logged("rtgen.workers", "worker ")
            assert again["message"].endswith("serves again")
            (victim,) = set(server.workers()) - others
