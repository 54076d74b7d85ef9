"""A process of clients in whatever language, as seen by whoever gives it orders.

One line of JSON is one order (`{"do": …}`), one answer, or how it stands (`{"stand": {…}}`), which it says again and
again. It says `here` when all its clients are in, and `left` as its last word, after the order `leave`.
`obeying.py` and tests/web/crowds/obeying.ts are the other side.
"""

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from generated_chat import ROOT

NODE: Final = ROOT / ".venv" / "bin" / "node"
PATIENCE: Final = 120.0
"""Seconds for one order; a slow machine is no failure."""


@dataclass(slots=True)
class Crowd:
    """One process. `stand` is the newest word about how it stands; `acked` of it is in every crowd's."""

    name: str
    process: Process
    history: Path
    stand: dict[str, Any] = field(default_factory=lambda: {"acked": 0})
    _answers: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reading: asyncio.Task[None] | None = None
    _over: bool = False

    @classmethod
    async def come(cls, command: Sequence[str], path: Sequence[Path], plan: dict[str, Any], history: Path) -> "Crowd":
        """Start it; all its members have joined. `path` is for Python's imports; the plan is its last argument."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"}
        told = json.dumps({**plan, "history": str(history)})
        process = await asyncio.create_subprocess_exec(
            *command, told, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
        )
        crowd = cls(plan["name"], process, history)
        crowd._reading = asyncio.ensure_future(crowd._read())
        await crowd._said("here")
        return crowd

    @property
    def acked(self) -> int:
        """Recorded events that were acknowledged."""
        return int(self.stand["acked"])

    async def order(self, do: str, answer: str, **more: Any) -> dict[str, Any]:
        """Have it do something; what it says when that is done."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        await self.process.stdin.drain()
        return await self._said(answer)

    async def until(self, is_so: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until it says so; what it said before does not count."""
        async with asyncio.timeout(PATIENCE), self._news:
            old = self.stand
            await self._news.wait_for(lambda: (self.stand is not old and is_so(self.stand)) or self._over)
        assert not self._over, f"{self.name} has ended"

    async def leave(self) -> None:
        """Have it go; its history is complete."""
        await self.order("leave", "left")
        await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def kill(self) -> None:
        """Whatever it does. Node's command here is a program that starts Node: all of its group goes."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        if self._reading is not None:
            await self._reading

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
                self.stand = said.pop("stand", self.stand)
                if said:
                    self._answers.append(said)
                self._news.notify_all()
        async with self._news:
            self._over = True
            self._news.notify_all()
