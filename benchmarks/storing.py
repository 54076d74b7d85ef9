"""What keeping costs: appends by durability and by number of publishers, and a storm of returning clients.

Other work loads the machine: rounds of both sides alternate, and of each figure the best round is taken; its median
and its 99 % are those of that figure's own best round.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from record import Row, write
from rtgen_runtime.declarations import Channel, Contract, HistorySize, ServerEvent
from rtgen_runtime.history.interface import Cap, History, Span
from rtgen_runtime.hub import Hub
from rtgen_runtime.outbox import Flusher, Outbox
from rtgen_runtime.router import Place
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.stores.sqlite.store import SqliteStore
from rtgen_runtime.validation import Schema

ROUNDS: Final = 11
FIGURES: Final = "The best of 11 rounds"
SIZE: Final = HistorySize(keep=1000, seconds=86_400.0)
PAYLOAD: Final = b'{"body":"' + b"x" * 280 + b'"}'
PUBLISHERS: Final = (1, 32, 1000)
APPENDS: Final = {1: 400, 32: 6_400, 1000: 10_000}
CLIENTS: Final = 10_000
MISSED: Final = 50


@dataclass(frozen=True, slots=True)
class Measured:
    """Appends a second, and milliseconds until an append was acknowledged."""

    rate: float
    median: float
    slowest: float
    """99 of 100 were quicker."""


async def publish(history: History, publishers: int) -> Measured:
    """Each publisher waits for its acknowledgement before it goes on."""
    times: list[float] = []

    async def one(number: int) -> None:
        for _ in range(APPENDS[publishers] // publishers):
            before = time.perf_counter()
            await history.append(f"rooms/{number % 50}", SIZE, "room.posted", PAYLOAD)
            times.append(time.perf_counter() - before)

    before = time.perf_counter()
    await asyncio.gather(*[one(number) for number in range(publishers)])
    took = time.perf_counter() - before
    times.sort()
    return Measured(len(times) / took, times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3)


async def one_by_one(path: Path) -> Measured:
    """What a handler would do by itself: one transaction for each event."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE events (address TEXT, payload BLOB)")
    times = []
    for number in range(APPENDS[1]):
        before = time.perf_counter()
        connection.execute("INSERT INTO events VALUES (?, ?)", (f"rooms/{number % 50}", PAYLOAD))
        times.append(time.perf_counter() - before)
    connection.close()
    times.sort()
    return Measured(len(times) / sum(times), times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3)


class Note(Struct):
    """A payload."""

    body: str


class NoParams(Struct):
    """Of an address without any."""


DOCUMENTS: Final[dict[str, object]] = {"Note": {"type": "object"}, "NoParams": {"type": "object"}}
POSTED: Final[ServerEvent[Note]] = ServerEvent("room.posted", payload=Schema("Note", Note, DOCUMENTS), recorded=True)
ROOM: Final = Channel("room", "room", Schema("NoParams", NoParams, DOCUMENTS), (POSTED,), SIZE)
CONTRACT: Final = Contract("bench", "1.0.0", "", (ROOM,))
PLACE: Final = Place(ROOM, "room", NoParams())


class Taken:
    """A socket that takes everything at once."""

    def write(self, frames: Sequence[bytes]) -> None:
        """As a transport does."""

    def buffered(self) -> int:
        """Nothing waits."""
        return 0

    def close(self, code: int, reason: str) -> None:
        """Not in this benchmark."""

    def fell_behind(self) -> None:
        """Not in this benchmark."""


class Counting:
    """A store whose reads are counted."""

    def __init__(self, store: Store) -> None:
        self.reads = 0
        self._read = store.history.read
        history: Any = store.history
        history.read = self.read

    async def read(self, address: str, size: HistorySize, after: int | None, cap: Cap) -> Span:
        """Count, then read."""
        self.reads += 1
        return await self._read(address, size, after, cap)


async def storm(store: Store) -> tuple[float, int]:
    """Ten thousand clients join again, from 50 positions; seconds until all have what they missed, and reads."""
    for _ in range(MISSED):
        await store.history.append("room", SIZE, "room.posted", PAYLOAD)
    counting = Counting(store)
    hub = Hub(CONTRACT, store, time.time)
    epoch = (await hub.keeper.position(PLACE)).epoch
    counting.reads = 0
    flusher = Flusher()

    async def rejoin(number: int) -> None:
        taken = Taken()
        outbox = Outbox(taken, 1 << 20, flusher, taken)
        subscription = hub.subscribe("room", outbox)
        given = await hub.keeper.catch_up(PLACE, (epoch, number % MISSED))
        subscription.release(given.replay)

    before = time.perf_counter()
    await asyncio.gather(*[rejoin(number) for number in range(CLIENTS)])
    await asyncio.sleep(0)
    return time.perf_counter() - before, counting.reads


async def rounds(folder: Path) -> tuple[dict[str, list[Measured]], dict[str, list[tuple[float, int]]]]:
    """Every side once a round, in turn."""
    appends: dict[str, list[Measured]] = {}
    storms: dict[str, list[tuple[float, int]]] = {}
    makers: dict[str, Callable[[Path], Store]] = {
        "disk": lambda path: SqliteStore(path, durability="disk"),
        "process": lambda path: SqliteStore(path, durability="process"),
        "memory": lambda _path: MemoryStore(),
    }
    for number in range(ROUNDS):
        alone = await one_by_one(folder / f"alone-{number}.db")
        appends.setdefault("plain sqlite3, 1", []).append(alone)
        for name, make in makers.items():
            for publishers in PUBLISHERS:
                store = make(folder / f"{name}-{number}-{publishers}.db")
                appends.setdefault(f"{name}, {publishers}", []).append(await publish(store.history, publishers))
                await store.close()
            store = make(folder / f"{name}-{number}-storm.db")
            storms.setdefault(name, []).append(await storm(store))
            await store.close()
    return appends, storms


def best(measured: Sequence[Measured]) -> Measured:
    """Of each figure the best round."""
    return Measured(
        max(each.rate for each in measured),
        min(each.median for each in measured),
        min(each.slowest for each in measured),
    )


def rows(appends: dict[str, list[Measured]], storms: dict[str, list[tuple[float, int]]]) -> list[Row]:
    """The table."""
    plain = best(appends["plain sqlite3, 1"])
    made = []
    for name, measured in appends.items():
        found = best(measured)
        side = "" if name.startswith("plain") else "plain sqlite3, 1"
        made.append(Row("append", name, found.rate, "/s", side, found.rate / plain.rate if side else None))
        made.append(
            Row("append, median", name, found.median, "ms", side, found.median / plain.median if side else None)
        )
        made.append(
            Row("append, 99 %", name, found.slowest, "ms", side, found.slowest / plain.slowest if side else None)
        )
    for name, both in storms.items():
        took = min(each[0] for each in both)
        reads = max(each[1] for each in both)
        made.append(Row(f"{CLIENTS:,} clients rejoin", name, took, "s"))
        made.append(Row(f"{CLIENTS:,} clients rejoin, reads of the store", name, reads, "", "", None, "1", reads == 1))
    return made


def main() -> None:
    """Measure, and write the results."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        appends, storms = asyncio.run(rounds(Path(folder)))
    write("storing", rows(appends, storms), ["msgspec"], {"sqlite": sqlite3.sqlite_version}, figures=FIGURES)


if __name__ == "__main__":
    main()
