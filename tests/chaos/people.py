"""A crowd, as seen by whoever gives it orders."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from delivery.history import Record, read
from generated_chat import ROOT

HERE: Final = Path(__file__).parent
PATIENCE: Final = 120.0
"""Seconds for one order; a slow machine is no failure."""


@dataclass(slots=True)
class People:
    """One process of clients."""

    name: str
    process: Process
    history: Path
    acked: int = 0
    away: int = 0
    closed: int = 0
    """Clients that were refused for good; nobody should be."""
    _answers: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reading: asyncio.Task[None] | None = None
    _over: bool = False

    @classmethod
    async def come(cls, folder: Path, plan: dict[str, Any]) -> "People":
        """Start it; all its members have joined and talk."""
        history = folder / f"{plan['name']}.jsonl"
        path = os.pathsep.join(map(str, (folder, ROOT / "tests")))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        told = json.dumps({**plan, "history": str(history)})
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "crowd.py"), told, stdin=PIPE, stdout=PIPE, env=environment
        )
        people = cls(plan["name"], process, history)
        people._reading = asyncio.ensure_future(people._read())
        await people._said("here")
        return people

    async def order(self, do: str, answer: str, **more: Any) -> dict[str, Any]:
        """Have it do something; what it says when that is done."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        await self.process.stdin.drain()
        return await self._said(answer)

    async def until_back(self) -> None:
        """Wait until nobody is away, by what it says from now on."""
        async with asyncio.timeout(PATIENCE), self._news:
            self.away = -1
            await self._news.wait_for(lambda: not self.away or self._over)

    async def leave(self) -> list[Record]:
        """Have it go; what it wrote down."""
        await self.order("leave", "left")
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

    async def _said(self, what: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self._over or any(what in each for each in self._answers))
        found = next((each for each in self._answers if what in each), None)
        assert found is not None, f"{self.name} has ended and never said {what!r}"
        self._answers.remove(found)
        return found

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            async with self._news:
                if "acked" in said:
                    self.acked, self.away, self.closed = said["acked"], said["away"], said["closed"]
                else:
                    self._answers.append(said)
                if "left" in said:
                    self._answers.append({"left": True})
                self._news.notify_all()
        async with self._news:
            self._over = True
            self._news.notify_all()
