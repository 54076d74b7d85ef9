"""Which versions are let in, what the others are told, and what is counted."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from rtgen_runtime import Settings
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL
from rtgen_runtime.observing.exposition import metrics_text
from rtgen_runtime.versions.choosing import in_words, is_served, older
from rtgen_runtime.versions.declarations import OldVersion
from versioned_rooms import ADDED, CONTRACT, HINT, OLD, QUIET, WAVE, Guest, Note, Shown, emit, keep, serving


@pytest.mark.parametrize(
    ("version", "found"),
    [("3.0.1", None), ("3.0.0", None), ("3.0.9", None), ("2.5.0", QUIET), ("2.5.7", QUIET), ("1.0.0", OLD)],
)
def test_patches_are_one_on_the_wire(version: str, found: OldVersion | None) -> None:
    assert is_served(CONTRACT, version)
    assert older(CONTRACT, version) is found


@pytest.mark.parametrize("version", ["3.1.0", "2.4.0", "1.1.0", "3", "", "1", "4.0.0", "three"])
def test_others_are_not_served(version: str) -> None:
    assert not is_served(CONTRACT, version)
    assert older(CONTRACT, version) is None


def test_a_listed_patch_of_the_newest_is_converted_for() -> None:
    contract = replace(CONTRACT, versions=(replace(OLD, version="3.0.0"),))
    assert older(contract, "3.0.0") is contract.versions[0]
    assert older(contract, "3.0.2") is None


def test_the_words_name_each_minor_once_and_not_too_many() -> None:
    assert in_words(CONTRACT) == "versions 3.0.x, 2.5.x and 1.0.x of club are served here"
    assert in_words(replace(CONTRACT, versions=())) == "versions 3.0.x of club are served here"
    many = tuple(replace(OLD, version=f"2.{minor}.{patch}") for minor in range(40, 0, -1) for patch in (1, 0))
    words = in_words(replace(CONTRACT, versions=many))
    assert words.startswith("versions 3.0.x, 2.40.x, ")
    assert words.endswith("2.31.x and older ones of club are served here")


async def test_a_refused_version_is_told_what_is_served_and_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    server = serving()
    guest = Guest(server)
    with caplog.at_level(logging.WARNING, "rtgen.connections"):
        tag, ref, info = await guest.ask("$hello", {"contract": "club", "version": "1.1.0\n" + "x" * 200})
    assert (tag, ref, info["code"]) == ("$error", 0, "wrong_version")
    assert info["message"] == "versions 3.0.x, 2.5.x and 1.0.x of club are served here"
    assert await guest.ended() == 4403
    (line,) = [each.getMessage() for each in caplog.records if each.name == "rtgen.connections"]
    assert line.startswith("version not served connection=")
    assert 'contract=club version="1.1.0\\nxxx' in line
    assert len(line) < 200


async def test_debug_mode_shows_no_payload_of_an_old_client(caplog: pytest.LogCaptureFixture) -> None:
    """What the contract of now calls sensitive had another name then."""
    server = serving(settings=Settings(debug=True))
    old = Guest(server)
    await old.enter("1.0.0")
    with caplog.at_level(logging.INFO, "rtgen.debug"):
        await old.inside("chambers/a")
        old.tell("chamber.put", 5, "chambers/a", {"words": "secret"})
        await old.answer(5)
        old.tell("$state", 6, "chambers/a", {"mood": "loud"})
        await old.answer(6)
        await keep(server, ADDED, Note(text="secret", mood="wild"))
        await old.rest()
    shown = [each.getMessage().partition(" ")[2] for each in caplog.records if each.name == "rtgen.debug"]
    assert any(line.startswith('← ["chamber.put","… ') for line in shown)
    assert any(line.startswith('→ ["chamber.put_in","… ') for line in shown)
    assert not any("secret" in line or "loud" in line for line in shown)


def numbers(server: Any, name: str) -> dict[str, float]:
    """The values of a metric by the only label."""
    lines = [each for each in metrics_text(server).splitlines() if each.startswith(f"rtgen_{name}{{")]
    return {line.partition('"')[2].partition('"')[0]: float(line.rpartition(" ")[2]) for line in lines}


async def test_connections_are_counted_by_version() -> None:
    server = serving()
    assert numbers(server, "connections") == {"3.0.1": 0, "2.5.0": 0, "1.0.0": 0}
    guests = [Guest(server) for _ in range(5)]
    for number, (guest, version) in enumerate(zip(guests, ("1.0.0", "1.0.3", "2.5.0", "3.0.0"), strict=False)):
        await guest.enter(version, client=f"c{number}")
    assert numbers(server, "connections") == {"": 1, "3.0.1": 1, "2.5.0": 1, "1.0.0": 2}
    for guest in guests:
        guest.drop()
    assert numbers(server, "connections") == {"3.0.1": 0, "2.5.0": 0, "1.0.0": 0}


@pytest.mark.parametrize("codecs", [(SUBPROTOCOL,), (SUBPROTOCOL, MSGPACK_SUBPROTOCOL)])
async def test_what_goes_to_many_is_converted_once_for_a_version(codecs: tuple[str, ...]) -> None:
    server = serving()
    guests = [Guest(server, codecs[number % len(codecs)]) for number in range(12)]
    for number, guest in enumerate(guests):
        await guest.enter(("1.0.0", "2.5.0")[number % 3 == 0], client=f"c{number}")
        await guest.inside("rooms/a" if number % 3 == 0 else "chambers/a")
    before = numbers(server, "conversions_total").get("1.0.0", 0)
    await keep(server, ADDED, Note(text="one", mood="wild"))
    for guest in guests:
        (frame,) = await guest.rest()
        assert frame[0] in {"room.added", "chamber.put_in"}
    emit(server, HINT, Shown(mood="calm"))
    assert [len(await guest.rest()) for guest in guests].count(1) == 4
    assert numbers(server, "conversions_total") == {"1.0.0": before + 1}
    sender = Guest(server)
    await sender.enter(client="sender")
    await sender.inside("rooms/a")
    sender.tell(WAVE.tag, 0, "rooms/a", {"mood": "calm"})
    assert await sender.rest() == []
    assert [len(await guest.rest()) for guest in guests] == [1] * 12
    assert numbers(server, "conversions_total") == {"1.0.0": before + 2}
