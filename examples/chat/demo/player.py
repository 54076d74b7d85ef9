"""Runs a TypeScript client (`player.ts`) as a process and talks to it in JSON lines."""

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any, Self

Report = dict[str, Any]


class PlayerError(Exception):
    """What the client's API threw, as the player described it: `name`, and `issues` or `code` and `data`."""

    def __init__(self, error: Report) -> None:
        super().__init__(error.get("message") or error["name"])
        self.error = error


class Player:
    """One TypeScript client. `reports` is everything it has said so far."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.reports: list[Report] = []
        self._process = process
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, node: str, script: str, *, url: str, name: str, room_id: str) -> Self:
        """Start one client for one room; it connects when it is told to join."""
        process = await asyncio.create_subprocess_exec(
            node, script, url, name, room_id, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        return cls(name, process)

    async def tell(self, do: str, **details: str) -> Any:
        """Have the client do something; gives what its API gave, or raises `PlayerError`."""
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        if self._process.stdin is None:
            raise RuntimeError("the player has no standard input")
        self._process.stdin.write(json.dumps({"id": number, "do": do, **details}).encode() + b"\n")
        return await answer

    async def said(self, kind: str, matches: Callable[[Report], bool] = lambda _: True, *, since: int = 0) -> Report:
        """The first report of a kind that matches, from the `since`th on; waits for it."""
        async with self._news:
            while True:
                for each in self.reports[since:]:
                    if each.get("kind") == kind and matches(each):
                        return each
                await self._news.wait()

    async def stop(self) -> None:
        """End the process by closing its input, and wait for it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        if self._process.stdout is None:
            raise RuntimeError("the player has no standard output")
        while line := await self._process.stdout.readline():
            report: Report = json.loads(line)
            if "answer" in report:
                self._settle(report)
            else:
                async with self._news:
                    self.reports.append(report)
                    self._news.notify_all()
        gone = PlayerError({"name": "PlayerGone", "message": f"the client {self.name} has ended"})
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(gone)

    def _settle(self, report: Report) -> None:
        answer = self._answers.pop(report["answer"])
        if "error" in report:
            answer.set_exception(PlayerError(report["error"]))
        else:
            answer.set_result(report["value"])
