"""Requests that may be sent again: raw frames against a server, over restarts too."""

import asyncio
import dataclasses
from pathlib import Path

import pytest
from kept_conversation import CONTRACT, Peer, Rooms, app, welcome
from rtgen_runtime.app import App
from rtgen_runtime.declarations import Auth
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.identity import Handshake, Identity
from rtgen_runtime.stores.memory import MemoryOutcomes, MemoryStore
from rtgen_runtime.stores.outcomes import OutcomeLimits
from rtgen_runtime.stores.sqlite.store import SqliteStore

ROOM = "rooms/a"


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


async def joined(server: App, client: str = "c1", session: str = "", ref: int = 1) -> tuple[Peer, str]:
    peer = Peer(server, client, session)
    session = await welcome(peer)
    peer.tell("$join", ref, ROOM)
    assert (await peer.answer(ref))[0] == "$joined"
    return peer, session


def add(peer: Peer, ref: int, text: str, address: str = ROOM) -> None:
    peer.tell("room.add", ref, address, {"text": text})


async def test_sent_again_after_a_reconnect_it_takes_effect_once(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    peer, session = await joined(server)
    add(peer, 7, "hi")
    first = await peer.answer(7)
    peer.gone()
    peer, _ = await joined(server, session=session, ref=8)
    add(peer, 7, "hi")
    assert await peer.answer(7) == first == ["$reply", 7, {"text": "hi 1"}]
    assert rooms.effects == ["hi"]


async def test_a_remembered_error_of_the_contract_is_given_again(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    peer, _ = await joined(server)
    add(peer, 7, "full")
    first = await peer.answer(7)
    add(peer, 7, "full")
    assert await peer.answer(7) == first
    assert first[2]["code"] == "full"
    assert rooms.effects == ["full"]


@pytest.mark.parametrize(("text", "code"), [("busy", "busy"), ("boom", "internal")])
async def test_what_may_pass_is_not_remembered(rooms: Rooms, text: str, code: str) -> None:
    server = app(rooms=rooms)
    peer, _ = await joined(server)
    for _ in range(2):
        add(peer, 7, text)
        answer = await peer.answer(7)
        assert (answer[2]["code"], answer[2]["retryable"]) == (code, True)
    assert rooms.effects == [text, text]


async def test_a_ref_with_another_content_is_refused(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    peer, _ = await joined(server)
    add(peer, 7, "one")
    await peer.answer(7)
    add(peer, 7, "two")
    answer = await peer.answer(7)
    assert (answer[0], answer[2]["code"], answer[2]["retryable"]) == ("$error", "ref_reused", False)
    assert rooms.effects == ["one"]


async def test_another_address_is_another_content(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    peer, _ = await joined(server)
    peer.tell("$join", 2, "rooms/b")
    await peer.answer(2)
    add(peer, 7, "one")
    await peer.answer(7)
    add(peer, 7, "one", "rooms/b")
    assert (await peer.answer(7))[2]["code"] == "ref_reused"


async def test_a_duplicate_of_a_running_one_waits_for_it(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    rooms.gate.clear()
    peer, session = await joined(server)
    add(peer, 7, "hi")
    await rooms.entered.wait()
    peer.gone()
    peer, _ = await joined(server, session=session, ref=8)
    add(peer, 7, "hi")
    rooms.gate.set()
    assert await peer.answer(7) == ["$reply", 7, {"text": "hi 1"}]
    assert rooms.effects == ["hi"]


async def test_a_running_one_that_takes_too_long_is_in_progress(rooms: Rooms) -> None:
    from rtgen_runtime.outcomes import Once, Outcome, RequestKey

    once, gate = Once(MemoryOutcomes()), asyncio.Event()

    async def work() -> Outcome:
        await gate.wait()
        return Outcome(reply=b"1")

    key = RequestKey.of(("kept", "session", "s", "c"), 7, ("t", "a", 1))
    first = asyncio.create_task(once.answer(key, "t", 60.0, 5.0, work))
    await asyncio.sleep(0)
    duplicate = await once.answer(key, "t", 60.0, 0.0, work)
    assert duplicate.error is not None
    assert (duplicate.error.code, duplicate.error.retryable) == ("in_progress", True)
    gate.set()
    assert (await first).reply == b"1"


async def test_c15_the_key_of_another_client_gives_nothing(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    peer, session = await joined(server, client="c1")
    add(peer, 7, "hi")
    await peer.answer(7)
    thief, _ = await joined(server, client="c1")
    add(thief, 7, "hi")
    assert (await thief.answer(7))[2] == {"text": "hi 2"}
    forged, _ = await joined(server, client="c1", session=session[:-1] + ("A" if session[-1] != "A" else "B"))
    add(forged, 7, "hi")
    assert (await forged.answer(7))[2] == {"text": "hi 3"}
    assert rooms.effects == ["hi"] * 3


class Tokens:
    """A token is its subject."""

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        return Identity(subject=token)


async def test_c15_with_tokens_the_subject_is_the_owner_whatever_session_it_comes_by(rooms: Rooms) -> None:
    server = app(rooms=rooms, contract=dataclasses.replace(CONTRACT, auth=Auth(jwt=True)), auth=Tokens())
    for token, expected in (("ann", "hi 1"), ("ann", "hi 1"), ("ben", "hi 2")):
        peer = Peer(server, "c1", token=token)
        await welcome(peer)
        peer.tell("$join", 1, ROOM)
        await peer.answer(1)
        add(peer, 7, "hi")
        assert (await peer.answer(7))[2] == {"text": expected}
        peer.gone()


async def test_without_a_ref_nothing_is_remembered(rooms: Rooms) -> None:
    server = app(rooms=rooms)
    peer, _ = await joined(server)
    for _ in range(2):
        add(peer, 0, "hi")
    add(peer, 9, "last")
    await peer.answer(9)
    assert rooms.effects == ["hi", "hi", "last"]


async def test_after_the_window_it_is_a_new_request(rooms: Rooms) -> None:
    now = [1000.0]
    store = MemoryStore(clock=lambda: now[0])
    server = app(store, rooms)
    peer, _ = await joined(server)
    add(peer, 7, "hi")
    await peer.answer(7)
    now[0] += 61.0
    add(peer, 7, "hi")
    assert (await peer.answer(7))[2] == {"text": "hi 2"}


async def test_e6_a_flood_is_refused_and_others_are_served(rooms: Rooms) -> None:
    store = MemoryStore(outcomes=OutcomeLimits(per_owner=3, total=5))
    server = app(store, rooms)
    flooding, _ = await joined(server, "c1")
    for ref in range(11, 15):
        add(flooding, ref, "hi")
    assert [(await flooding.answer(ref))[0] for ref in range(11, 14)] == ["$reply"] * 3
    answer = await flooding.answer(14)
    assert (answer[2]["code"], answer[2]["retryable"]) == ("overloaded", True)
    other, _ = await joined(server, "c2")
    add(other, 7, "hi")
    assert (await other.answer(7))[0] == "$reply"
    add(flooding, 11, "hi")
    assert (await flooding.answer(11))[0] == "$reply"
    assert len(rooms.effects) == 4


async def test_it_survives_a_restart(tmp_path: Path, rooms: Rooms) -> None:
    server = app(SqliteStore(tmp_path / "it.db"), rooms)
    peer, session = await joined(server)
    add(peer, 7, "hi")
    first = await peer.answer(7)
    await server.stop()
    server = app(SqliteStore(tmp_path / "it.db"), rooms)
    peer, _ = await joined(server, session=session, ref=8)
    add(peer, 7, "hi")
    assert await peer.answer(7) == first
    assert rooms.effects == ["hi"]
    await server.stop()


async def test_a_dead_owner_leaves_an_unknown_outcome(tmp_path: Path, rooms: Rooms) -> None:
    """The server stops in the middle of the handler; the next one must not run it silently again."""
    server = app(SqliteStore(tmp_path / "it.db"), rooms)
    rooms.gate.clear()
    peer, session = await joined(server)
    add(peer, 7, "hi")
    await rooms.entered.wait()
    await server.stop(patience=0.0)
    server = app(SqliteStore(tmp_path / "it.db"), rooms)
    peer, _ = await joined(server, session=session, ref=8)
    add(peer, 7, "hi")
    answer = await peer.answer(7)
    assert (answer[2]["code"], answer[2]["retryable"]) == ("outcome_unknown", False)
    assert rooms.effects == ["hi"]
    await server.stop()


class Failing(MemoryOutcomes):
    """A store whose writes fail."""

    def settle(self, owner: str, request: str, outcome: bytes, window: float) -> "asyncio.Future[None]":
        super().settle(owner, request, outcome, window)
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        failed.set_exception(StoreUnavailable("the disk is full"))
        return failed


async def test_an_outcome_that_can_not_be_kept_is_told_all_the_same(rooms: Rooms) -> None:
    store = MemoryStore()
    store.outcomes = Failing()
    server = app(store, rooms)
    peer, _ = await joined(server)
    add(peer, 7, "hi")
    assert (await peer.answer(7))[2] == {"text": "hi 1"}


async def test_a_store_that_is_away_lets_no_request_begin(rooms: Rooms, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "it.db")
    server = app(store, rooms)
    peer, _ = await joined(server)
    await store.close()
    add(peer, 7, "hi")
    answer = await peer.answer(7)
    assert (answer[2]["code"], answer[2]["retryable"]) == ("unavailable", True)
    assert rooms.effects == []
