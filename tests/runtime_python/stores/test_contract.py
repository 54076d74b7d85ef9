"""One suite for every store: whatever is done in whatever order, it behaves like the model. A new store is one row."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

import pytest
from history_model import ADDRESSES, SIZE, ModelAddress
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis_server import RedisServer
from redis_stores import redis_store
from rtgen_runtime.history.interface import Cap, History, PageQuery
from rtgen_runtime.history.memory import MemoryHistory
from rtgen_runtime.redis.store import RedisStore
from rtgen_runtime.stores.sqlite.store import SqliteStore

T = TypeVar("T")


class Kept(Protocol):
    """A store that a test can stop and start; its clock is the test's."""

    survives: bool
    shares_epoch: bool
    """Whether all addresses have the same one."""

    @property
    def history(self) -> History: ...

    async def start(self) -> None: ...

    async def restart(self) -> None: ...

    async def close(self) -> None: ...


class InMemory:
    survives = False
    shares_epoch = True

    def __init__(self, _folder: Path, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.history = MemoryHistory(clock=clock)

    async def start(self) -> None:
        pass

    async def restart(self) -> None:
        self.history = MemoryHistory(clock=self._clock)

    async def close(self) -> None:
        pass


class InSqlite:
    survives = True
    shares_epoch = True

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._make = partial(SqliteStore, folder / "it.db", durability="process", clock=clock)
        self._store = self._make()

    @property
    def history(self) -> History:
        return self._store.history

    async def start(self) -> None:
        pass

    async def restart(self) -> None:
        await self._store.close()
        self._store = self._make()

    async def close(self) -> None:
        await self._store.close()


class InRedis:
    survives = True
    shares_epoch = False

    def __init__(self, url: str, _folder: Path, clock: Callable[[], float]) -> None:
        self._make = partial(redis_store, url, clock, prefix=secrets.token_hex(8))
        self._store: RedisStore

    @property
    def history(self) -> History:
        return self._store.history

    async def start(self) -> None:
        self._store = await self._make()

    async def restart(self) -> None:
        await self._store.close()
        await self.start()

    async def close(self) -> None:
        await self._store.close()


STORES: dict[str, Callable[[Path, Callable[[], float]], Kept]] = {"memory": InMemory, "sqlite": InSqlite}


class HistoryMachine(RuleBasedStateMachine):
    """Publications, readings, time and restarts, on the store and on the model."""

    make: Callable[[Path, Callable[[], float]], Kept]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.now = 1000.0
        self.kept = type(self).make(Path(self.folder.name), lambda: self.now)
        self.model = {address: ModelAddress() for address in ADDRESSES}
        self.epochs: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.run(self.kept.start)
        self.epoch_of = self.read_epochs()
        self.epochs.update(self.epoch_of.values())

    def read_epochs(self) -> dict[str, str]:
        """By address: one for all of them, or one each; it stays as long as what is kept."""
        found = {address: self.read_epoch(address) for address in ADDRESSES}
        assert len(set(found.values())) == (1 if self.kept.shares_epoch else len(ADDRESSES))
        return found

    def read_epoch(self, address: str) -> str:
        return self.run(lambda: self.kept.history.read(address, SIZE, None, Cap(1, 1))).epoch

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        async def wait() -> T:
            return await work()

        return self.loop.run_until_complete(wait())

    def teardown(self) -> None:
        self.run(self.kept.close)
        self.loop.close()
        self.folder.cleanup()

    @rule(address=st.sampled_from(ADDRESSES), size=st.integers(0, 45), times=st.integers(1, 9))
    def append(self, address: str, size: int, times: int) -> None:
        """At once, as concurrent publishers do."""
        payloads = [b"x" * size + str(number).encode() for number in range(times)]

        async def all_of_them() -> list[tuple[str, int]]:
            return list(
                await asyncio.gather(*[self.kept.history.append(address, SIZE, "t", each) for each in payloads])
            )

        positions = self.run(all_of_them)
        model = self.model[address]
        for payload in payloads:
            model.append("t", payload, self.now)
            model.prune(self.now)
        assert positions == [(self.epoch_of[address], offset) for offset in range(model.top - times + 1, model.top + 1)]

    @rule(seconds=st.sampled_from([0.0, 1.0, 20.0, 50.0, 51.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(address=st.sampled_from(ADDRESSES))
    def invalidate(self, address: str) -> None:
        model = self.model[address]
        model.invalidate()
        assert self.run(lambda: self.kept.history.invalidate(address)) == (self.epoch_of[address], model.top)

    @rule(
        address=st.sampled_from(ADDRESSES),
        after=st.none() | st.integers(0, 20),
        events=st.integers(1, 8),
        size=st.sampled_from([1, 10, 30, 1000]),
    )
    def read(self, address: str, after: int | None, events: int, size: int) -> None:
        model, cap = self.model[address], Cap(events, size)
        model.prune(self.now)
        span = self.run(lambda: self.kept.history.read(address, SIZE, after, cap))
        expected = model.read(after, cap)
        assert (span.top, span.oldest, span.invalidated) == (expected.top, expected.oldest, expected.invalidated)
        assert span.entries == expected.entries
        assert span.epoch == self.epoch_of[address]

    @rule(
        address=st.sampled_from(ADDRESSES),
        after=st.none() | st.integers(0, 12),
        before=st.none() | st.integers(1, 14),
        limit=st.integers(1, 5),
        size=st.sampled_from([1, 30, 1000]),
    )
    def page(self, address: str, after: int | None, before: int | None, limit: int, size: int) -> None:
        model, cap, query = self.model[address], Cap(4, size), PageQuery(limit, after, before)
        model.prune(self.now)
        page = self.run(lambda: self.kept.history.page(address, SIZE, query, cap))
        assert (page.entries, page.more) == model.page(query, cap)
        assert page.epoch == self.epoch_of[address]

    @rule()
    def restart(self) -> None:
        self.run(self.kept.restart)
        epoch_of = self.read_epochs()
        if self.kept.survives:
            assert epoch_of == self.epoch_of
            return
        assert not self.epochs.intersection(epoch_of.values())
        self.epochs.update(epoch_of.values())
        self.epoch_of, self.model = epoch_of, {address: ModelAddress() for address in ADDRESSES}

    @invariant()
    def what_is_kept_has_no_holes(self) -> None:
        for address in ADDRESSES:
            span = self.run(partial(self.kept.history.read, address, SIZE, 0, Cap(100, 1000)))
            offsets = [entry.offset for entry in span.entries]
            assert offsets == list(range(span.oldest, span.top + 1))


@pytest.mark.parametrize("store", [*STORES, "redis"])
def test_a_store_behaves_like_the_model(store: str, redis: RedisServer) -> None:
    make = partial(InRedis, redis.url) if store == "redis" else STORES[store]
    machine = type("Machine", (HistoryMachine,), {"make": staticmethod(make)})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
