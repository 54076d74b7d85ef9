"""The database file: opened by one process at a time, checked, and with an epoch that keeps its word."""

import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

from rtgen_runtime.errors import CannotOpenStore, StoreUnavailable
from rtgen_runtime.stores.sqlite import mark
from rtgen_runtime.stores.sqlite.schema import APPLICATION, CREATE, VERSION, change

_logger: Final = logging.getLogger("rtgen.store")

_OLDEST_SQLITE: Final = (3, 35, 0)
"""The first with `RETURNING`."""

_LOCK_ALSO_WAITS: Final = 5.0
"""Seconds that a reader waits for a lock; the writer's own locks are short."""


class Durability(StrEnum):
    """What an acknowledged write survives."""

    DISK = "disk"
    """A power loss: each group of writes waits for the disk (`synchronous=FULL`)."""
    PROCESS = "process"
    """The end of the process, also by `kill -9`; a power loss may take the last moments (`synchronous=NORMAL`), which
    the next start notices, and tells the clients by a new epoch."""


class DatabaseFile:
    """One file that this process has for itself, until `close`.

    Raises:
        CannotOpenStore: It is no database of ours, of a later version, in use, damaged, or not to be written.
    """

    def __init__(self, path: Path, durability: Durability, patience: float) -> None:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            found = sqlite3.sqlite_version
            raise CannotOpenStore(f"SQLite 3.35 or later is needed, this is {found}")
        self.path = path
        self.epoch = ""
        self.session_key = b""
        self._durability = durability
        self._mark_path = path.with_name(path.name + "-mark")
        self._token = secrets.token_hex(8)
        with _said(path):
            self._lock = self._locked(patience)
            try:
                self.writing = self._connect()
                self._prepare()
            except BaseException:
                self._lock.close()
                raise

    def reader(self) -> sqlite3.Connection:
        """A connection that sees what is committed."""
        connection = self._connect()
        connection.execute("PRAGMA query_only=ON")
        return connection

    def note(self, writes: int) -> None:
        """Write down how far the database has got; without waiting, and without harm when it fails."""
        with contextlib.suppress(OSError):
            self._write_mark(writes, clean=False, synced=False)

    def close(self, writes: int) -> None:
        """Let another process have it."""
        self.writing.close()
        with contextlib.suppress(OSError):
            self._write_mark(writes, clean=True, synced=True)
        self._lock.close()

    def _locked(self, patience: float) -> sqlite3.Connection:
        """SQLite's own lock on a file beside it: gone with the process, on every system."""
        beside = self.path.with_name(self.path.name + "-lock")
        lock = sqlite3.connect(
            beside, timeout=patience, isolation_level=None, check_same_thread=False
        )
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                words = f"{self.path} is in use by another process"
                raise CannotOpenStore(words) from None
            raise
        return lock

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=_LOCK_ALSO_WAITS,
            isolation_level=None,
            check_same_thread=False,
        )
        full = self._durability is Durability.DISK
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}")
        connection.execute(f"PRAGMA fullfsync={'ON' if full else 'OFF'}")  # macOS
        connection.execute("PRAGMA journal_size_limit=16777216")
        return connection

    def _prepare(self) -> None:
        execute = self.writing.execute
        application = execute("PRAGMA application_id").fetchone()[0]
        version = execute("PRAGMA user_version").fetchone()[0]
        if application == 0 and version == 0 and not _tables(self.writing):
            self.writing.executescript(CREATE)
        elif application != APPLICATION:
            raise CannotOpenStore(f"{self.path} is a database of another program")
        elif version > VERSION:
            words = f"{self.path} was made by a later version (its tables: {version})"
            raise CannotOpenStore(words)
        elif version < VERSION:
            self.writing.executescript(change(version))
        self._choose_epoch()

    def _choose_epoch(self) -> None:
        meta = dict(self.writing.execute("SELECT key, value FROM meta"))
        self.epoch = meta["epoch"]
        self.session_key = bytes.fromhex(meta["session_key"])
        why = "" if not self.epoch else self._doubt(meta)
        if why:
            _logger.warning("%s: %s; a new epoch begins", self.path, why)
        if why or not self.epoch:
            self.epoch = secrets.token_hex(8)
        new = {
            "epoch": self.epoch,
            "token": self._token,
            "durability": self._durability.value,
        }
        self.writing.execute("BEGIN IMMEDIATE")
        self.writing.executemany(
            "UPDATE meta SET value=? WHERE key=?",
            [(value, key) for key, value in new.items()],
        )
        self.writing.execute("COMMIT")
        self._write_mark(int(meta["writes"]), clean=False, synced=True)

    def _doubt(self, meta: dict[str, str]) -> str:
        return mark.broken(
            mark.read(self._mark_path),
            meta["token"],
            int(meta["writes"]),
            self.path.stat().st_ino,
            survives_power=meta["durability"] == Durability.DISK.value,
        )

    def _write_mark(self, writes: int, *, clean: bool, synced: bool) -> None:
        inode = self.path.stat().st_ino
        now = mark.Mark(self._token, writes, inode, mark.boot(), clean)
        mark.write(self._mark_path, now, synced=synced)


def unavailable(error: sqlite3.Error, path: Path) -> StoreUnavailable:
    """What went wrong while serving, in words that say what to look at."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    words = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program holds a lock on it",
        sqlite3.SQLITE_LOCKED: "another program holds a lock on it",
        sqlite3.SQLITE_READONLY: "it may not be written",
        sqlite3.SQLITE_IOERR: "the disk gives an error",
        sqlite3.SQLITE_CORRUPT: "it is damaged; put a backup in its place",
        sqlite3.SQLITE_NOTADB: "it is no database any more; put a backup in its place",
    }
    return StoreUnavailable(f"{path}: {words.get(code, str(error))}")


def _tables(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(found[0])


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CannotOpenStore(str(unavailable(error, path))) from None
    except OSError as error:
        raise CannotOpenStore(f"{path}: {error.strerror or error}") from None
