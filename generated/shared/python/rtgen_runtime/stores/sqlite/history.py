"""Recorded events in the file: offsets are counted in its transactions, and trimming is part of appending."""

import sqlite3
from asyncio import Future
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import (
    Cap,
    Entry,
    HistoryPage,
    PageQuery,
    Position,
    Span,
    page_of,
)
from rtgen_runtime.stores.sqlite.latest import PUT
from rtgen_runtime.stores.sqlite.reader import Reader
from rtgen_runtime.stores.sqlite.writer import Work, Writer, statement

_SWEPT_EVERY: Final = 10_000
"""Appends between two looks for addresses whose every event is too old."""

_TRIMMED_AT_ONCE: Final = 64

_COUNT = """
INSERT INTO streams (address, top, bytes, oldest, expires) VALUES (?1, 1, ?2, ?3, ?4)
ON CONFLICT (address) DO UPDATE SET
  top = top + 1, bytes = bytes + ?2, expires = ?4,
  oldest = CASE WHEN first > top THEN ?3 ELSE oldest END
RETURNING id, top, first, bytes, oldest
"""
_ADD = "INSERT INTO events (stream, position, tag, recorded, payload, version) VALUES (?, ?, ?, ?, ?, ?)"
_FIRST = "SELECT position, recorded, length(payload) FROM events WHERE stream=? ORDER BY position LIMIT ?"
_CLEAR = """
INSERT INTO streams (address, top, first, invalidated) VALUES (?1, 1, 2, 1)
ON CONFLICT (address) DO UPDATE SET top = top + 1, first = top + 2, invalidated = top + 1, bytes = 0, oldest = 0
RETURNING id, top
"""
_SWEEP = "DELETE FROM events WHERE stream IN (SELECT id FROM streams WHERE expires < ?1 AND first <= top)"
_SWEPT = (
    "UPDATE streams SET first = top + 1, bytes = 0 WHERE expires < ?1 AND first <= top"
)
_NEXT_FRESH = "SELECT position FROM events WHERE stream=? AND recorded + ? >= ? ORDER BY position LIMIT 1"
_KEEP = "UPDATE streams SET first=?, bytes=?, oldest=? WHERE id=?"
_EVENTS = "SELECT position, tag, payload, recorded, version FROM events WHERE stream=? AND position BETWEEN ? AND ?"
_UP = f"{_EVENTS} ORDER BY position LIMIT ?"
_DOWN = f"{_EVENTS} ORDER BY position DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class _Stream:
    id: int
    top: int
    oldest: int
    invalidated: int


class SqliteHistory:
    """The history of one file. The epoch is the file's: an address that is made anew goes on counting."""

    def __init__(
        self, epoch: str, writer: Writer, reader: Reader, clock: Callable[[], float]
    ) -> None:
        self._epoch = epoch
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._appended = 0
        self._version = ""

    def speak(self, version: str) -> None:
        """What is appended from now on is of this version of the contract."""
        self._version = version

    def append(
        self,
        address: str,
        size: HistorySize,
        tag: str,
        payload: bytes,
        newest: str | None = None,
    ) -> "Future[Position]":
        """Keep an event; its position, once the transaction is committed."""
        self._appended += 1
        if self._appended % _SWEPT_EVERY == 1:
            self._writer.submit(partial(_sweep, self._clock()))
        entry = Entry(0, tag, payload, self._clock(), self._version)
        appending = partial(_append, self._epoch, address, size, entry)
        if newest is None:
            return self._writer.submit(appending)
        value = (address, tag, newest, payload, self._version)
        return self._writer.submit(partial(_append_newest, appending, value))

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events, if there are any beyond `after`."""
        span = await self._reader.look(
            partial(_read, address, size, after=after, cap=cap, now=self._clock())
        )
        return replace(span, epoch=self._epoch)

    async def page(
        self, address: str, size: HistorySize, query: PageQuery, cap: Cap
    ) -> HistoryPage:
        """Some events, at least one if there is any."""
        limit = max(1, min(query.limit, cap.events))
        within = replace(query, limit=limit)
        kept = await self._reader.look(
            partial(_around, address, size, query=within, now=self._clock())
        )
        return page_of(self._epoch, kept, within, cap)

    def invalidate(self, address: str) -> "Future[Position]":
        """Forget the events of an address."""
        return self._writer.submit(partial(_invalidate, self._epoch, address))


def _append(
    epoch: str,
    address: str,
    size: HistorySize,
    entry: Entry,
    connection: sqlite3.Connection,
) -> Position:
    now = entry.recorded
    given = (address, len(entry.payload), now, now + size.seconds)
    stream, *edges = connection.execute(_COUNT, given).fetchone()
    kept = _Kept(*edges)
    row = (stream, kept.top, entry.tag, now, entry.payload, entry.version)
    connection.execute(_ADD, row)
    while kept.has_surplus(size, now):
        kept = _trim(connection, stream, size, kept, now)
    return Position(epoch, kept.top)


def _append_newest(
    appending: Work[Position],
    value: tuple[object, ...],
    connection: sqlite3.Connection,
) -> Position:
    statement(PUT, value, connection)
    return appending(connection)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What one address has: its last and first offset, bytes, and the time of the first event."""

    top: int
    first: int
    held: int
    oldest: float

    def has_surplus(self, size: HistorySize, now: float) -> bool:
        count = self.top - self.first + 1
        too_large = size.bytes is not None and self.held > size.bytes
        too_old = self.oldest + size.seconds < now
        return count > 0 and (count > size.keep or too_old or too_large)


