"""Presence at a Python client, over real sockets."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
from member_server import CONTRACT, ROOM, Server
from msgspec import Raw
from rtgen_runtime import InvalidPayload, codes, listen
from rtgen_runtime.client import present as presence
from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.decoding import decode
from rtgen_runtime.client.present import PresenceChange, Present
from rtgen_runtime.errors import OutcomeUnknown
from rtgen_runtime.presence.frames import Presence, ask_frame
from rtgen_runtime.presence.interface import Delta, Version
from small_conversation import NOTE, Note, RoomParams


class JoinedRoom(JoinedChannel[RoomParams]):
    @property
    def present(self) -> Present[Note]:
        return self._present(NOTE)


@pytest.fixture
async def served() -> AsyncIterator[tuple[Server, str]]:
    server = Server()
    async with listen(server.app) as listening:
        yield server, listening.url


async def joined(client: Client) -> JoinedRoom:
    return await client._join(JoinedRoom, ROOM, RoomParams(name="a"))


async def until(reached: Callable[[], bool]) -> None:
    """Let everything run until it is so."""
    async with asyncio.timeout(10):
        for _ in itertools.takewhile(lambda _: not reached(), itertools.count()):
            await asyncio.sleep(0)


async def moved(server: Server, present: Present[Note], wanted: int) -> None:
    """Let the server's time pass until a client knows of so many people."""
    async with asyncio.timeout(10):
        while present.count != wanted:
            await server.pass_time(0.25)


async def test_a_client_sees_who_comes_changes_and_goes(served: tuple[Server, str]) -> None:
    server, url = served
    async with Client(CONTRACT, url) as bob, Client(CONTRACT, url, token="ann") as ann:
        here, there = await joined(bob), await joined(ann)
        assert (here.present.count, here.present.is_listed, here.present.people) == (0, True, {})
        changes = here.present.changes.listen()
        await there.present.show(Note(text="hi"))
        await moved(server, here.present, 1)
        assert here.present.people == {"ann": Note(text="hi")}
        assert (await anext(changes)).payload == PresenceChange("ann", None, Note(text="hi"))
        with pytest.raises(InvalidPayload):
            await there.present.show(Note(text=""))
        await there.leave()
        await moved(server, here.present, 0)
        assert (await anext(changes)).payload == PresenceChange("ann", Note(text="hi"), None)


async def test_what_a_client_showed_is_shown_again_after_a_reconnect(served: tuple[Server, str]) -> None:
    server, url = served
    async with Client(CONTRACT, url) as bob, Client(CONTRACT, url, token="ann") as ann:
        here, there = await joined(bob), await joined(ann)
        await there.present.show(Note(text="hi"))
        await moved(server, here.present, 1)
        changes = here.present.changes.listen()
        server.app.disconnect(subject="ann", code=codes.STOPPING)
        await until(lambda: [each.subject for each in server.here().members()] == [None, "ann"])
        await until(lambda: server.here().members()[-1].state is not None)
        await server.pass_time(5.0)
        await there.present.show(Note(text="busy"))
        await server.pass_time(0.25)
        await until(lambda: here.present.people == {"ann": Note(text="busy")})
        assert (await anext(changes)).payload == PresenceChange("ann", Note(text="hi"), Note(text="busy"))


async def test_above_a_size_there_are_counts_and_below_it_the_list_comes_back(served: tuple[Server, str]) -> None:
    server, url = served
    bob = Client(CONTRACT, url)
    others = [Client(CONTRACT, url) for _ in range(4)]
    async with bob, others[0], others[1], others[2], others[3]:
        here = await joined(bob)
        there = [await joined(each) for each in others]
        for each in there:
            await each.present.show(Note(text="hi"))
        await moved(server, here.present, 4)
        assert (here.present.is_listed, here.present.people) == (False, {})
        for each in there[:2]:
            await each.leave()
        await moved(server, here.present, 2)
        await until(lambda: here.present.is_listed)
        assert list(here.present.people.values()) == [Note(text="hi")] * 2


async def test_a_list_that_could_not_be_got_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's store may be away just then, and the connection lives."""
    monkeypatch.setattr(presence, "AGAIN", 0.0)
    asked: list[str] = []

    async def ask(event: str, _options: bytes) -> bytes:
        asked.append(event)
        if len(asked) < 3:
            raise OutcomeUnknown("the store is away")
        return b'{"version": ["e", 2], "count": 1, "members": [["ann", {"text": "hi"}]]}'

    room = Present(NOTE, ask)
    room.joined(Raw(b'{"version": ["", 0], "count": 0, "members": []}'))
    frame = decode(ask_frame("rooms/a", Delta(Version("e", 2), 1, is_gap=True)))
    assert isinstance(frame, Presence)
    room.hear(frame)
    await until(lambda: room.people == {"ann": Note(text="hi")})
    assert asked == ["$members"] * 3
    room.end(None)
