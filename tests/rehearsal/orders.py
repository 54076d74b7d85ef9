"""A crowd, as seen by whoever gives it orders."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from delivery.history import Record, read
from generated_chat import ROOT
from rehearsal.versions import Version

HERE: Final = Path(__file__).parent
NODE: Final = ROOT / ".venv" / "bin" / "node"
TYPESCRIPT: Final = ROOT / "tests" / "web" / "rehearsal" / "crowd.ts"
PATIENCE: Final = 120.0
"""Seconds for one order; a slow machine is no failure."""


@dataclass(slots=True)
class Crowd:
    """One process of clients. `name` is `old python`, `new typescript` and the like."""

    name: str
    process: Process
    history: Path
    acked: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    _answers: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reading: asyncio.Task[None] | None = None
    _over: bool = False

    @classmethod
    async def come(cls, language: str, version: Version, folder: Path, plan: dict[str, Any]) -> "Crowd":
        """Start it; all its members have joined, and some talk."""
        name = f"{version.name} {language}"
        history = folder / f"{name}.jsonl".replace(" ", "-")
        told = {**plan, "name": name, "code": str(folder / version.name), "history": str(history)}
        told |= {"body": version.body, "more": dict(version.more), "mood": version.mood}
        process = await asyncio.create_subprocess_exec(
            *_command(language), json.dumps(told), stdin=PIPE, stdout=PIPE, env=_environment(folder / version.name)
        )
        crowd = cls(name, process, history)
        crowd._reading = asyncio.ensure_future(crowd._read())
        await crowd._said("here")
        return crowd

    async def until_acked(self, count: int) -> None:
        """Wait until so many more messages were acknowledged."""
        wanted = self.acked + count
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self.acked >= wanted or self._over)
        assert not self._over, f"{self.name} has ended"

    async def hush(self) -> dict[str, tuple[str, int]]:
        """Have it say nothing more; up to where it has published, by address."""
        said = (await self._order("hush", "stands"))["stands"]
        return {address: (epoch, offset) for address, (epoch, offset) in said.items()}

    async def hear(self, stands: dict[str, tuple[str, int]]) -> None:
        """Wait until all have heard that."""
        await self._order("hear", "heard", stands=stands)

    async def leave(self) -> list[Record]:
        """Have it go; what it wrote down."""
        await self._order("leave", "left")
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        return list(read(self.history.read_text(encoding="utf-8").splitlines()))

    async def kill(self) -> None:
        """Whatever it does."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
        if self._reading is not None:
            await self._reading

    async def _order(self, do: str, answer: str, **more: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        await self.process.stdin.drain()
        return await self._said(answer)

    async def _said(self, what: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self._over or any(what in each for each in self._answers))
        found = next((each for each in self._answers if what in each), None)
        assert found is not None, f"{self.name} has ended and never said {what!r}"
        self._answers.remove(found)  # the same order may come again
        return found

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            async with self._news:
                if "acked" in said:
                    self.acked, self.wrong = said.pop("acked"), said.pop("wrong")
                if said:
                    self._answers.append(said)
                self._news.notify_all()
        async with self._news:
            self._over = True
            self._news.notify_all()


def _command(language: str) -> Sequence[str]:
    if language == "python":
        return [sys.executable, str(HERE / "crowd.py")]
    return [str(NODE), str(TYPESCRIPT)]


def _environment(code: Path) -> dict[str, str]:
    path = os.pathsep.join(map(str, (code, ROOT / "tests", ROOT)))
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