def _trim(
    connection: sqlite3.Connection,
    stream: int,
    size: HistorySize,
    kept: _Kept,
    now: float,
) -> _Kept:
    """Forget the surplus among the first few events."""
    kept = replace(kept, first=kept.top + 1)
    rows = connection.execute(_FIRST, (stream, _TRIMMED_AT_ONCE)).fetchall()
    for position, recorded, length in rows:
        kept = replace(kept, first=position, oldest=recorded)
        if not kept.has_surplus(size, now):
            break
        kept = replace(kept, first=position + 1, held=kept.held - length)
    gone = (stream, kept.first)
    connection.execute("DELETE FROM events WHERE stream=? AND position<?", gone)
    edges = (kept.first, kept.held, kept.oldest, stream)
    connection.execute(_KEEP, edges)
    return kept


def _invalidate(epoch: str, address: str, connection: sqlite3.Connection) -> Position:
    stream, top = connection.execute(_CLEAR, (address,)).fetchone()
    connection.execute("DELETE FROM events WHERE stream=?", (stream,))
    return Position(epoch, top)


def _sweep(now: float, connection: sqlite3.Connection) -> None:
    connection.execute(_SWEEP, (now,))
    connection.execute(_SWEPT, (now,))


def _stream(
    connection: sqlite3.Connection, address: str, size: HistorySize, now: float
) -> _Stream | None:
    row = connection.execute(
        "SELECT id, top, invalidated FROM streams WHERE address=?", (address,)
    ).fetchone()
    if row is None:
        return None
    stream, top, invalidated = row
    fresh = connection.execute(_NEXT_FRESH, (stream, size.seconds, now)).fetchone()
    return _Stream(stream, top, top + 1 if fresh is None else fresh[0], invalidated)


def _read(
    address: str,
    size: HistorySize,
    connection: sqlite3.Connection,
    *,
    after: int | None,
    cap: Cap,
    now: float,
) -> Span:
    stream = _stream(connection, address, size, now)
    if stream is None:
        return Span("", 0, 1)
    entries: list[Entry] = []
    if after is not None and after < stream.top:
        entries = _newest(connection, stream, cap)
    return Span("", stream.top, stream.oldest, stream.invalidated, tuple(entries))


def _newest(connection: sqlite3.Connection, stream: _Stream, cap: Cap) -> list[Entry]:
    given = (stream.id, stream.oldest, stream.top, cap.events)
    entries, held = [], 0
    for row in connection.execute(_DOWN, given):
        entry = Entry(*row)
        held += len(entry.payload)
        if held > cap.bytes:
            break
        entries.append(entry)
    return entries[::-1]


def _around(
    address: str,
    size: HistorySize,
    connection: sqlite3.Connection,
    *,
    query: PageQuery,
    now: float,
) -> tuple[Entry, ...]:
    """What a page may hold, and one event more."""
    stream = _stream(connection, address, size, now)
    if stream is None:
        return ()
    first = max(stream.oldest, (query.after or 0) + 1)
    last = stream.top if query.before is None else min(stream.top, query.before - 1)
    given = (stream.id, first, last, query.limit + 1)
    if query.after is not None:
        return tuple(Entry(*row) for row in connection.execute(_UP, given))
    rows = connection.execute(_DOWN, given).fetchall()
    return tuple(Entry(*row) for row in reversed(rows))
