"""The scene that every page and script plays, and the other side of it: a real server, and somebody else in the room.

Who plays prints its steps as lines of JSON. It joins, sends, receives; then its cable is cut, something is said
meanwhile, and the cable is mended: it has to hear everything, once and in order.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from generated_chat import ROOT, imported
from integrations.relay import Relay

SAID = ["Hello from here", "Hello back", "While you were away"]
PATIENCE = 60.0
PICTURES = ROOT / "artifacts" / "integrations"
"""Where screenshots go, and the server's log; git ignores it."""


class SceneError(Exception):
    """Somebody did not play their part."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The server's own address, and a cable to it."""

    direct: str
    relay: Relay
    chat: ModuleType


@dataclass(frozen=True, slots=True)
class Seen:
    """What who played has heard and complained about, and over how many connections."""

    heard: Sequence[str]
    complaints: Sequence[str]
    connections: int


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A chat server of `generated/chat`, running until the scene is over."""
    folder = ROOT / "generated/chat/python"
    command = (sys.executable, "-u", "-m", "chat", "--host", "127.0.0.1", "--port", "0")
    pipe, log = asyncio.subprocess.PIPE, await asyncio.to_thread(_log)
    server = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=pipe, stderr=log)
    log.close()
    try:
        assert server.stdout is not None
        line = (await server.stdout.readline()).decode()
        direct = next((word.rstrip(".") for word in line.split() if word.startswith("ws://")), "")
        relay = Relay(urlsplit(direct).port or 0)
        await relay.mend()
        yield Stage(direct, relay, imported(folder, "chat"))
        await relay.cut()
    finally:
        server.terminate()
        await server.wait()


def _log() -> BinaryIO:
    """What the server says of connections, for who wonders what went wrong."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return (PICTURES / "server.log").open("wb")


async def play(command: Sequence[str], on: Stage, room: str, folder: Path) -> Seen:
    """The scene, with what a command starts as the one who is looked at.

    Raises:
        SceneError: It said something else, nothing for a minute, or ended with an error; with what it wrote.
    """
    pipe = asyncio.subprocess.PIPE
    player = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=pipe, stderr=pipe, start_new_session=True
    )
    assert player.stdout is not None
    assert player.stderr is not None
    complaining = asyncio.create_task(player.stderr.read())
    try:
        async with asyncio.timeout(PATIENCE):
            seen = await _played(player.stdout, on, room)
            status = await player.wait()
    except (SceneError, TimeoutError) as error:
        with suppress(ProcessLookupError):
            os.killpg(player.pid, signal.SIGKILL)  # and browsers that it has started
        written = (await complaining).decode(errors="replace")
        raise SceneError(f"{error or 'nothing more came of it'}\n{written}".strip()) from error
    if status != 0:
        raise SceneError(f"ended with {status}\n{(await complaining).decode(errors='replace')}")
    await complaining
    return seen


async def _played(lines: asyncio.StreamReader, on: Stage, room: str) -> Seen:
    async with on.chat.ChatClient(on.direct) as other:
        there = await other.room(room_id=room)

        async def say(body: str) -> None:
            await there.send(on.chat.RoomSendPayload(name="Other", body=body))

        for step in ("joined", "sent"):
            await _step(lines, step)
        await say(SAID[1])
        await _step(lines, "received")
        await on.relay.cut()
        await say(SAID[2])
        await _step(lines, "lost")
        await on.relay.mend()
        heard = (await _step(lines, "reconnected"))["heard"]
        complaints = (await _step(lines, "done"))["complaints"]
        return Seen(heard, complaints, on.relay.connections)


async def _step(lines: asyncio.StreamReader, wanted: str) -> dict[str, Any]:
    line = (await lines.readline()).decode().strip()
    if f'"step":"{wanted}"' not in line:
        raise SceneError(f"wanted: {wanted}; got: {line or 'nothing'}")
    found: dict[str, Any] = json.loads(line)
    return found
