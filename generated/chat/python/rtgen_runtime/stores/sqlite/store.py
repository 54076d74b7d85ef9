"""One SQLite file that keeps everything of one server process."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Final

from rtgen_runtime.stores.outcomes import OutcomeLimits
from rtgen_runtime.stores.sqlite.file import DatabaseFile, Durability
from rtgen_runtime.stores.sqlite.history import SqliteHistory
from rtgen_runtime.stores.sqlite.latest import SqliteLatest
from rtgen_runtime.stores.sqlite.outcomes import SqliteOutcomes, load
from rtgen_runtime.stores.sqlite.reader import Reader
from rtgen_runtime.stores.sqlite.writer import Writer

_MOVE_VALUES: Final = "UPDATE OR IGNORE latest SET address=? WHERE address=?"
_TOPS: Final = "SELECT address, top FROM streams WHERE address IN (?, ?)"
_MOVE_STREAM: Final = "UPDATE streams SET address=? WHERE address=?"
_GO_ON_COUNTING: Final = (
    "INSERT INTO streams (address, top, first, invalidated) VALUES (?1, ?2, ?2 + 1, ?2)"
)


class SqliteStore:
    """The durable default of one node: a restart loses nothing that was acknowledged, and keeps the epoch.

    `durability` says what acknowledged means: `"disk"` survives a power loss, `"process"` the end of the process. The
    file is opened at once, and belongs to this process until `close`; another one that still has it gets `patience`
    seconds to let it go. Two small files stand beside it, `-mark` and `-lock`; a backup holds the database alone.

    Raises:
        CannotOpenStore: The file is none of ours, in use, damaged, or can't be written.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        durability: Durability | str = Durability.DISK,
        patience: float = 10.0,
        outcomes: OutcomeLimits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        file = DatabaseFile(Path(path), Durability(durability), patience)
        remembered = load(file.writing)
        self.session_key = file.session_key
        self._writer = Writer(file)
        self._reader = Reader(file)
        self.history = SqliteHistory(file.epoch, self._writer, self._reader, clock)
        self.latest = SqliteLatest(self._writer, self._reader)
        limits = outcomes or OutcomeLimits()
        self.outcomes = SqliteOutcomes(limits, self._writer, clock, remembered)

    def speak(self, version: str) -> None:
        """All that is kept from now on is of this version of the contract."""
        self.history.speak(version)
        self.latest.speak(version)
        self.outcomes.speak(version)

    def move(self, before: str, address: str) -> "asyncio.Future[None]":
        """Give what is kept of an address to another, in one transaction."""
        return self._writer.submit(partial(_move, before, address))

    async def settled(self) -> bool:
        """Wait until everything that was given is kept; whether there was anything."""
        if not self._writer.waiting:
            return False
        await self._writer.submit(lambda connection: None)
        return True

    async def close(self) -> None:
        """Commit what was given, and let another process have the file."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._close)

    def _close(self) -> None:
        self._reader.close()
        self._writer.close()


def _move(before: str, address: str, connection: sqlite3.Connection) -> None:
    """What the other address has stays."""
    connection.execute(_MOVE_VALUES, (address, before))
    tops = dict(connection.execute(_TOPS, (before, address)).fetchall())
    if before in tops and address not in tops:
        connection.execute(_MOVE_STREAM, (address, before))
        connection.execute(_GO_ON_COUNTING, (before, tops[before]))
