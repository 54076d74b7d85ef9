"""The file: what survives, what is noticed, and what is said when it can't be used."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.errors import CannotOpenStore, StoreUnavailable
from rtgen_runtime.history.interface import Cap, Position
from rtgen_runtime.stores.interface import Standing
from rtgen_runtime.stores.sqlite import mark
from rtgen_runtime.stores.sqlite.schema import VERSION
from rtgen_runtime.stores.sqlite.store import SqliteStore

SIZE = HistorySize(keep=10_000, seconds=86_400.0)
CAP = Cap(10_000, 1 << 24)
RUNTIME = Path(__file__).resolve().parents[3] / "templates" / "python" / "runtime"

PUBLISHER = """
import asyncio, sys
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.stores.sqlite.store import SqliteStore

async def publish(store, number):
    for count in range(100_000):
        position = await store.history.append("a", HistorySize(keep=10_000, seconds=86_400.0), "t", b"%d" % number)
        print(position.epoch, position.offset, flush=True)

async def main():
    store = SqliteStore(sys.argv[1], durability=sys.argv[2])
    await asyncio.gather(*[publish(store, number) for number in range(20)])

asyncio.run(main())
"""


async def append(store: SqliteStore, payload: bytes = b"1", address: str = "a") -> Position:
    return await store.history.append(address, SIZE, "t", payload)


async def epoch_of(path: Path) -> str:
    store = SqliteStore(path, durability="process")
    span = await store.history.read("a", SIZE, None, CAP)
    await store.close()
    return span.epoch


@pytest.fixture
async def left(tmp_path: Path) -> Path:
    """A file with three events, closed."""
    path = tmp_path / "it.db"
    store = SqliteStore(path, durability="process")
    for _ in range(3):
        await append(store)
    await store.close()
    return path


@pytest.mark.parametrize("durability", ["disk", "process"])
async def test_kill_9_loses_nothing_that_was_acknowledged_and_keeps_the_epoch(tmp_path: Path, durability: str) -> None:
    path = tmp_path / "it.db"
    environment = {**os.environ, "PYTHONPATH": str(RUNTIME)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PUBLISHER, str(path), durability, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    acknowledged = [await process.stdout.readline() for _ in range(300)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [line for line in (await process.stdout.read()).splitlines(keepends=True) if line.endswith(b"\n")]
    await process.wait()
    positions = [line.split() for line in acknowledged]
    store = SqliteStore(path, durability=durability)
    span = await store.history.read("a", SIZE, 0, CAP)
    assert {epoch.decode() for epoch, _ in positions} == {span.epoch}
    kept = {entry.offset for entry in span.entries}
    assert {int(offset) for _, offset in positions} <= kept
    assert kept == set(range(1, span.top + 1))
    assert (await append(store)).offset == span.top + 1
    await store.close()


async def test_acknowledgements_come_in_the_order_of_offsets(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "it.db", durability="process")
    seen: list[int] = []

    async def publish(number: int) -> None:
        seen.append((await append(store, b"%d" % number)).offset)

    await asyncio.gather(*[publish(number) for number in range(500)])
    span = await store.history.read("a", SIZE, 0, CAP)
    assert seen == list(range(1, 501))
    assert [int(entry.payload) for entry in span.entries] == list(range(500))
    await store.close()


async def test_a_restart_keeps_the_epoch(left: Path) -> None:
    assert await epoch_of(left) == await epoch_of(left)


async def test_a_file_that_was_put_in_the_place_of_another_begins_an_epoch(left: Path) -> None:
    before = await epoch_of(left)
    copy = left.with_name("copy.db")
    shutil.copy(left, copy)
    store = SqliteStore(left, durability="process")
    await append(store)
    await store.close()
    copy.replace(left)
    assert await epoch_of(left) != before


async def test_a_file_that_was_copied_here_begins_an_epoch(left: Path) -> None:
    before = await epoch_of(left)
    elsewhere = left.with_name("elsewhere.db")
    shutil.copy(left, elsewhere)
    assert await epoch_of(elsewhere) != before


async def test_a_file_that_lost_its_newest_writes_begins_an_epoch(left: Path) -> None:
    """As after a disk that lied, or a backup of the very same run laid over it."""
    before = await epoch_of(left)
    with sqlite3.connect(left) as connection:
        connection.execute("UPDATE meta SET value='1' WHERE key='writes'")
    connection.close()
    assert await epoch_of(left) != before


async def test_a_deleted_file_begins_an_epoch(left: Path) -> None:
    before = await epoch_of(left)
    await asyncio.to_thread(left.unlink)
    assert await epoch_of(left) != before


@pytest.mark.parametrize(("durability", "keeps"), [("disk", True), ("process", False)])
async def test_after_a_power_loss_only_the_disk_policy_keeps_the_epoch(
    tmp_path: Path, durability: str, keeps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "it.db"
    store = SqliteStore(path, durability=durability)
    before = (await append(store)).epoch
    written = json.loads(path.with_name("it.db-mark").read_text())
    await store.close()
    path.with_name("it.db-mark").write_text(json.dumps({**written, "clean": False}))
    monkeypatch.setattr(mark, "boot", lambda: "another run of the machine")
    assert (await epoch_of(path) == before) is keeps


async def test_another_process_that_has_it_is_named(left: Path) -> None:
    store = SqliteStore(left, durability="process")
    with pytest.raises(CannotOpenStore, match="in use by another process"):
        SqliteStore(left, patience=0.0)
    await store.close()
    await SqliteStore(left).close()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"PRAGMA user_version={VERSION + 1}", "made by a later version"),
        ("PRAGMA application_id=5", "a database of another program"),
    ],
)
async def test_a_file_of_others_is_left_alone(left: Path, statement: str, words: str) -> None:
    connection = sqlite3.connect(left)
    connection.execute(statement)
    connection.close()
    with pytest.raises(CannotOpenStore, match=words):
        SqliteStore(left)


@pytest.mark.parametrize(
    "content", [b"this is no database, but a text that somebody wrote" * 40, b"SQLite format 3\0" + b"x" * 5000]
)
async def test_what_is_no_database_is_named_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "it.db"
    path.write_bytes(content)
    with pytest.raises(CannotOpenStore, match=r"it\.db"):
        SqliteStore(path)
    assert path.read_bytes() == content


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotOpenStore, match="nowhere"):
        SqliteStore(tmp_path / "nowhere" / "it.db")


async def test_a_full_disk_fails_the_publisher_and_leaves_no_hole(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "it.db", durability="process")
    await append(store)
    connection = store._writer._file.writing
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreUnavailable, match="the disk is full") as raised:
        await append(store, b"x" * 100_000)
    assert raised.value.retryable
    connection.execute("PRAGMA max_page_count=1000000")
    assert (await append(store)).offset == 2
    await store.close()


async def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "it.db"
    store = SqliteStore(path, durability="process")
    for _ in range(200):
        await append(store, b"x" * 1000)
    await store.close()
    data = bytearray(path.read_bytes())
    data[4096 * 8 :] = b"\xff" * (len(data) - 4096 * 8)
    path.write_bytes(data)
    store = SqliteStore(path, durability="process")
    with pytest.raises(StoreUnavailable, match="damaged"):
        await store.history.read("a", SIZE, 0, CAP)
    await store.close()


async def test_a_closed_store_says_so(left: Path) -> None:
    store = SqliteStore(left, durability="process")
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await append(store)
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.history.read("a", SIZE, None, CAP)


async def test_addresses_whose_every_event_is_too_old_are_emptied(tmp_path: Path) -> None:
    now = [1000.0]
    store = SqliteStore(tmp_path / "it.db", durability="process", clock=lambda: now[0])
    short = HistorySize(keep=10, seconds=60.0)
    for number in range(5):
        await store.history.append(f"r{number}", short, "t", b"1")
    now[0] += 61.0
    await store.close()
    store = SqliteStore(tmp_path / "it.db", durability="process", clock=lambda: now[0])
    await store.history.append("r0", short, "t", b"2")
    await store.close()
    connection = sqlite3.connect(tmp_path / "it.db")
    assert connection.execute("SELECT count(*) FROM events").fetchone() == (1,)
    assert connection.execute("SELECT sum(top) FROM streams").fetchone() == (6,)
    connection.close()


async def test_outcomes_are_dropped_when_their_window_is_over(tmp_path: Path) -> None:
    now = [1000.0]

    def opened() -> SqliteStore:
        return SqliteStore(tmp_path / "it.db", durability="process", clock=lambda: now[0])

    store = opened()
    assert (await store.outcomes.claim("o", "1", b"d", 60.0)).standing is Standing.NEW
    await store.outcomes.settle("o", "1", b"Rdone", 60.0)
    assert (await store.outcomes.claim("o", "2", b"d", 60.0)).standing is Standing.NEW
    assert (await store.outcomes.claim("o", "2", b"d", 60.0)).standing is Standing.OPEN
    await store.close()
    store = opened()
    claim = await store.outcomes.claim("o", "1", b"d", 60.0)
    assert (claim.standing, claim.outcome) == (Standing.SETTLED, b"Rdone")
    assert (await store.outcomes.claim("o", "2", b"d", 60.0)).standing is Standing.ABANDONED
    await store.outcomes.release("o", "2")
    assert (await store.outcomes.claim("o", "2", b"d", 60.0)).standing is Standing.NEW
    await store.close()
    now[0] += 61.0
    store = opened()
    for request in ("1", "2"):
        assert (await store.outcomes.claim("o", request, b"e", 60.0)).standing is Standing.NEW
    await store.close()
