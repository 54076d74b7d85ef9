"""How workers begin and end, under load: the delivery checker judges what everybody saw."""

import asyncio
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import pytest_asyncio
from delivery.report import Report
from faults.crowd import Crowd, crowd
from faults.served import ServerProcess, generate
from generated_chat import imported

pytestmark = [pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="module")]

OPTIONS = ("--workers", "2", "--log-level", "warning", "--metrics")


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    generate(folder)
    return folder


@pytest.fixture(scope="session")
def chat(code: Path) -> ModuleType:
    return imported(code, "chat")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(code: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    disk = tmp_path_factory.mktemp("disk") / "kept.db"
    async with ServerProcess(code, disk, options=OPTIONS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def people(chat: ModuleType) -> AsyncIterator[Crowd]:
    async with crowd(chat) as found:
        yield found


def workers(server: ServerProcess) -> list[int]:
    """The processes that the supervisor has started and that are there."""
    supervisor = server.process.pid
    listed = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text(encoding="utf-8")
    return [int(each) for each in listed.split()]


async def asked(server: ServerProcess, path: str) -> str:
    """The answer of whichever worker is met."""

    def get() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    return await asyncio.to_thread(get)


def sum_of(metric: str, text: str) -> float:
    """Over all workers."""
    return sum(float(line.split(" ")[1]) for line in text.splitlines() if line.partition("{")[0] == metric)


async def members(people: Crowd, server: ServerProcess, count: int) -> list[Any]:
    """Some at each worker."""
    rooms: list[Any] = []
    while len(rooms) < count or 0 in await spread(server):
        url = f"ws://127.0.0.1:{server.port}"
        rooms.append(await people.member(url, encoding="msgpack" if len(rooms) % 2 else "json"))
    return rooms


async def spread(server: ServerProcess) -> list[float]:
    """How many connections each worker has."""
    found: dict[str, float] = {}
    for labels, count in re.findall(
        r"^rtgen_connections\{(.*)\} (\S+)$", await asked(server, "/metrics"), re.MULTILINE
    ):
        worker = re.sub(r'version="[^"]*",?', "", labels)
        found[worker] = found.get(worker, 0) + float(count)
    return list(found.values())


@asynccontextmanager
async def talking(people: Crowd, rooms: Iterable[Any]) -> AsyncIterator[None]:
    stop = asyncio.Event()
    talks = [asyncio.ensure_future(people.talk(room, stop)) for room in rooms]
    yield
    stop.set()
    await asyncio.gather(*talks)


def approve(report: Report, people: Crowd) -> None:
    assert not report.violations, "\n".join(map(str, report.violations))
    assert report.silent_lost == report.told_lost == 0
    assert report.acked == people.acked > 0
    assert len(people.epochs) == 1


async def test_a_worker_killed_under_load(server: ServerProcess, people: Crowd) -> None:
    rooms = await members(people, server, 8)
    starts = sum_of("rtgen_worker_starts_total", await asked(server, "/metrics"))
    async with talking(people, rooms[:4]):
        for _ in range(2):
            await people.until_acked(40)
            killed = workers(server)[0]
            os.kill(killed, signal.SIGKILL)
            await people.until_acked(40)
    approve(await people.calm(rooms[0]), people)
    text = await asked(server, "/metrics")
    assert sum_of("rtgen_worker_starts_total", text) == starts + 2


async def test_workers_are_exchanged_under_load(server: ServerProcess, people: Crowd) -> None:
    rooms = await members(people, server, 8)
    before = set(workers(server))
    async with talking(people, rooms[:4]):
        await people.until_acked(40)
        server.process.send_signal(signal.SIGHUP)
        while before & set(workers(server)):
            await people.until_acked(10)
        await people.until_acked(20)
    approve(await people.calm(rooms[0]), people)
    assert len(workers(server)) == 2
    assert await asked(server, "/ready") == "ok\n1: ready\n2: ready\n"


async def test_all_drain_at_sigterm_and_the_next_server_goes_on(server: ServerProcess, people: Crowd) -> None:
    rooms = await members(people, server, 8)
    async with talking(people, rooms[:4]):
        await people.until_acked(40)
        assert await server.terminate() == 0
        await server.start()
        await people.until_acked(20)
    approve(await people.calm(rooms[0]), people)


async def test_what_is_wrong_at_the_start_is_said_once(code: Path, server: ServerProcess) -> None:
    options = [*OPTIONS, "--handlers", str(code / "nowhere")]
    for more, words in ((["--port", "0"], b"no handlers in"), (["--port", str(server.port)], b"can't listen on")):
        process = await another(code, [*options, *more])
        _, said = await process.communicate()
        assert process.returncode == 2
        assert said.count(b"error: ") == 1
        assert words in said


async def another(code: Path, options: list[str]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    given = {**os.environ, "PYTHONPATH": str(code)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chat", *options, stdout=pipe, stderr=pipe, env=given
    )


async def test_without_the_supervisor_workers_end(server: ServerProcess) -> None:
    left = workers(server)
    await server.kill()
    async with asyncio.timeout(20):
        for each in left:
            with suppress(ProcessLookupError):
                watched = os.pidfd_open(each)
                ended = asyncio.Event()
                asyncio.get_running_loop().add_reader(watched, ended.set)
                await ended.wait()
                asyncio.get_running_loop().remove_reader(watched)
                os.close(watched)
