"""What the newer process says as older versions have it, and what an older one makes of it."""

from dataclasses import replace
from typing import Any

import pytest
from rtgen_runtime.broker.words import Dropped, Put, Recorded, Said
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import Contract
from rtgen_runtime.frames import encode_event
from rtgen_runtime.outcomes import Outcome
from rtgen_runtime.presence.interface import Change, Delta
from rtgen_runtime.presence.memory import MemoryPresence
from rtgen_runtime.versions.answering import Answered
from rtgen_runtime.versions.older import Older, meant_for
from rtgen_runtime.versions.showing import SpokenPresence
from versioned_rooms import CONTRACT, Guest, serving

NOW = "rooms/a"
OWN = replace(CONTRACT, version="2.0.0", versions=())
"""The same as an older version that knows of none: what is said to it is of 3.0.0."""
NOTE = b'{"text":"hi","mood":"wild"}'


async def older_node() -> tuple[Any, Guest]:
    server = serving(contract=OWN)
    guest = Guest(server)
    await guest.enter("2.0.0")
    await guest.inside(NOW)
    return server, guest


def test_what_differs_has_a_form() -> None:
    older = Older(CONTRACT)
    assert older.event("room.added", NOTE)["1.0.0"] == ("chamber.put_in", b'{"words":"hi","parts":[]}')
    assert older.event("room.unheard", b"{}") == {}
    assert older.name("room.added")["1.0.0"] == ("chamber.put_in", b"")
    assert Older(replace(CONTRACT, versions=())).event("room.added", NOTE) == {}


@pytest.mark.parametrize(("version", "found"), [("1.0.0", 1), ("1.0.9", 1), ("1.1.0", None), ("2.0.0", None)])
def test_a_form_is_for_its_version_and_its_patches(version: str, found: int | None) -> None:
    contract = Contract("rooms", version, "", ())
    assert meant_for(contract, {"1.0.0": 1}) == found


async def test_an_older_node_takes_what_is_meant_for_it() -> None:
    server, guest = await older_node()
    forms = {"2.0.0": ("room.added", NOTE)}
    epoch = (await guest.inside(NOW))["epoch"]
    server.hub.news(NOW, Recorded("room.renamed", b'{"far":1}', epoch, 1, None, "3.0.0", forms))
    wave = Said("room.surge", encode_event("room.surge", 0, NOW, b"7", "s"), "s", None, "3.0.0")
    server.hub.said(NOW, replace_older(wave, ("room.wave", b'{"mood":"wild"}')))
    server.hub.news(NOW, Put("room.last", "", b"1", "3.0.0", {"2.0.0": ("room.news", b'{"mood":"wild"}')}))
    assert [[frame[0], frame[1], frame[3]] for frame in await guest.rest()] == [
        ["room.added", 1, {"text": "hi", "mood": "wild"}],
        ["room.wave", 0, {"mood": "wild"}],
        ["room.news", 0, {"mood": "wild"}],
    ]
    server.hub.news(NOW, Dropped("room.last", "", "3.0.0", {"2.0.0": ("room.news", b"")}))
    assert "state" not in await guest.inside(NOW)
    assert server.hub.refusals.counts == {}


def replace_older(said: Said, form: tuple[str, bytes]) -> Said:
    return Said(said.event, said.frame, said.by, said.to, said.version, {"2.0.0": form})


async def test_what_it_can_not_take_is_counted() -> None:
    server, guest = await older_node()
    epoch = (await guest.inside(NOW))["epoch"]
    frame = encode_event("room.wave", 0, NOW, b"7", "s")
    server.hub.said(NOW, Said("room.wave", frame, "s", None, "3.0.0"))
    server.hub.said(NOW, Said("room.wave", frame, "s", None, "3.0.0", {"2.0.0": ("room.wave", b"\xff")}))
    server.hub.news(NOW, Recorded("room.added", b"7", epoch, 1, None, "3.0.0"))
    assert await guest.rest() == []
    assert server.hub.refusals.counts == {"event": 2, "recorded": 1}


async def test_presence_is_shown_in_the_words_of_each() -> None:
    store = MemoryPresence(lambda: "e")
    deltas: dict[str, list[Delta]] = {"new": [], "old": []}
    refused: list[str] = []
    room = CONTRACT.channels[0].presence

    def speaking(contract: Contract, name: str) -> SpokenPresence:
        found = SpokenPresence(store, contract, lambda _: room, lambda what, _: refused.append(what))
        found.listen(lambda _, delta: deltas[name].append(delta))
        return found

    new = speaking(CONTRACT, "new")
    await new.apply(NOW, [Change("ada", b'{"mood":"wild"}')])
    old = speaking(OWN, "old")
    listed = await old.page(NOW, "", 10, 10_000)
    assert [(each.who, each.state) for each in listed.people] == [("ada", b'{"mood":"wild"}')]
    await store.apply(NOW, [Change("eve", b"\x80"), Change("bob", b'["1.0.0",{"mood":"quiet"}]')])
    seen = [each.who for each in (await old.page(NOW, "", 10, 10_000)).people]
    assert seen == ["ada"], "1.0.0 is not known there, and what eve shows to nobody"
    shown = {each.who: each.state for each in (await new.page(NOW, "", 10, 10_000)).people}
    assert shown == {"ada": b'{"mood":"wild"}', "bob": b'{"mood":"calm"}'}
    assert set(refused) == {"presence"}
    await old.apply(NOW, [Change("ada", None)])
    assert [delta.leave for delta in deltas["old"]][-1] == ("ada",)


def test_answers_are_kept_in_the_words_of_each() -> None:
    new = Answered(CONTRACT)
    kept = new.kept("room.add", Outcome(reply=NOTE))
    assert new.read("3.0.0", "room.add", kept).reply == NOTE
    assert b'"words":"hi"' in kept
    beyond = Answered(replace(CONTRACT, version="2.0.0", versions=()))
    assert beyond.read("3.0.0", "room.add", kept).reply == NOTE
    unknown = beyond.read("3.0.0", "room.add", b'R{"other":1}').error
    assert unknown is not None
    assert unknown.code == ErrorCode.OUTCOME_UNKNOWN
