"""Firefox, driven by WebDriver BiDi, which it speaks by itself: JSON over one WebSocket."""

import asyncio
import base64
import itertools
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from example_runs import program
from websockets.asyncio.client import ClientConnection, connect

ENTER = "\ue006"
"""As WebDriver writes the key."""


@dataclass(slots=True)
class FirefoxTab:
    """One page."""

    _socket: ClientConnection
    _context: str = ""
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    async def ask(self, method: str, **params: object) -> Any:
        """The result of a command; events that come meanwhile are ignored."""
        number = next(self._ids)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        async for text in self._socket:
            said = json.loads(text)
            if said.get("id") == number:
                break
        if said["type"] == "error":
            raise RuntimeError(said["message"])
        return said["result"]

    async def goto(self, url: str) -> None:
        await self.ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; of what it promises, if it does."""
        written = f"(async () => JSON.stringify(await ({expression})) ?? 'null')()"
        target = {"context": self._context}
        said = await self.ask("script.evaluate", expression=written, target=target, awaitPromise=True)
        if said["type"] == "exception":
            raise RuntimeError(said["exceptionDetails"]["text"])
        return json.loads(said["result"]["value"])

    async def until(self, expression: str) -> Any:
        """Wait until a JavaScript expression is true; its value."""
        return await self.evaluate(
            f"new Promise(done => {{ const look = () => {{ const found = {expression};"
            " if (found) done(found); else setTimeout(look, 20); }; look(); })"
        )

    async def say(self, panel: str, body: str) -> None:
        """Type into a panel, and press Enter."""
        await self.until(f"(document.querySelector('#{panel.lower()} input').focus(), true)")
        pressed = [{"type": kind, "value": key} for key in body for kind in ("keyDown", "keyUp")]
        await self._press(pressed)
        await self.until(f"!document.querySelector('#{panel.lower()} form button').disabled")
        await self._press([{"type": kind, "value": ENTER} for kind in ("keyDown", "keyUp")])

    async def shot(self, path: Path) -> None:
        """A picture of what is seen now."""
        said = await self.ask("browsingContext.captureScreenshot", context=self._context)
        await asyncio.to_thread(_write, path, base64.b64decode(said["data"]))

    async def _press(self, keys: list[dict[str, str]]) -> None:
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        await self.ask("input.performActions", context=self._context, actions=actions)

    async def open(self) -> str:
        """Begin; the version of the browser."""
        said = await self.ask("session.new", capabilities={})
        self._context = (await self.ask("browsingContext.create", type="tab"))["context"]
        size = {"width": 1280, "height": 640}
        await self.ask("browsingContext.setViewport", context=self._context, viewport=size)
        version: str = said["capabilities"]["browserVersion"]
        return version


def _write(path: Path, picture: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture)


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[FirefoxTab]:
    """A browser of its own, with one tab."""
    command = [program("firefox-esr", "firefox"), "--headless", "--no-remote", "--profile", str(profile)]
    options = ["--remote-debugging-port", "0", "about:blank"]
    process = await asyncio.create_subprocess_exec(*command, *options, stdout=DEVNULL, stderr=PIPE)
    try:
        url = await asyncio.wait_for(_listening(process), 60)
        assert process.stderr is not None
        said = asyncio.create_task(process.stderr.read())  # so that it never waits for a reader
        async with connect(f"{url}/session", max_size=None, ping_interval=None) as socket:
            tab = FirefoxTab(socket)
            await tab.open()
            yield tab
            await tab.ask("browser.close")
        await process.wait()
        await said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _listening(process: Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        _, found, url = line.decode().partition("WebDriver BiDi listening on ")
        if found:
            return url.strip()
    raise RuntimeError("Firefox ended")
