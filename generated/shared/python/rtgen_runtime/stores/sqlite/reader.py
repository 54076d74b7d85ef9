"""One thread that reads, so that neither the event loop nor the writer waits for it."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.stores.sqlite.file import DatabaseFile, unavailable

T = TypeVar("T")


class Reader:
    """Looks at what is committed; each look sees one moment."""

    def __init__(self, file: DatabaseFile) -> None:
        self._path = file.path
        self._connection = file.reader()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rtgen-read")
        self._closed = False

    async def look(self, at: Callable[[sqlite3.Connection], T]) -> T:
        """What the file holds.

        Raises:
            StoreUnavailable: It can't be read now.
        """
        if self._closed:
            raise StoreUnavailable("the store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._at_one_moment, at)

    def close(self) -> None:
        """Wait for the last look. Blocks."""
        if not self._closed:
            self._closed = True
            self._thread.shutdown()
            self._connection.close()

    def _at_one_moment(self, at: Callable[[sqlite3.Connection], T]) -> T:
        try:
            self._connection.execute("BEGIN")
            try:
                return at(self._connection)
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise unavailable(error, self._path) from None
