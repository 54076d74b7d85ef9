"""Newest values in the file."""

import sqlite3
from asyncio import Future
from collections.abc import Mapping
from functools import partial
from typing import Final

from rtgen_runtime.stores.interface import LatestValue
from rtgen_runtime.stores.sqlite.reader import Reader
from rtgen_runtime.stores.sqlite.writer import Writer, statement

PUT: Final = """
INSERT INTO latest (address, tag, key, payload, version) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET payload=excluded.payload, version=excluded.version
"""
_REMOVE: Final = "DELETE FROM latest WHERE address=? AND tag=? AND key=?"
_READ: Final = "SELECT tag, key, payload, version FROM latest WHERE address=?"


class SqliteLatest:
    """Newest values of one file."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._version = ""

    def speak(self, version: str) -> None:
        """What is put from now on is of this version of the contract."""
        self._version = version

    def put(self, address: str, tag: str, key: str, payload: bytes) -> "Future[None]":
        """Keep a payload."""
        return self._writer.submit(
            partial(statement, PUT, (address, tag, key, payload, self._version))
        )

    def remove(self, address: str, tag: str, key: str) -> "Future[None]":
        """Keep nothing for a key."""
        return self._writer.submit(partial(statement, _REMOVE, (address, tag, key)))

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
        found = await self.written(address)
        return {name: value.payload for name, value in found.items()}

    async def written(self, address: str) -> Mapping[tuple[str, str], LatestValue]:
        """The same, with their versions."""
        return await self._reader.look(partial(_read, address))


def _read(
    address: str, connection: sqlite3.Connection
) -> Mapping[tuple[str, str], LatestValue]:
    rows = connection.execute(_READ, (address,))
    return {(tag, key): LatestValue(*value) for tag, key, *value in rows}
