"""Processes of two versions behind one address: what an older one says is understood, or harms nobody."""

import socket
from dataclasses import replace
from typing import Any

import pytest
from rtgen_runtime.broker.words import Control, Dropped, News, Put, Recorded, Said, Word
from rtgen_runtime.bus.branch import Branch
from rtgen_runtime.bus.messages import Invalidate
from rtgen_runtime.bus.store import BusStore
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.exchange.exchange import Exchange
from rtgen_runtime.exchange.people import AllPeople
from rtgen_runtime.frames import encode_event
from rtgen_runtime.history.interface import Position
from rtgen_runtime.presence.memory import MemoryPresence
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.workers.joining import join
from versioned_rooms import CONTRACT, Guest, serving

NOW, OLD = "rooms/a", "chambers/a"
SIZE = HistorySize(keep=500, seconds=3600.0)


async def met() -> tuple[Any, Guest, Guest]:
    server = serving()
    new, old = Guest(server), Guest(server)
    await new.enter(client="new")
    await old.enter("1.0.0", client="old")
    await new.inside(NOW)
    await old.inside(OLD)
    return server, new, old


def said(tag: str, payload: bytes, version: str = "1.0.0") -> Said:
    return Said(tag, encode_event(tag, 0, NOW, payload, "s"), "s", None, version)


async def test_relays_of_an_older_node_are_converted() -> None:
    server, new, old = await met()
    server.hub.said(NOW, said("chamber.wave", b'{"mood":"loud"}'))
    assert await new.rest() == [["room.wave", 0, NOW, {"mood": "wild"}, {"by": "s"}]]
    assert await old.rest() == [["chamber.wave", 0, OLD, {"mood": "loud"}, {"by": "s"}]]


@pytest.mark.parametrize(
    "word",
    [
        said("chamber.wave", b'{"mood":"blue"}'),
        said("chamber.never", b"{}"),
        said("chamber.gone", b"{}"),
        said("room.hint", b'{"mood":"loud"}'),
        said("room.hint", b'{"mood":7}', "4.0.0"),
        said("room.newer", b"{}", "4.0.0"),
    ],
)
async def test_what_does_not_fit_reaches_nobody(word: Said) -> None:
    server, new, old = await met()
    server.hub.said(NOW, word)
    assert await new.rest() == await old.rest() == []


async def test_what_is_the_same_in_both_is_passed_on() -> None:
    """Also from a later version, which this one knows nothing about."""
    server, new, _ = await met()
    for version in ("", "3.0.0", "2.5.0", "4.0.0"):
        server.hub.said(NOW, said("room.hint", b'{"mood":"wild"}', version))
    assert [frame[3] for frame in await new.rest()] == [{"mood": "wild"}] * 4


async def test_what_an_older_node_has_kept_is_converted() -> None:
    server, new, old = await met()
    hub, epoch = server.hub, (await new.inside(NOW))["epoch"]
    hub.news(NOW, Recorded("chamber.put_in", b'{"words":"hi"}', epoch, 1, None, "1.0.0"))
    hub.news(NOW, Recorded("chamber.burnt", b"{}", epoch, 2, None, "1.0.0"))
    hub.news(NOW, Recorded("room.newer", b"{}", epoch, 3, None, "4.0.0"))
    hub.news(NOW, Put("chamber.topic", '"x"', b'{"words":"t"}', "1.0.0"))
    hub.news(NOW, Put("chamber.ash", "", b"{}", "1.0.0"))
    assert [[frame[0], frame[1], frame[3]] for frame in await new.rest()] == [
        ["room.added", 1, {"text": "hi", "mood": "calm"}],
        ["chamber.burnt@1.0.0", 2, {}],
        ["room.newer", 3, {}],
        ["room.topic", 0, {"text": "t", "mood": "calm"}],
    ]
    assert [[frame[0], frame[1], frame[3]] for frame in await old.rest()] == [
        ["chamber.put_in", 1, {"words": "hi", "parts": []}],
        ["chamber.burnt", 2, {}],
        ["room.newer", 3, {}],
        ["chamber.topic", 0, {"words": "t", "parts": []}],
    ]
    assert (await new.inside(NOW))["state"] == [["room.topic", {"text": "t", "mood": "calm"}]]
    hub.news(NOW, Dropped("chamber.topic", '"calm"', "1.0.0"))
    assert "state" not in await new.inside(NOW)


