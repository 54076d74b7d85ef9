"""One thread that writes: what comes while a transaction is being committed goes into the next one, together."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.stores.sqlite.file import DatabaseFile, unavailable

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], T]

_MOST_AT_ONCE: Final = 1000
"""Pieces of work in one transaction."""

_NOTED_EVERY: Final = 1.0
"""Seconds between notes beside the file on how far it has got."""


@dataclass(slots=True)
class _Piece(Generic[T]):
    work: Work[T]
    done: "asyncio.Future[T]"
    loop: asyncio.AbstractEventLoop
    result: Any = None


class _Outcome:
    """Keeps what a block raises: whatever it is, publishers must hear of it, and the thread must live on."""

    error: Exception | None = None

    def __enter__(self) -> None:
        """Nothing was raised yet."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Keep errors; let through what ends programs."""
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


class Writer:
    """Writes in the order of `submit`; a group of writes succeeds or fails together."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._writes = int(
            file.writing.execute(
                "SELECT value FROM meta WHERE key='writes'"
            ).fetchone()[0]
        )
        self._noted = 0.0
        self._queue: SimpleQueue[_Piece[Any] | None] = SimpleQueue()
        self._closed = False
        self.waiting = 0
        """Pieces of work without an answer."""
        self._thread = Thread(target=self._run, name="rtgen-store", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> "asyncio.Future[T]":
        """Do this work; its result, once it is committed.

        Raises:
            StoreUnavailable: In the future; nothing was changed.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        if self._closed:
            done.set_exception(StoreUnavailable("the store is closed"))
        else:
            self.waiting += 1
            self._queue.put(_Piece(work, done, loop))
        return done

    def close(self) -> None:
        """Commit what was submitted, then let go of the file. Blocks."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            pieces: list[_Piece[Any]] = []
            piece = self._queue.get()
            while piece is not None:
                pieces.append(piece)
                if len(pieces) == _MOST_AT_ONCE:
                    break
                try:
                    piece = self._queue.get_nowait()
                except Empty:
                    break
            going = piece is not None
            if pieces:
                self._settle(pieces, self._commit(pieces))
        self._file.close(self._writes)

    def _commit(self, pieces: list[_Piece[Any]]) -> Exception | None:
        connection = self._file.writing
        outcome = _Outcome()
        with outcome:
            connection.execute("BEGIN IMMEDIATE")
            for piece in pieces:
                piece.result = piece.work(connection)
            connection.execute(
                "UPDATE meta SET value=? WHERE key='writes'", (str(self._writes + 1),)
            )
            connection.execute("COMMIT")
        if outcome.error is not None:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(outcome.error, sqlite3.Error):
                return unavailable(outcome.error, self._file.path)
            return outcome.error
        self._writes += 1
        now = time.monotonic()
        if now >= self._noted + _NOTED_EVERY:
            self._noted = now
            self._file.note(self._writes)
        return None

    def _settle(self, pieces: list[_Piece[Any]], error: Exception | None) -> None:
        """Hand out the results in the order of submission."""
        loops: dict[asyncio.AbstractEventLoop, list[_Piece[Any]]] = {}
        for piece in pieces:
            loops.setdefault(piece.loop, []).append(piece)
        for loop, own in loops.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._resolve, own, error)

    def _resolve(self, pieces: list[_Piece[Any]], error: Exception | None) -> None:
        """In the event loop."""
        self.waiting -= len(pieces)
        for piece in pieces:
            if piece.done.done():
                continue
            if error is None:
                piece.done.set_result(piece.result)
            else:
                piece.done.set_exception(error)


def statement(
    sql: str, values: tuple[object, ...], connection: sqlite3.Connection
) -> None:
    """One statement as a piece of work."""
    connection.execute(sql, values)
