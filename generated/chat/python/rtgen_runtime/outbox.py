"""What waits to be written to one client: bounded in bytes, written once for each turn of the event loop."""

import asyncio
from collections.abc import Callable

from rtgen_runtime.transports.interface import Link


class Flusher:
    """Flushes the outboxes that got something during this turn of the loop: one callback for all of them."""

    def __init__(self) -> None:
        self._waiting: list[Outbox] = []

    def add(self, outbox: "Outbox") -> None:
        """Flush it soon."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(outbox)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for outbox in waiting:
            outbox.flush()


class Outbox:
    """Frames for one client. What the socket's own buffer holds counts against the limit too.

    Beyond the limit `overflow` is called, once; the client is too slow and must come back with its positions.
    """

    __slots__ = (
        "_closed",
        "_flusher",
        "_frames",
        "_limit",
        "_link",
        "_overflow",
        "_size",
    )

    def __init__(
        self, link: Link, limit: int, flusher: Flusher, overflow: Callable[[], None]
    ) -> None:
        self._link = link
        self._limit = limit
        self._flusher = flusher
        self._overflow = overflow
        self._frames: list[bytes] = []
        self._size = 0
        self._closed = False

    @property
    def limit(self) -> int:
        """Bytes that may wait."""
        return self._limit

    def add(self, frame: bytes) -> None:
        """Send a frame with the rest of this turn's."""
        if self._closed:
            return
        if not self._frames:
            self._flusher.add(self)
        self._frames.append(frame)
        self._size += len(frame)
        if self._size > self._limit:
            self._give_up()

    def flush(self) -> None:
        """Write what waits."""
        if not self._frames:
            return
        if self._size + self._link.buffered() > self._limit:
            self._give_up()
            return
        frames, self._frames, self._size = self._frames, [], 0
        self._link.write(frames)

    def close(self, code: int, reason: str) -> None:
        """Write what waits, then end the connection."""
        if self._closed:
            return
        self._closed = True
        if self._frames:
            self._link.write(self._frames)
            self._frames = []
        self._link.close(code, reason)

    def discard(self) -> None:
        """The connection is gone."""
        self._closed = True
        self._frames = []
        self._size = 0

    def _give_up(self) -> None:
        self._frames, self._size = [], 0
        self._overflow()