async def test_workers_of_two_versions_share_an_exchange() -> None:
    """As while they are exchanged one by one: what the older one keeps and says is understood by the newer one."""
    exchange = Exchange(MemoryStore(), AllPeople(MemoryPresence()), b"k" * 32)
    ends = [socket.socketpair() for _ in range(2)]
    clients = [await exchange.admit(end, str(number)) for number, (end, _) in enumerate(ends)]
    before, branch, server = Branch(), Branch(), serving()
    begun = await before.start(ends[0][1])
    old = BusStore(before.asking, begun.session_key)
    old.speak("1.0.0")
    await old.history.append(OLD, SIZE, "chamber.put_in", b'{"words":"before"}')
    await join(server, branch, ends[1][1])
    guest = Guest(server)
    await guest.enter()
    told = await guest.inside(NOW)
    await old.history.append(NOW, SIZE, "chamber.put_in", b'{"words":"hi"}')
    before.say(NOW, said("chamber.wave", b'{"mood":"loud"}'))
    await old.latest.put(NOW, "chamber.topic", '"x"', b'{"words":"t"}')
    values = [{"text": "hi", "mood": "calm"}, {"mood": "wild"}, {"text": "t", "mood": "calm"}]
    assert [(await guest.next())[3] for _ in values] == values
    assert told["offset"] == 1, "what was kept under the old address has moved"
    later = await guest.inside(NOW, (told["epoch"], 0))
    assert later["state"] == [["room.topic", values[2]]]
    assert [(await guest.next())[3]["text"] for _ in range(2)] == ["before", "hi"]
    position = await old.history.append(OLD, SIZE, "chamber.put_in", b'{"words":"meanwhile"}')
    assert position.offset == 3, "the old worker goes on where the new one is"
    assert (await guest.next())[3]["text"] == "meanwhile"
    guest.drop()
    await server.stop()
    await exchange.close()
    for each, client in zip((before, branch), clients, strict=True):
        asked = each.asking.ask(Invalidate(NOW), Position)
        client.pipe.close()
        with pytest.raises(StoreUnavailable):
            await asked


async def test_a_server_that_serves_one_version_takes_what_fits_of_others() -> None:
    server = serving(contract=replace(CONTRACT, version="1.0.0", versions=()))
    guest = Guest(server)
    await guest.enter("1.0.0")
    await guest.inside(NOW)
    server.hub.said(NOW, said("room.hint", b'{"mood":"wild"}', "3.0.1"))
    server.hub.said(NOW, said("room.hint", b'{"mood":"new"}', "3.0.1"))
    assert [frame[3] for frame in await guest.rest()] == [{"mood": "wild"}]


class Listening:
    """What a worker hears of addresses."""

    def __init__(self) -> None:
        self.heard: list[News] = []

    def said(self, _address: str, _word: Word) -> None: ...

    def news(self, _address: str, news: News) -> None:
        self.heard.append(news)

    def deaf(self, _address: str) -> None: ...

    def control(self, _control: Control) -> None: ...


async def test_an_older_worker_is_told_by_the_names_that_it_knows() -> None:
    exchange = Exchange(MemoryStore(), AllPeople(MemoryPresence()), b"k" * 32)
    ends = [socket.socketpair() for _ in range(2)]
    clients = [await exchange.admit(end, str(number)) for number, (end, _) in enumerate(ends)]
    before, after, ears = Branch(), Branch(), Listening()
    await before.start(ends[0][1])
    before.listen(ears)
    await before.ready(NOW)
    new = BusStore(after.asking, (await after.start(ends[1][1])).session_key)
    new.speak("3.0.1")
    new.translate(CONTRACT)
    note = b'{"text":"hi","mood":"wild"}'
    await new.history.append(NOW, SIZE, "room.added", note)
    await new.latest.put(NOW, "room.topic", '"wild"', note)
    await new.latest.remove(NOW, "room.topic", '"wild"')
    await before.asking.ask(Invalidate(NOW), Position)
    kept, put, gone, _ = ears.heard
    old = b'{"words":"hi","parts":[]}'
    assert isinstance(kept, Recorded)
    assert (kept.event, kept.version, kept.older["1.0.0"]) == ("room.added", "3.0.1", ("chamber.put_in", old))
    assert isinstance(put, Put)
    assert put.older["1.0.0"] == ("chamber.topic", old)
    assert isinstance(gone, Dropped)
    assert gone.older["1.0.0"] == ("chamber.topic", b"")
    await exchange.close()
    for client in clients:
        client.pipe.close()
