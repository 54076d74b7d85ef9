"""React, Vue and Angular in Chromium on the generated server, while networks, servers and the page itself misbehave."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio
from browsers.chromium import Chromium, ChromiumTab
from browsers.pages import PANELS, more
from browsers.scene import Scene, scene
from browsers.served import WatchedServer
from faults.proxy import DOWN, UP

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

Page = Scene[ChromiumTab]
Say = Callable[[str], Awaitable[object]]


@pytest.fixture
def server(request: pytest.FixtureRequest) -> str:
    """Which of the servers: `plain` notices silence after half a minute, so hints must have told."""
    found: str = getattr(request, "param", "plain")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def it(chromium: Chromium, page: str, servers: Path, tmp_path: Path, server: str) -> AsyncIterator[Page]:
    """The panels have joined; in the end nothing was uncaught."""
    tab = await chromium.tab()
    query = {"tickets": "1"} if server == "tickets" else {}
    store = "memory" if server == "wide" else ""
    async with scene(tab, page, servers / server, tmp_path / "kept.db", store, **query) as found:
        yield found
        complaints = await tab.complaints()
        await tab.close()
    assert complaints["errors"] == []
    assert [each for each in complaints["console"] if "WebSocket connection to" not in each] == []


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(it: Page, chat: ModuleType) -> AsyncIterator[Say]:
    """Somebody whom no fault touches: says something, and it is kept when that is done."""
    async with chat.ChatClient(it.server.url) as client:
        room = await client.room(room_id="general")

        def say(body: str) -> Awaitable[object]:
            sent: Awaitable[object] = room.send(chat.RoomSendPayload(name="Elsewhere", body=body))
            return sent

        yield say


async def freeze(it: Page) -> None:
    """As browsers do with tabs that nobody has looked at for long."""
    await it.tab.cover()
    await it.tab.cdp("Page.setWebLifecycleState", state="frozen")


async def thaw(it: Page) -> None:
    await it.tab.cdp("Page.setWebLifecycleState", state="active")
    await it.tab.uncover()
    await it.tab.until("proof.freezes === 1")


async def test_strict_mode_mounts_twice_and_joins_once(it: Page) -> None:
    bodies: list[str] = []
    for name in PANELS:
        bodies.append(f"Hello from {name}")
        await it.tab.say(name, bodies[-1])
        await it.show(*bodies)
    await it.tab.until("proof.mounts === 2")
    assert len(it.server.of("joined")) == 3
    assert it.it.connections == 3
    await it.shot("joined")


async def test_killed_and_started_again(it: Page) -> None:
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


async def test_frozen_in_the_background(it: Page, elsewhere: Say) -> None:
    """Chromium ends the connections of a page that was frozen, as soon as it goes on."""
    await elsewhere("before")
    await it.show("before")
    await freeze(it)
    await elsewhere("while frozen")
    await thaw(it)
    await it.show("before", "while frozen")
    await it.joined()
    assert await it.of("resyncs") == [[], [], []]
    await it.shot("frozen")


@more
async def test_a_gap_in_the_clock_is_a_sleep(it: Page, elsewhere: Say) -> None:
    await elsewhere("before")
    await it.show("before")
    it.it.swallowed = frozenset({UP, DOWN})
    await elsewhere("while asleep")
    await it.tab.evaluate("{ const real = Date.now; Date.now = () => real() + 3_600_000; }")
    await it.statuses("reconnecting")
    it.it.heal()
    await it.show("before", "while asleep")
    await it.shot("clock-gap")


@more
async def test_offline_and_back(it: Page, elsewhere: Say) -> None:
    await elsewhere("before")
    await it.show("before")
    it.it.swallowed = frozenset({UP, DOWN})
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    await it.tab.cdp("Network.enable")
    await it.tab.cdp("Network.emulateNetworkConditions", offline=True, **network)
    await it.statuses("reconnecting")
    await elsewhere("while offline")
    await it.tab.until("Object.values(proof.stories).every(({ client }) => client.connection.getSnapshot().stalled)")
    await it.shot("offline")
    it.it.heal()
    await it.tab.cdp("Network.emulateNetworkConditions", offline=False, **network)
    await it.show("before", "while offline")
    await it.joined()
    await it.shot("online")


async def test_into_the_back_forward_cache_and_out_again(it: Page, elsewhere: Say, page: str) -> None:
    await elsewhere("before")
    await it.show("before")
    await it.tab.goto(f"{page}?show=")
    await it.server.until(lambda: len(it.server.of("left")) >= 3)
    await elsewhere("while away")
    await it.tab.evaluate("void history.back()")
    await it.tab.until("globalThis.proof?.returns === 1")
    await it.show("before", "while away")
    await it.joined()
    assert await it.of("resyncs") == [[], [], []]
    await it.shot("bfcache")


@more
async def test_drained_onto_another_server_before_the_first_is_left(
    it: Page, elsewhere: Say, servers: Path, tmp_path: Path
) -> None:
    await elsewhere("before")
    await it.show("before")
    async with WatchedServer(servers / "plain", tmp_path / "another.db") as other:
        it.it.target = other.port
        assert await it.server.terminate() == 0
        await it.tab.say("React", "after")
        await it.show("before", "after")
        assert len(other.of("joined")) >= 3
        assert await it.of("statuses") == [["connecting", "ready"]] * 3, "made before broken"
        assert await it.of("resyncs") == [["epoch_changed"]] * 3, "it keeps a store of its own, and they are told"
        await it.shot("drained")


@more
async def test_drained_with_nowhere_to_go(it: Page, elsewhere: Say) -> None:
    await elsewhere("before")
    await it.show("before")
    assert await it.server.terminate() == 0
    await it.statuses("reconnecting")
    await it.server.start()
    await it.joined()
    await it.tab.say("Angular", "after")
    await it.show("before", "after")
    assert await it.of("resyncs") == [[], [], []]


@pytest.mark.parametrize("server", ["tickets"], indirect=True)
async def test_tokens_are_renewed_on_the_open_connection(it: Page) -> None:
    await it.server.until(lambda: len(it.server.of("renewed")) >= 6)
    await it.tab.say("Vue", "still who I was")
    await it.show("still who I was")
    assert len(it.server.of("joined")) == 3
    assert it.it.connections == 3
    assert len(set(it.server.of("shown"))) == len(it.server.of("shown")) >= 9, "a new one each time"
    assert await it.of("statuses") == [["connecting", "ready"]] * 3
    await it.shot("renewed")


@more
@pytest.mark.parametrize("server", ["tickets"], indirect=True)
async def test_who_signs_out_is_closed_when_the_token_has_ended(it: Page) -> None:
    await it.tab.evaluate("proof.signedOut = true")
    await it.server.until(lambda: len(it.server.of("left")) >= 3)
    await it.statuses("closed")
    assert await it.of("client.connection.getSnapshot().reason.message") == ["signed out [unauthorized]"] * 3
    await it.shot("expired")


@more
@pytest.mark.parametrize("server", ["wide"], indirect=True)
async def test_ten_thousand_events_at_once(it: Page, elsewhere: Say) -> None:
    """For how long the page is blocked at a time, `benchmarks/burst.py` measures."""
    await elsewhere("10000*")
    bodies = [str(number) for number in range(10_000)]
    await it.tab.until("Object.values(proof.stories).every(({ heard }) => heard.length >= 10_000)")
    assert await it.of("heard") == [bodies] * 3
    await it.tab.until("document.querySelectorAll('li').length === 300")
    await it.tab.until(
        "[...document.querySelectorAll('li:last-child span')].every(each => each.textContent === '9999')"
    )
    assert await it.of("statuses") == [["connecting", "ready"]] * 3
    await it.shot("burst")
