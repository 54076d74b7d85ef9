"""Panels in a tab of some browser, and the real server behind a proxy."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from browsers.pages import ARTIFACTS, PANELS
from browsers.served import WatchedServer
from faults.proxy import FaultProxy


class Tab(Protocol):
    """A page in whichever browser."""

    async def goto(self, url: str) -> None: ...

    async def evaluate(self, expression: str) -> Any: ...

    async def until(self, expression: str) -> Any: ...

    async def say(self, panel: str, body: str) -> None: ...

    async def shot(self, path: Path) -> None: ...


T = TypeVar("T", bound=Tab)


@dataclass(frozen=True, slots=True)
class Panels(Generic[T]):
    """All three frameworks in one page, each with a client of its own."""

    tab: T

    async def joined(self) -> None:
        """All panels are where they want to be."""
        await self.tab.until(f"document.querySelectorAll('[data-channel=joined]').length === {len(PANELS)}")

    async def show(self, *bodies: str) -> None:
        """Each panel shows these messages and no others, in this order and once each; so do listeners beside them."""
        wanted = json.dumps(bodies)
        await self.tab.until(
            "[...document.querySelectorAll('.panel')].every(panel =>"
            " JSON.stringify([...panel.querySelectorAll('li span')].map(each => each.textContent.trim()))"
            f" === JSON.stringify({wanted}))"
        )
        assert await self.of("heard") == [list(bodies)] * len(PANELS)

    async def of(self, what: str) -> list[Any]:
        """One thing of each panel's story."""
        found: list[Any] = await self.tab.evaluate(f"Object.values(proof.stories).map(story => story.{what})")
        return found

    async def statuses(self, status: str) -> None:
        """Each connection is in a status now."""
        await self.tab.until(
            "Object.values(proof.stories).every("
            f"({{ client }}) => client.connection.getSnapshot().status === '{status}')"
        )

    async def shot(self, name: str) -> None:
        """A picture to look at."""
        await self.tab.shot(ARTIFACTS / f"{name}.png")


@dataclass(frozen=True, slots=True)
class Scene(Panels[T]):
    """They talk with the real server, through a proxy that does what networks do."""

    it: FaultProxy
    server: WatchedServer


async def opened(tab: T, page: str, url: str, **query: str) -> Panels[T]:
    """All panels have joined at a URL."""
    await tab.goto(f"{page}?{urlencode({'ws': url, **query})}")
    panels = Panels(tab)
    await panels.joined()
    return panels


@asynccontextmanager
async def scene(tab: T, page: str, code: Path, disk: Path, store: str = "", **query: str) -> AsyncIterator[Scene[T]]:
    """All panels have joined through the proxy."""
    async with WatchedServer(code, disk, store=store) as server, FaultProxy(server.port) as it:
        await opened(tab, page, it.url, **query)
        yield Scene(tab, it, server)
