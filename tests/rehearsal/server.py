"""The server of a rehearsal: some workers behind one port, whose code is exchanged while they serve."""

import asyncio
import json
import os
import re
import signal
import sys
import time
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from redis_server import RedisServer
from rehearsal.versions import NOW

LOOKS_EVERY: Final = 0.2
PASSWORD: Final = "rehearsed"
"""Of the Redis behind it."""
_GONE: Final = re.compile(r"node \w+ is gone")
_EXCHANGED: Final = "the workers were exchanged"
_NOT_EXCHANGED: Final = "did not start, the others stay"


@dataclass(frozen=True, slots=True)
class Look:
    """How it was at a moment: connections, by the version of the worker that has them."""

    t: float
    connections: Mapping[str, int]
    errors: int
    """Frames that were answered with an error, by workers that are there."""


@dataclass(slots=True)
class Server:
    """`folder` has the versions, and the link to the one that new processes serve."""

    folder: Path
    workers: int
    window: float
    """Seconds that clients have to move, when a worker goes."""
    port: int = 0
    redis: RedisServer | None = None
    """Where it keeps things; in a file of SQLite without."""
    said: list[dict[str, Any]] = field(default_factory=list)
    """Lines of its log."""
    looks: list[Look] = field(default_factory=list)
    _process: Process | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __aenter__(self) -> Self:
        code = self.folder / NOW
        options = ["--workers", self.workers, "--store", self._store]
        options += ["--metrics", "--drain-window", self.window]
        logged = ["--log-format", "json", "--log-level", "info", "--handlers", code / "handlers"]
        command = [sys.executable, "-m", "chat", "--port", 0, *options, *logged]
        self._process = await asyncio.create_subprocess_exec(
            *map(str, command), stdout=PIPE, stderr=PIPE, env=self._environment(code)
        )
        assert self._process.stdout is not None
        reading = asyncio.ensure_future(self._read())
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        self.port = int(line.decode().rpartition(":")[2])
        self._tasks = [reading, asyncio.ensure_future(self._look_again_and_again())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def _store(self) -> str:
        return f"sqlite:{self.folder / 'kept.db'}" if self.redis is None else self.redis.url

    def _environment(self, code: Path) -> dict[str, str]:
        secret = {} if self.redis is None else {"RTGEN_REDIS_PASSWORD": PASSWORD}
        return {**os.environ, **secret, "PYTHONPATH": str(code)}

    @property
    def url(self) -> str:
        """For clients."""
        return f"ws://127.0.0.1:{self.port}"

    async def exchange(self) -> None:
        """Exchange the workers, one by one, for such as serve what lies in place now; wait until it is done."""
        assert self._process is not None
        before = len(self.said)
        self._process.send_signal(signal.SIGHUP)
        words = ""
        async with self._news:
            while _EXCHANGED not in words:
                assert _NOT_EXCHANGED not in words, words
                await self._news.wait()
                words = "\n".join(str(line.get("message")) for line in self.said[before:])

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._tasks[1].cancel()
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 60)

    @property
    def complaints(self) -> list[str]:
        """What was worth a warning, and that is nothing, but for words of others about nodes that were exchanged."""
        warned = (line for line in self.said if line.get("level") not in {"INFO", "DEBUG"})
        return [json.dumps(line) for line in warned if not _GONE.fullmatch(str(line.get("message")))]

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            async with self._news:
                self.said.append(_line(line.decode()))
                self._news.notify_all()

    async def _look_again_and_again(self) -> None:
        while True:
            text = await asyncio.to_thread(_metrics, self.port)
            self.looks.append(_look(text))
            await asyncio.sleep(LOOKS_EVERY)


def _line(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return {"level": "ERROR", "message": text}
    return found


def _metrics(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def _look(text: str) -> Look:
    serves: dict[str, str] = {}
    connected: dict[str, int] = defaultdict(int)
    errors = 0
    for name, labels, value in _samples(text):
        worker = labels.get("worker", "")
        if name == "rtgen_info":
            serves[worker] = labels["version"]
        elif name == "rtgen_connections":
            connected[worker] += int(value)
        elif name == "rtgen_errors_total":
            errors += int(value)
    found: dict[str, int] = defaultdict(int)
    for worker, count in connected.items():
        found[serves[worker]] += count
    return Look(time.time(), dict(found), errors)


def _samples(text: str) -> list[tuple[str, dict[str, str], float]]:
    """Name, labels and value of each line; no label of ours has a comma or a quotation mark in it."""
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        named, _, value = line.rpartition(" ")
        name, _, rest = named.partition("{")
        pairs = (each.partition("=") for each in rest.rstrip("}").split(",") if each)
        found.append((name, {key: quoted.strip('"') for key, _, quoted in pairs}, float(value)))
    return found
