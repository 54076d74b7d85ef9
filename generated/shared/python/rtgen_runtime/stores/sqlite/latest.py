"""Newest values in the file."""

import sqlite3
from asyncio import Future
from collections.abc import Mapping
from functools import partial
from typing import Final

from rtgen_runtime.stores.sqlite.reader import Reader
from rtgen_runtime.stores.sqlite.writer import Writer, statement

PUT: Final = "INSERT INTO latest VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET payload=excluded.payload"
_REMOVE: Final = "DELETE FROM latest WHERE address=? AND tag=? AND key=?"
_READ: Final = "SELECT tag, key, payload FROM latest WHERE address=?"


class SqliteLatest:
    """Newest values of one file."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    def put(self, address: str, tag: str, key: str, payload: bytes) -> "Future[None]":
        """Keep a payload."""
        return self._writer.submit(
            partial(statement, PUT, (address, tag, key, payload))
        )

    def remove(self, address: str, tag: str, key: str) -> "Future[None]":
        """Keep nothing for a key."""
        return self._writer.submit(partial(statement, _REMOVE, (address, tag, key)))

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
        return await self._reader.look(partial(_read, address))


def _read(
    address: str, connection: sqlite3.Connection
) -> Mapping[tuple[str, str], bytes]:
    rows = connection.execute(_READ, (address,))
    return {(tag, key): payload for tag, key, payload in rows}
