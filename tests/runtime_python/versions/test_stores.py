"""What a server of an older version has kept, read by a newer one: events, newest values, remembered replies."""

import secrets
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis_server import RedisServer
from redis_stores import redis_store
from rtgen_runtime.app import App
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Cap
from rtgen_runtime.observing.stores import TimedStore
from rtgen_runtime.stores.interface import Standing, Store
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.stores.sqlite.store import SqliteStore
from versioned_rooms import ADDED, CONTRACT, NEWS, TOPIC, Guest, Note, Rooms, Shown, keep, serving

NOW, OLD = "rooms/a", "chambers/a"
SIZE = HistorySize(keep=500, seconds=3600.0)


Open = Callable[..., Awaitable[Any]]


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path, redis: RedisServer) -> AsyncIterator[Open]:
    """Gives the store, or the same one after a restart."""
    kept: list[Store] = []
    prefix = secrets.token_hex(8)

    async def again(store: Store | None = None) -> Store:
        if request.param == "memory":
            return store or MemoryStore()
        if store is not None:
            await store.close()
        if request.param == "redis":
            kept.append(await redis_store(redis.url, prefix=prefix))
        else:
            kept.append(SqliteStore(tmp_path / "it.db", durability="process"))
        return kept[-1]

    yield again
    for each in kept:
        await each.close()


def text(value: Any) -> bytes:
    return msgspec.json.encode(value)


async def written(store: Any, version: str = "1.0.0") -> None:
    """What 1.0.0 has kept: it knew rooms by the address that they have now."""
    store.speak(version)
    for tag, value in (
        ("chamber.put_in", {"words": "one"}),
        ("chamber.burnt", {"ash": 1}),
        ("chamber.put_in", {"words": "two", "parts": [{"text": "p"}]}),
        ("chamber.put_in", 7),
    ):
        await store.history.append(NOW, SIZE, tag, text(value))
    await store.latest.put(NOW, "chamber.topic", '"x"', text({"words": "t", "mood": "wild"}))
    await store.latest.put(NOW, "chamber.ash", "", text({"ash": 1}))


async def guest(server: App, version: str, address: str, since: int | None = 0) -> tuple[Guest, dict[str, Any]]:
    made = Guest(server)
    await made.enter(version, client=version)
    told = await made.inside(address)
    if since is not None:
        await made.rest()
        told = await made.inside(address, (told["epoch"], since))
    return made, told


async def test_events_of_before_are_replayed_in_the_words_of_now(opened: Open) -> None:
    store = await opened()
    await written(store)
    server = serving(await opened(store))
    await keep(server, ADDED, Note(text="new", mood="wild"))
    new, _ = await guest(server, "3.0.1", NOW)
    assert [frame[:2] + frame[3:] for frame in await new.rest()] == [
        ["room.added", 1, {"text": "one", "mood": "calm"}],
        ["chamber.burnt@1.0.0", 2, {"ash": 1}],
        ["room.added", 3, {"parts": [{"body": "p"}], "text": "two", "mood": "calm"}],
        ["room.added", 4, 7],
        ["room.added", 5, {"text": "new", "mood": "wild", "parts": []}],
    ]
    new.tell("$history", 9, NOW, {"limit": 2, "after": 0})
    assert [each[0] for each in (await new.answer(9))[2]["events"]] == ["room.added", "chamber.burnt@1.0.0"]


async def test_an_old_client_gets_them_back_as_they_were(opened: Open) -> None:
    store = await opened()
    await written(store)
    server = serving(await opened(store))
    old, told = await guest(server, "1.0.0", OLD)
    assert [frame[:2] + frame[3:] for frame in await old.rest()][:3] == [
        ["chamber.put_in", 1, {"words": "one", "parts": []}],
        ["chamber.burnt", 2, {"ash": 1}],
        ["chamber.put_in", 3, {"words": "two", "parts": [{"text": "p"}]}],
    ]
    assert told["replay"] == 4


