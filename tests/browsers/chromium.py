"""Chromium, driven through playwright by a program of ours (`tests/web/browsers/driver.ts`), a command a line."""

import asyncio
import itertools
import json
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from example_runs import ROOT, program


@dataclass(slots=True)
class Chromium:
    """One browser."""

    version: str = ""
    _process: Process | None = None
    _reading: asyncio.Task[None] | None = None
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _asked: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        chromium = program("chromium", "chromium-browser", "google-chrome")
        command = [program("node"), str(ROOT / "tests/web/browsers/driver.ts"), chromium]
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=2**26)
        started = self._asked[0] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read(self._process))
        self.version = await started
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._reading is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def ask(self, verb: str, tab: str, text: str = "", more: object = None) -> Any:
        """The result of a command; raises `RuntimeError` with what went wrong."""
        assert self._process is not None
        assert self._process.stdin is not None
        number = next(self._ids)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "do": verb, "tab": tab, "text": text, "more": more}
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        return await answer

    async def tab(self) -> "ChromiumTab":
        """A new one."""
        name = f"tab {next(self._ids)}"
        await self.ask("open", name)
        return ChromiumTab(self, name)

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said = json.loads(line)
            answer = self._asked.pop(said["id"])
            if answer.done():
                continue
            if "error" in said:
                answer.set_exception(RuntimeError(said["error"]))
            else:
                answer.set_result(said["result"])
        for answer in self._asked.values():
            answer.cancel()


@dataclass(frozen=True, slots=True)
class ChromiumTab:
    """One page."""

    browser: Chromium
    name: str

    async def goto(self, url: str) -> None:
        await self.browser.ask("goto", self.name, url)

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; of what it promises, if it does."""
        return await self.browser.ask("evaluate", self.name, expression)

    async def until(self, expression: str) -> Any:
        """Wait until a JavaScript expression is true; its value."""
        return await self.browser.ask("until", self.name, expression)

    async def say(self, panel: str, body: str) -> None:
        """Type into a panel and press its button, as soon as it can be pressed."""
        await self.browser.ask("say", self.name, panel, body)

    async def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        await self.browser.ask("fill", self.name, selector, text)

    async def press(self, selector: str) -> None:
        """Press a button, as soon as it can be pressed."""
        await self.browser.ask("press", self.name, selector)

    async def follow_sockets(self) -> None:
        """Begin to note what the page's WebSockets do."""
        await self.browser.ask("follow sockets", self.name)

    async def sockets(self) -> list[str]:
        """What they did, a line each: when, and the frames of either direction."""
        lines: list[str] = await self.browser.ask("sockets", self.name)
        return lines

    async def shot(self, path: Path) -> None:
        """A picture of what is seen now."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.browser.ask("shot", self.name, str(path))

    async def cdp(self, method: str, **params: object) -> Any:
        """A command of the Chrome DevTools Protocol."""
        return await self.browser.ask("cdp", self.name, method, params)

    async def cover(self) -> None:
        """Open another tab before it: nobody sees it then."""
        await self.browser.ask("cover", self.name)

    async def uncover(self) -> None:
        """Come back to it."""
        await self.browser.ask("uncover", self.name)

    async def trace(self) -> None:
        """Begin to time the tasks of pages."""
        await self.browser.ask("trace", self.name)

    async def traced(self) -> list[tuple[float, float]]:
        """End it: milliseconds, and of a processor, of each task of 5 ms and more."""
        return [(took, worked) for took, worked in await self.browser.ask("traced", self.name)]

    async def complaints(self) -> dict[str, list[str]]:
        """`errors` nobody caught, and what the `console` was told."""
        found: dict[str, list[str]] = await self.browser.ask("complaints", self.name)
        return found

    async def close(self) -> None:
        await self.browser.ask("close", self.name)
