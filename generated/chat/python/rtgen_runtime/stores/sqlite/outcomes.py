"""Outcomes of requests: looked up in memory, written through to the file, and read back at the next start.

The file belongs to one process at a time. So whoever had begun a request that is still open when the file is opened
is dead, and the request is abandoned.
"""

import sqlite3
from asyncio import Future
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from rtgen_runtime.stores.interface import Claim, Standing
from rtgen_runtime.stores.outcomes import OutcomeLimits, OutcomeTable
from rtgen_runtime.stores.sqlite.writer import Writer, statement

_BEGIN: Final = (
    "INSERT OR REPLACE INTO outcomes (owner, request, digest, expires, version)"
    " VALUES (?, ?, ?, ?, ?)"
)
_SETTLE: Final = "UPDATE outcomes SET outcome=?, expires=? WHERE owner=? AND request=?"
_RELEASE: Final = "DELETE FROM outcomes WHERE owner=? AND request=?"
_EXPIRE: Final = "DELETE FROM outcomes WHERE expires <= ?"
_LOAD: Final = (
    "SELECT owner, request, digest, coalesce(outcome, x''), expires, version"
    " FROM outcomes"
)

_EXPIRED_EVERY: Final = 1000
"""Claims between two removals of what is over."""


Row = tuple[str, str, bytes, bytes, float, str]
"""Owner, request, digest, outcome (empty while it is open), Unix time of its end, version of the contract."""


def load(connection: sqlite3.Connection) -> list[Row]:
    """What another process left."""
    return connection.execute(_LOAD).fetchall()


class SqliteOutcomes:
    """Outcomes of one file."""

    def __init__(
        self,
        limits: OutcomeLimits,
        writer: Writer,
        clock: Callable[[], float],
        remembered: Iterable[Row],
    ) -> None:
        self._table = OutcomeTable(limits)
        self._writer = writer
        self._clock = clock
        self._claims = 0
        for owner, request, digest, outcome, expires, version in remembered:
            self._table.load(owner, request, digest, outcome, expires, version=version)
        self._table.expire(clock())

    def speak(self, version: str) -> None:
        """What is begun from now on is of this version of the contract."""
        self._table.version = version

    async def claim(
        self, owner: str, request: str, digest: bytes, window: float
    ) -> Claim:
        """Begin a request, unless it was begun before; on the disk before anybody works on it."""
        now = self._clock()
        found = self._table.claim(owner, request, digest, now + window, now)
        if found.standing is not Standing.NEW:
            return found
        self._claims += 1
        if self._claims % _EXPIRED_EVERY == 0:
            self._writer.submit(partial(statement, _EXPIRE, (now,)))
        row = owner, request, digest, now + window, self._table.version
        begun = partial(statement, _BEGIN, row)
        try:
            await self._writer.submit(begun)
        except BaseException:
            self._table.release(owner, request)
            raise
        return found

    def settle(
        self, owner: str, request: str, outcome: bytes, window: float
    ) -> "Future[None]":
        """Remember how it went."""
        expires = self._clock() + window
        self._table.settle(owner, request, outcome, expires)
        work = partial(statement, _SETTLE, (outcome, expires, owner, request))
        return self._writer.submit(work)

    def release(self, owner: str, request: str) -> "Future[None]":
        """Forget it."""
        self._table.release(owner, request)
        return self._writer.submit(partial(statement, _RELEASE, (owner, request)))