async def test_newest_values_of_before(opened: Open) -> None:
    """Where both versions have one for the same key, the newer version's is the newest."""
    store = await opened()
    await written(store)
    store = await opened(store)
    server = serving(store)
    await keep(server, NEWS, Shown(mood="calm"))
    _, told = await guest(server, "3.0.1", NOW, None)
    topic = {"text": "t", "mood": "wild"}
    assert sorted(told["state"]) == [["room.news", {"mood": "calm"}], ["room.topic", topic]]
    await keep(server, TOPIC, Note(text="u", mood="wild"))
    server = serving(await opened(store))
    _, told = await guest(server, "3.0.1", NOW, None)
    assert ["room.topic", {"text": "u", "mood": "wild", "parts": []}] in told["state"]
    assert len(told["state"]) == 2


async def test_a_value_that_is_removed_stays_removed_under_its_old_name_too(opened: Open) -> None:
    store = await opened()
    await written(store)
    store = await opened(store)
    server = serving(store)
    place: Any = server.place(NOW)
    await server.hub.keeper.forget(place, "topic", "wild")
    server = serving(await opened(store))
    _, told = await guest(server, "3.0.1", NOW, None)
    assert "state" not in told


@pytest.mark.parametrize("version", ["", "3.0.0", "2.7.0"])
async def test_what_has_no_version_that_is_known_stays_as_it_is(opened: Open, version: str) -> None:
    store = await opened()
    await written(store, version)
    server = serving(await opened(store))
    new, _ = await guest(server, "3.0.1", NOW)
    assert [frame[0] for frame in await new.rest()] == [
        "chamber.put_in",
        "chamber.burnt",
        "chamber.put_in",
        "chamber.put_in",
    ]


@pytest.fixture(params=["memory", "sqlite"])
async def kept_here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "it.db", durability="process")
    yield store
    await store.close()


async def test_what_was_kept_under_an_older_address_is_found_and_positions_hold(kept_here: Any) -> None:
    kept_here.speak("1.0.0")
    for words in ("one", "two"):
        await kept_here.history.append(OLD, SIZE, "chamber.put_in", text({"words": words}))
    await kept_here.latest.put(OLD, "chamber.topic", '"x"', text({"words": "t"}))
    epoch = (await kept_here.history.read(OLD, SIZE, None, Cap(0, 0))).epoch
    server = serving(kept_here)
    old = Guest(server)
    await old.enter("1.0.0")
    told = await old.inside(OLD, (epoch, 1))
    assert (told["recovered"], told["replay"], told["state"]) == (
        True,
        1,
        [["chamber.topic", {"words": "t", "parts": []}]],
    )
    assert await old.rest() == [["chamber.put_in", 2, OLD, {"words": "two", "parts": []}]]
    assert await keep(server, ADDED, Note(text="three", mood="wild")) == 3


async def test_an_event_that_is_kept_first_comes_behind_what_was_there(kept_here: Any) -> None:
    """Nobody has read the address yet. Where an address has its own, what stands under its older name stays there."""
    kept_here.speak("1.0.0")
    await kept_here.history.append(OLD, SIZE, "chamber.put_in", text({"words": "one"}))
    server = serving(kept_here)
    assert await keep(server, ADDED, Note(text="two", mood="wild")) == 2
    late = await kept_here.history.append(OLD, SIZE, "chamber.put_in", text({"words": "late"}))
    assert late.offset == 2, "an old server that returns uses no offset twice at its address"
    again = serving(kept_here)
    new, told = await guest(again, "3.0.1", NOW)
    assert (told["offset"], [frame[3]["text"] for frame in await new.rest()]) == (2, ["one", "two"])


async def remembered(store: Any, outcome: bytes, version: str = "1.0.0") -> None:
    """A request of the client `old` with ref 5, answered by a server of an older version."""
    store.speak(version)
    owner = text(("club", "session", "s", "old")).decode()
    assert (await store.outcomes.claim(owner, "5", b"d" * 16, 60.0)).standing is Standing.NEW
    await store.outcomes.settle(owner, "5", outcome, 60.0)


