"""The same page in Firefox: it joins, sends, hears, and comes back."""

from pathlib import Path

import pytest
from browsers.firefox import firefox
from browsers.pages import PANELS, more
from browsers.scene import scene

pytestmark = [more, pytest.mark.timeout(180)]


async def test_it_joins_sends_hears_and_comes_back(page: str, servers: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    async with firefox(profile) as tab, scene(tab, page, servers / "plain", tmp_path / "kept.db") as it:
        bodies: list[str] = []
        for name in PANELS:
            bodies.append(f"Hello from {name}")
            await tab.say(name, bodies[-1])
            await it.show(*bodies)
        assert len(it.server.of("joined")) == it.it.connections == 3
        await it.shot("firefox")

        await it.server.kill()
        await it.statuses("reconnecting")
        await it.server.start()
        await it.joined()
        await tab.say("React", "Still here")
        await it.show(*bodies, "Still here")
        assert await it.of("resyncs") == [[], [], []]

        it.it.reset()
        await it.server.until(lambda: len(it.server.of("joined")) == 9)
        await tab.say("Vue", "And here")
        await it.show(*bodies, "Still here", "And here")
        await it.shot("firefox-back")
