"""Faults on real sockets against a server process; after each the delivery checker judges what everybody saw."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from delivery.report import Report
from faults.crowd import Crowd, crowd
from faults.proxy import DOWN, UP, FaultProxy
from faults.served import ServerProcess
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

EVERY = os.environ.get("FAULTS") == "all"
"""`make faults` plays all of them; what takes long, or is tried elsewhere too, is left to it."""
more = pytest.mark.skipif(not EVERY, reason="played by `make faults`")
pytestmark = pytest.mark.timeout(120)


def approve(report: Report, people: Crowd, *, may_be_told: bool = False) -> None:
    """Nothing acknowledged was lost, nor was anybody told so, unless more was said than is replayed."""
    assert not report.violations, "\n".join(map(str, report.violations))
    assert report.silent_lost == 0
    assert may_be_told or report.told_lost == 0
    assert report.acked == people.acked > 0
    assert len(people.epochs) == 1, "a restart keeps the epoch"


async def members(people: Crowd, url: str, count: int) -> list[Any]:
    return [await people.member(url, encoding="msgpack" if number % 2 else "json") for number in range(count)]


@dataclass(frozen=True, slots=True)
class Scene:
    """A server, a crowd that begins with nobody, and a proxy before the server."""

    server: ServerProcess
    people: Crowd
    it: FaultProxy

    @property
    def direct(self) -> str:
        """The way to the server that passes by the proxy."""
        return f"ws://127.0.0.1:{self.server.port}"


@pytest.fixture
async def scene(code: Path, chat: ModuleType, tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        ServerProcess(code, tmp_path / "kept.db") as server,
        FaultProxy(server.port) as it,
        crowd(chat) as people,
    ):
        yield Scene(server, people, it)


@asynccontextmanager
async def talking(people: Crowd, rooms: Iterable[Any], size: int = 10) -> AsyncIterator[None]:
    """Each of `rooms` is talked in from the first line of the block to its last, and by then all has been said."""
    stop = asyncio.Event()
    talks = [asyncio.ensure_future(people.talk(room, stop, size)) for room in rooms]
    yield
    stop.set()
    await asyncio.gather(*talks)


async def test_killed_in_the_middle_of_a_broadcast_and_started_again(scene: Scene) -> None:
    server, people = scene.server, scene.people
    rooms = await members(people, scene.direct, 6)
    async with talking(people, rooms[:3]):
        for _ in range(2 if EVERY else 1):
            await people.until_acked(40)
            await server.kill()
            await server.start()
        await people.until_acked(20)
    report = await people.calm(rooms[0])
    approve(report, people)
    assert report.recoveries["recovered"] >= 6


@more
async def test_sigterm_under_load(scene: Scene) -> None:
    server, people = scene.server, scene.people
    rooms = await members(people, scene.direct, 6)
    async with talking(people, rooms[:3]):
        await people.until_acked(40)
        assert await server.terminate() == 0
        await server.start()
        await people.until_acked(20)
    approve(await people.calm(rooms[0]), people)


@pytest.mark.parametrize("swallowed", [{UP}, {DOWN}, {UP, DOWN}] if EVERY else [{UP}])
async def test_half_open_connections_are_noticed_by_their_silence(swallowed: set[str], scene: Scene) -> None:
    people, it = scene.people, scene.it
    speaker = await people.member(scene.direct)
    await members(people, it.url, 3)
    it.swallowed = frozenset(swallowed)
    async with talking(people, [speaker]):
        await it.until("ended", 3)  # whoever notices first, server or client, ends it
        it.heal()
        await people.until_acked(20)
    approve(await people.calm(speaker), people)
    assert it.connections >= 6


async def test_connections_cut_anywhere_within_a_frame(scene: Scene) -> None:
    people, it = scene.people, scene.it
    speaker = await people.member(scene.direct)
    await members(people, it.url, 3)
    async with talking(people, [speaker], 200):
        for cut in (3001, 4099, 6007):
            it.cut_after, before = cut, it.resets
            await it.until("resets", before + 2)
        it.heal()
    approve(await people.calm(speaker), people)


@more
async def test_bytes_one_by_one_and_late(scene: Scene) -> None:
    people, it = scene.people, scene.it
    it.slice, it.delay = 1, 0.02
    rooms = await members(people, it.url, 2)
    async with talking(people, rooms[:1]):
        await people.until_acked(10)
    approve(await people.calm(rooms[0]), people)


NONSENSE = (b"\xff" * 40, b"\x81\x05hello", b"\x82\x7e\x00\x04\xc1\xc1\xc1\xc1", b"\x81\x7f" + b"\x00" * 8)


@pytest.mark.parametrize("direction", [UP, DOWN])
@pytest.mark.parametrize("garbage", NONSENSE if EVERY else NONSENSE[:1], ids=range(len(NONSENSE) if EVERY else 1))
async def test_garbage_between_frames_ends_that_connection_alone(garbage: bytes, direction: str, scene: Scene) -> None:
    people, it = scene.people, scene.it
    speaker = await people.member(scene.direct)
    await members(people, it.url, 2)
    async with talking(people, [speaker]):
        await people.until_acked(5)
        it.inject(garbage, direction)
        await people.until_acked(10)
    approve(await people.calm(speaker), people)


@more
async def test_back_before_the_server_noticed(scene: Scene) -> None:
    people, it = scene.people, scene.it
    speaker = await people.member(scene.direct)
    await members(people, it.url, 3)
    async with talking(people, [speaker]):
        for _ in range(3):
            before = it.connections
            it.reset_clients()
            await it.until("connections", before + 3)
            await people.until_acked(5)
    report = await people.calm(speaker)
    approve(report, people)
    assert report.recoveries["recovered"] >= 3


@more
async def test_a_reader_that_stops_is_sent_away_and_nobody_else(scene: Scene) -> None:
    people = scene.people
    rooms = await members(people, scene.direct, 3)
    async with talking(people, rooms[:1] * 24, 1900):
        await asyncio.wait_for(_never_reads(scene.server.port), 60)
    approve(await people.calm(rooms[0]), people, may_be_told=True)


async def _never_reads(port: int) -> None:
    """A member that goes on to say that it lives, and takes nothing, until the server has ended it."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", port))
    options: dict[str, Any] = {"subprotocols": ["rtgen.v1.json"], "compression": None, "max_queue": 1}
    async with connect(f"ws://127.0.0.1:{port}", sock=narrow, ping_interval=None, close_timeout=0.1, **options) as it:
        await it.send('["$hello", {"contract": "chat", "version": "1.0.0", "client": "idle"}]')
        await it.send('["$join", 1, "rooms/a"]')
        with suppress(ConnectionClosed):
            while True:
                await it.send('["$pong", 1]')
                await asyncio.sleep(0.2)