async def asked_again(store: Store, version: str = "1.0.0") -> list[Any]:
    rooms = Rooms()
    server = serving(store, rooms)
    client = Guest(server)
    client.connection._session.id = "s"
    await client.enter(version, client="old")
    assert client.connection.session == "s"
    await client.inside(OLD if version == "1.0.0" else NOW)
    tag, value = (
        ("chamber.put", {"words": "hi"}) if version == "1.0.0" else ("room.add", {"text": "hi", "mood": "calm"})
    )
    client.tell(tag, 5, OLD if version == "1.0.0" else NOW, value)
    answer: list[Any] = await client.answer(5)
    assert rooms.taken == []
    return answer


async def test_a_remembered_reply_is_given_again(opened: Open) -> None:
    store = await opened()
    await remembered(store, b'R{"words":"then","parts":[]}')
    store = await opened(store)
    assert await asked_again(store) == ["$reply", 5, {"words": "then", "parts": []}]
    assert await asked_again(store, "3.0.1") == ["$reply", 5, {"text": "then", "parts": [], "mood": "calm"}]


async def test_a_remembered_error_is_given_again(opened: Open) -> None:
    store = await opened()
    await remembered(store, b"E" + text(("no_room", "No.", "chamber.put", '{"limit":3}')))
    store = await opened(store)
    info = (await asked_again(store))[2]
    assert (info["code"], info["data"], info["tag"]) == ("no_room", {"limit": 3}, "chamber.put")
    info = (await asked_again(store, "3.0.1"))[2]
    assert (info["code"], info["data"], info["tag"]) == ("full", {"most": 3}, "room.add")


async def test_a_reply_that_can_not_be_told_any_more_is_an_unknown_outcome(opened: Open) -> None:
    store = await opened()
    await remembered(store, b"E" + text(("no_room", "No.", "chamber.put", '{"bound":3}')))
    assert (await asked_again(await opened(store), "3.0.1"))[2]["code"] == "outcome_unknown"


async def test_content_is_compared_within_a_version(opened: Open) -> None:
    store = await opened()
    await remembered(store, b"Rnull", CONTRACT.version)
    assert (await asked_again(await opened(store), "3.0.1"))[2]["code"] == "ref_reused"


async def test_a_server_without_older_versions_reads_its_store_as_it_is() -> None:
    store = MemoryStore()
    server = serving(store, contract=replace(CONTRACT, versions=()))
    timed = server.hub.keeper.store
    assert isinstance(timed, TimedStore)
    assert timed.behind is store


async def test_a_file_of_before_gets_its_columns_and_keeps_what_it_has(tmp_path: Path) -> None:
    """Its tables are those of version 1: without the versions of contracts."""
    path = tmp_path / "it.db"
    first = SqliteStore(path, durability="process")
    await written(first, "")
    epoch = (await first.history.read(NOW, SIZE, None, Cap(0, 0))).epoch
    await first.close()
    with sqlite3.connect(path) as file:
        for table in ("events", "latest", "outcomes"):
            file.execute(f"ALTER TABLE {table} DROP COLUMN version")
        file.execute("PRAGMA user_version=1")
    file.close()
    again = SqliteStore(path, durability="process")
    span = await again.history.read(NOW, SIZE, 0, Cap(10, 10_000))
    assert (span.epoch, [entry.version for entry in span.entries]) == (epoch, [""] * 4)
    again.speak("3.0.1")
    await again.history.append(NOW, SIZE, "room.added", b"{}")
    await again.close()
    last = SqliteStore(path, durability="process")
    span = await last.history.read(NOW, SIZE, 4, Cap(10, 10_000))
    assert [entry.version for entry in span.entries][-1] == "3.0.1"
    await last.close()
