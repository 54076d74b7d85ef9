"""A generated server as a process of its own, with SQLite behind it; stopped by the id of its process."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from generated_chat import CHAT, ROOT, write

from rtgen.api import load_contract
from rtgen.targets.python.target import TARGET
from rtgen.targets.target import TargetRequest

_QUICK = "\nheartbeat: { every: 1s, slack: 1s }\nlimits: { outbox: 128KiB }\n"
"""So that silence and slowness are noticed within a test."""

_HANDLERS = '''
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import chat
from rtgen_runtime.settings import Settings


class Room(chat.RoomHandler):
    """What is posted depends on what was sent alone; the reply says where it stands."""

    async def send(self, ctx, payload):
        """Post it, and reply when the disk has it."""
        message = chat.Message(
            id=uuid5(NAMESPACE_URL, payload.body),
            author=chat.Author(id="a", name=payload.name),
            body=payload.body,
            sent_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        offset = await ctx.posted(message)
        message.tags = [str(offset), (await ctx.position()).epoch]
        return message

    async def seen(self, ctx, payload):
        """Nothing."""


def create_app():
    return chat.ChatApp(room=Room(), settings=Settings(drain_window=1.0))
'''


def generate(folder: Path, more: str = _QUICK, handlers: str = _HANDLERS) -> None:
    """The chat with a quick heartbeat, or with something else of the contract's language, and handlers for it."""
    spec = folder / "chat.yaml"
    spec.write_text(CHAT.read_text(encoding="utf-8") + more, encoding="utf-8")
    request = TargetRequest(load_contract(spec, folder), "0.0.0", {"handlers": "handlers", "models": "msgspec"})
    write(TARGET.generate(request), folder)
    (folder / "handlers").mkdir(exist_ok=True)
    (folder / "handlers" / "__init__.py").write_text(handlers, encoding="utf-8")


def compiled_once(folder: Path) -> dict[str, str]:
    """An environment in which programs keep what they have compiled, beside the tree: each starts in half the time."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


@dataclass(slots=True)
class ServerProcess:
    """One server; started again it has the same port and the same disk."""

    code: Path
    disk: Path
    port: int = 0
    store: str = ""
    """Where it keeps what it records; in SQLite on that disk by default."""
    package: str = "chat"
    options: tuple[str, ...] = ()
    """More of them."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """More of that, too."""
    _process: Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        store = self.store or f"sqlite:{self.disk}"
        command = [sys.executable, "-m", self.package, "--port", str(self.port), "--store", store, *self.options]
        path = f"{self.code}{os.pathsep}{ROOT / 'templates' / 'python' / 'runtime'}"
        compiled = compiled_once(self.code.parent)
        given = {**os.environ, "PYTHONPATH": path, **compiled, **self.environment}
        options = ["--handlers", str(self.code / "handlers")]
        process = await asyncio.create_subprocess_exec(*command, *options, stdout=PIPE, env=given)
        self._process = process
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        self.port = int(said.rpartition(":")[2])

    @property
    def process(self) -> Process:
        """That of the program, whatever it has started itself."""
        assert self._process is not None
        return self._process

    async def kill(self) -> None:
        """SIGKILL: whatever it was about to do, it does not."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def terminate(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 30)
