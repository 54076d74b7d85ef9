"""A server that breaks contract and protocol: pages go on, listeners hear what is valid, and the codes are obeyed."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import pytest
import pytest_asyncio
from browsers.chromium import Chromium, ChromiumTab
from browsers.hostile import HostileServer, hostile
from browsers.pages import EVERY, more
from browsers.scene import Panels, opened

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

ROOM = "rooms/general"
MARKUP = "<img src=x onerror='proof.mounts = -1'>"


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[HostileServer]:
    async with hostile() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def it(chromium: Chromium, page: str, server: HostileServer) -> AsyncIterator[Panels[ChromiumTab]]:
    """The panels have joined; in the end nothing was uncaught."""
    tab = await chromium.tab()
    found = await opened(tab, page, server.url, tickets="1")
    yield found
    complaints = await tab.complaints()
    await tab.close()
    assert complaints["errors"] == []


def message(body: object, **more: object) -> dict[str, object]:
    author = {"id": "a", "name": "Mallory"}
    stamp = "2026-01-01T12:00:00Z"
    return {"id": "6f1f7c1e-7d4f-4d0e-8d34-6b8f0c3f9a11", "author": author, "body": body, "sentAt": stamp, **more}


def posted(offset: object, body: object, **more: object) -> list[Any]:
    return ["room.posted", offset, ROOM, message(body, **more)]


INVALID = (
    posted(1, ""),
    posted(2, "x" * 2001),
    posted(3, 7),
    posted(4, "no id", id="me"),
    posted(5, "a date", sentAt="yesterday"),
    posted(6, "deep", tags=[[]]),
    ["room.posted", 7, ROOM, None],
    ["room.posted", 8, ROOM, {"__proto__": message("inherited")}],
)
UNKNOWN = (
    ["$future", 1, {}],
    ["room.vanished", 0, ROOM, {}],
    ["$welcome"],
    ["$ping", "soon"],
    ["room.posted", -1, ROOM, {}],
)
STRAY = (
    ["room.posted", 1, "rooms/other", message("for another room")],
    ["$joined", 99, ROOM, {"epoch": "f", "offset": 99, "recovered": False, "replay": 0}],
    ["$left", 99, ROOM, {"code": "gone", "again": "never"}],
    ["$reply", 99, {}],
    ["$error", 99, {"code": "internal", "message": MARKUP, "retryable": False}],
    ["$error", 0, {"code": "internal", "message": MARKUP, "retryable": False}],
    ["$presence", ROOM, ["e", 1], {"join": 7}],
    ["$flags", 7],
)
NONSENSE = (
    "",
    "nonsense",
    "{}",
    "[]",
    "[7]",
    "null",
    "[" * 200_000,
    "\0",
    b"\x93\xa0\x01\x02",
    '"' + "x" * 4_000_000 + '"',
)


async def test_what_is_invalid_reaches_no_listener(it: Panels[ChromiumTab], server: HostileServer) -> None:
    await server.say(*NONSENSE, *STRAY, *UNKNOWN, *INVALID, ["$ping", 5], posted(9, MARKUP), posted(10, "at last"))
    await it.show(MARKUP, "at last")
    await server.until("$pong", 3)
    assert await it.of("invalid.map(each => each.tag + each.issues.length)") == [["room.posted1"] * 8] * 3
    unknown = await it.of("unknown")
    assert unknown[0] == unknown[1] == unknown[2]
    assert unknown[0].count("malformed ") >= 9
    assert {"protocol $future", "event room.vanished"} <= set(unknown[0])
    assert await it.tab.evaluate("document.querySelectorAll('img').length + Math.min(proof.mounts, 0)") == 0
    assert await it.of("statuses") == [["connecting", "ready"]] * 3
    await it.shot("garbage")


@pytest.mark.parametrize("code", [1000, 1011, 3999, 4000, 4100, 4999] if EVERY else [4000])
async def test_after_other_codes_it_comes_back_with_its_position(
    code: int, it: Panels[ChromiumTab], server: HostileServer
) -> None:
    await server.say(posted(1, "before"), posted(2, ""))
    await it.tab.until("Object.values(proof.stories).every(({ invalid }) => invalid.length === 1)")
    await server.close(code, MARKUP)
    await server.until("$join", 6)
    assert [frame[3]["since"] for frame in server.of("$join")[3:]] == [["e", 2]] * 3
    assert len({frame[1]["token"] for frame in server.of("$hello")}) == 6, "asked anew for each connection"


@more
async def test_a_code_may_take_positions_away(it: Panels[ChromiumTab], server: HostileServer) -> None:
    await server.say(posted(1, "before"))
    await it.show("before")
    await server.close(4300, "")
    await server.until("$join", 6)
    assert [frame[3] for frame in server.of("$join")] == [{}] * 6


@pytest.mark.parametrize("code", [4010, 4400] if EVERY else [4400])
async def test_a_code_may_end_it_for_good(code: int, it: Panels[ChromiumTab], server: HostileServer) -> None:
    await server.close(code, MARKUP)
    await it.statuses("closed")
    assert await it.of("client.connection.getSnapshot().reason") == [{"code": code, "message": MARKUP}] * 3
    assert await it.tab.evaluate("document.querySelectorAll('img').length") == 0
    await it.shot(f"closed-{code}")


@more
async def test_a_portal_answers_instead_of_the_server(it: Panels[ChromiumTab], server: HostileServer) -> None:
    server.refusal = HTTPStatus.OK
    await server.close(1001, "")
    await it.tab.until(
        "Object.values(proof.stories).every(({ client }) => client.connection.getSnapshot().attempt >= 2)"
    )
    await it.shot("portal")
    server.refusal = None
    await server.until("$join", 6)
    await it.joined()
