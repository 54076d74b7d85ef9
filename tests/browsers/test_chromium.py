"""React, Vue and Angular in Chromium on the generated server, while networks, servers and the page itself misbehave."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browsers.chromium import Chromium, ChromiumTab
from browsers.pages import PANELS
from browsers.scene import Scene, scene

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(loop_scope="session")
async def it(
    chromium: Chromium, page: str, code: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Scene[ChromiumTab]]:
    """The panels have joined; in the end nothing was uncaught."""
    tab = await chromium.tab(request.node.name)
    async with scene(tab, page, code, tmp_path / "kept.db") as found:
        yield found
        complaints = await tab.complaints()
        await tab.close()
    assert complaints["errors"] == []
    assert [each for each in complaints["console"] if "WebSocket connection to" not in each] == []


async def test_strict_mode_mounts_twice_and_joins_once(it: Scene[ChromiumTab]) -> None:
    bodies: list[str] = []
    for name in PANELS:
        bodies.append(f"Hello from {name}")
        await it.tab.say(name, bodies[-1])
        await it.show(*bodies)
    await it.tab.until("proof.mounts === 2")
    assert len(it.server.of("joined")) == 3
    assert it.it.connections == 3
    await it.shot("joined")


async def test_killed_and_started_again(it: Scene[ChromiumTab]) -> None:
    await it.tab.say("React", "before")
    await it.show("before")
    await it.server.kill()
    await it.statuses("reconnecting")
    await it.shot("restart-away")
    await it.server.start()
    await it.joined()
    await it.tab.say("Vue", "after")
    await it.show("before", "after")
    assert await it.of("resyncs") == [[], [], []]
    await it.shot("restart-back")
