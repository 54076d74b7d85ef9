"""SIGTERM in an ASGI server that is a process of its own: clients move first, then the server hears of it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from generated_chat import ROOT, generated, write
from life_clients import heard, member
from websockets.exceptions import ConnectionClosed

APPLICATION = """
import chat
from rtgen_runtime import Settings
from rtgen_runtime.transports.asgi import Asgi


class Room(chat.RoomHandler):
    async def send(self, ctx, payload):
        raise NotImplementedError

    async def seen(self, ctx, payload):
        pass


application = Asgi(chat.ChatApp(room=Room(), settings=Settings(drain_window=600.0)))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signals")
    write(generated(), folder)
    (folder / "served.py").write_text(APPLICATION)
    return folder


@asynccontextmanager
async def served(project: Path, *command: str, says: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    paths = (str(project), str(ROOT / "templates" / "python" / "runtime"))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(20):
            while says not in (line := (await process.stderr.readline()).decode()):
                assert line, "it ended"
        place = line.partition("http://")[2].split()[0]
        yield process, f"ws://{place}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_under_uvicorn_clients_are_told_to_move_before_the_server_is_told_to_stop(project: Path) -> None:
    uvicorn = ("uvicorn", "served:application", "--port", "0")
    async with (
        served(project, *uvicorn, says="running on") as (process, url),
        member(url, "one") as one,
        member(url, "two") as two,
    ):
        process.send_signal(signal.SIGTERM)
        assert await heard(one) == ["$drain", {"within": 597.0}]
        assert await heard(two) == ["$drain", {"within": 597.0}]
        await one.close()
        process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            await heard(two)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4000
        async with asyncio.timeout(20):
            assert await process.wait() in {0, -signal.SIGTERM}  # uvicorn raises the signal anew when it is done


async def test_under_hypercorn_the_signal_is_left_alone(project: Path) -> None:
    hypercorn = ("hypercorn", "served:application", "--bind", "127.0.0.1:0", "--graceful-timeout", "1")
    async with served(project, *hypercorn, says="Running on") as (process, url), member(url) as socket:
        process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed):
            await heard(socket)
        async with asyncio.timeout(20):
            assert await process.wait() == 0
