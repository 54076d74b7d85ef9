"""Newest values and outcomes, on every store."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from redis_server import RedisServer
from redis_stores import redis_store
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.errors import StoreUnavailable, TooManyOutcomes
from rtgen_runtime.history.interface import Cap
from rtgen_runtime.stores.interface import Standing, Store
from rtgen_runtime.stores.memory import MemoryLatest, MemoryStore
from rtgen_runtime.stores.outcomes import OutcomeLimits, OutcomeTable
from rtgen_runtime.stores.sqlite.store import SqliteStore

Clock = Callable[[], float]
LIMITS = OutcomeLimits(per_owner=3, total=5)
Open = Callable[[Clock], Awaitable[Store]]
KINDS = ("memory", "sqlite", "redis")
SIZE = HistorySize(keep=5, seconds=60.0)

each_store = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def opened(kind: str, tmp_path: Path, redis: RedisServer) -> Open:
    """Opens the store, with a test's clock."""

    async def opened(clock: Clock) -> Store:
        match kind:
            case "memory":
                return MemoryStore(outcomes=LIMITS, clock=clock)
            case "sqlite":
                return SqliteStore(tmp_path / "it.db", durability="process", outcomes=LIMITS, clock=clock)
            case _:
                return await redis_store(redis.url, clock, limits=LIMITS)

    return opened


@each_store
async def test_the_newest_of_each_key_is_kept_apart(opened: Open) -> None:
    store = await opened(lambda: 1.0)
    keys = ["", '"tea"', '"te\\u0000a"', "5", "true", '"\'; DROP TABLE latest; --"', '"漢"']
    for key in keys:
        await store.latest.put("rooms/a", "t", key, b"old")
        await store.latest.put("rooms/a", "t", key, key.encode())
    await store.latest.put("rooms/a", "other", "", b"1")
    await store.latest.put("rooms/b", "t", "", b"2")
    await store.latest.remove("rooms/a", "other", "")
    await store.latest.remove("rooms/a", "never", "there")
    assert dict(await store.latest.read("rooms/a")) == {("t", key): key.encode() for key in keys}
    assert dict(await store.latest.read("rooms/b")) == {("t", ""): b"2"}
    assert dict(await store.latest.read("rooms/c")) == {}
    await store.close()


@each_store
async def test_a_recorded_event_becomes_the_newest_in_the_same_step(opened: Open) -> None:
    store = await opened(lambda: 1.0)
    await store.history.append("rooms/a", SIZE, "t", b"1", '"k"')
    await store.history.append("rooms/a", SIZE, "t", b"2", '"k"')
    await store.history.append("rooms/a", SIZE, "t", b"3")
    assert dict(await store.latest.read("rooms/a")) == {("t", '"k"'): b"2"}
    assert (await store.history.read("rooms/a", SIZE, None, Cap(1, 1))).top == 3
    await store.close()


@each_store
async def test_a_request_is_begun_once_and_remembered_for_its_window(opened: Open) -> None:
    now = [1000.0]
    store = await opened(lambda: now[0])
    claim = store.outcomes.claim
    assert (await claim("o", "1", b"d", 60.0)).standing is Standing.NEW
    again = await claim("o", "1", b"other", 60.0)
    assert (again.standing, again.digest) == (Standing.OPEN, b"d")
    now[0] += 59.0
    await store.outcomes.settle("o", "1", b"Rdone", 60.0)
    now[0] += 59.0
    again = await claim("o", "1", b"d", 60.0)
    assert (again.standing, again.digest, again.outcome) == (Standing.SETTLED, b"d", b"Rdone")
    now[0] += 2.0
    assert (await claim("o", "1", b"d", 60.0)).standing is Standing.NEW
    await store.outcomes.release("o", "1")
    assert (await claim("o", "1", b"d", 60.0)).standing is Standing.NEW
    await store.outcomes.settle("o", "1", b"", 60.0)
    assert (await claim("o", "1", b"d", 60.0)).standing is Standing.ABANDONED
    assert (await claim("p", "1", b"d", 60.0)).standing is Standing.NEW
    await store.close()


@each_store
async def test_a_handler_that_outlives_its_window_is_still_open(opened: Open) -> None:
    now = [1000.0]
    store = await opened(lambda: now[0])
    await store.outcomes.claim("o", "1", b"d", 1.0)
    now[0] += 50.0
    assert (await store.outcomes.claim("o", "1", b"d", 1.0)).standing is Standing.OPEN
    await store.close()


@each_store
async def test_e6_there_is_a_cap_for_each_owner_and_for_all(kind: str, opened: Open) -> None:
    now = [1000.0]
    store = await opened(lambda: now[0])
    for owner in ("a", "b"):
        for request in range(3 if owner == "a" else 2):
            await store.outcomes.claim(owner, str(request), b"d", 60.0)
            await store.outcomes.settle(owner, str(request), b"R", 60.0)
    with pytest.raises(TooManyOutcomes, match="this client"):
        await store.outcomes.claim("a", "9", b"d", 60.0)
    if kind != "redis":  # whose `maxmemory` is the cap for all
        with pytest.raises(TooManyOutcomes, match="too many requests"):
            await store.outcomes.claim("b", "9", b"d", 60.0)
    assert (await store.outcomes.claim("a", "0", b"d", 60.0)).standing is Standing.SETTLED
    now[0] += 61.0
    assert (await store.outcomes.claim("a", "9", b"d", 60.0)).standing is Standing.NEW
    await store.close()


async def test_bytes_and_values_are_bounded_too() -> None:
    table = OutcomeTable(OutcomeLimits(bytes=1000))
    table.claim("o", "1", b"d", 60.0, 0.0)
    table.settle("o", "1", b"x" * 900, 60.0)
    with pytest.raises(TooManyOutcomes):
        table.claim("o", "2", b"d", 60.0, 0.0)
    table.expire(60.0)
    assert len(table) == 0
    values = MemoryLatest(most=1)
    await values.put("a", "t", "", b"1")
    await values.put("a", "t", "", b"2")
    with pytest.raises(StoreUnavailable):
        await values.put("b", "t", "", b"1")
