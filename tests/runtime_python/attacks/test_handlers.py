"""Handlers that go wrong, row D10 of the list of attacks: their own request fails, with an id; all else lives."""

import asyncio
import re
from typing import Any

import pytest
from rtgen_runtime.app import App
from small_conversation import CONTRACT, Note
from small_server import Peer, Rooms, RoomScope, serving


class Wrong(Rooms):
    """Does what the text of a note says."""

    async def add(self, ctx: RoomScope, payload: Note) -> Note:
        match payload.text:
            case "raise":
                raise ValueError("a secret of the server")
            case "hang":
                self.entered.set()
                await self.gate.wait()
            case "type":
                wrong: Any = {"text": 5}
                return wrong  # type: ignore[no-any-return]
            case "nothing":
                none: Any = None
                return none  # type: ignore[no-any-return]
            case "long":
                return Note(text="x" * 9)
            case "cancel":
                raise asyncio.CancelledError
            case "recurse":
                return await self.add(ctx, payload)
        return payload


async def member(app: App, client: str) -> Peer:
    peer = Peer(app)
    await peer.greet(client=client)
    await peer.join()
    return peer


@pytest.mark.parametrize("what", ["raise", "type", "nothing", "long", "recurse", "cancel"])
async def test_d10_its_own_request_fails_with_an_id_and_nothing_else(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = serving(CONTRACT, Wrong())
    peer, other = await member(app, "1"), await member(app, "2")
    error = (await peer.ask("room.add", 2, "rooms/a", {"text": what}))[2]
    assert error["code"] == "internal"
    incident = re.search(r"\((\w+)\)", error["message"])
    assert incident is not None
    assert incident.group(1) in caplog.text
    assert "secret" not in str(error)
    for each in (peer, other):
        assert (await each.ask("room.add", 3, "rooms/a", {"text": "fine"}))[:2] == ["$reply", 3]
    await app.stop()


async def test_d10_one_that_hangs_holds_up_nobody_else() -> None:
    rooms = Wrong()
    rooms.gate.set()
    app = serving(CONTRACT, rooms)
    peer, other = await member(app, "1"), await member(app, "2")
    assert (await peer.ask("$join", 9, "lobby"))[:2] == ["$joined", 9]
    rooms.gate.clear()
    peer.tell("room.add", 2, "rooms/a", {"text": "hang"})
    await rooms.entered.wait()
    assert await peer.ask("$ping", 1) == ["$pong", 1]
    assert await peer.ask("$leave", 10, "lobby") == ["$reply", 10, None]
    assert (await other.ask("room.add", 3, "rooms/a", {"text": "fine"}))[:2] == ["$reply", 3]
    rooms.gate.set()
    assert (await peer.next())[:2] == ["$reply", 2]
    await app.stop()
