"""One end of the connection between a worker and the exchange: a pair of Unix sockets that nobody else can open.

Messages go with their length before them, all of one turn of the event loop in one write. What one end has sent is
received in that order, which everything else here builds on.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final, Generic, TypeVar, cast

import msgspec

from rtgen_runtime.bus.messages import packed

M = TypeVar("M")

_LENGTH: Final = 4
LARGEST: Final = 256 * 1024 * 1024
"""Bytes of one message: more than a page of history, its caps taken together, can have."""

_logger: Final = logging.getLogger("rtgen.workers")


class Pipe(asyncio.Protocol, Generic[M]):
    """Calls `hear` with every message, and `lost` when the other end is gone."""

    def __init__(
        self,
        decoder: "msgspec.msgpack.Decoder[M]",
        hear: Callable[[M], None],
        lost: Callable[[], None],
    ) -> None:
        self._decoder = decoder
        self._hear = hear
        self._lost = lost
        self._rest = bytearray()
        self._waiting: list[bytes] = []
        self._size = 0
        self._transport: asyncio.Transport | None = None
        self.sent = 0
        """Messages."""

    @classmethod
    async def on(
        cls,
        end: socket.socket,
        decoder: "msgspec.msgpack.Decoder[M]",
        hear: Callable[[M], None],
        lost: Callable[[], None],
    ) -> "Pipe[M]":
        """Speak over a connected socket."""
        loop = asyncio.get_running_loop()
        _, pipe = await loop.create_unix_connection(
            lambda: cls(decoder, hear, lost), sock=end
        )
        return pipe

    @property
    def is_open(self) -> bool:
        """Whether the other end may still hear something."""
        return self._transport is not None

    @property
    def waiting(self) -> int:
        """Bytes that the other end has not taken yet."""
        if self._transport is None:
            return 0
        return self._size + self._transport.get_write_buffer_size()

    def send(self, message: object) -> None:
        """Send a message with the rest of this turn's."""
        self.send_packed(packed(message))

    def send_packed(self, message: bytes) -> None:
        """The same for what was packed already, for several."""
        if self._transport is None:
            return
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(len(message).to_bytes(_LENGTH, "big"))
        self._waiting.append(message)
        self._size += _LENGTH + len(message)
        self.sent += 1

    def close(self) -> None:
        """Send what waits, and hang up."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """For the event loop."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """For the event loop."""
        if self._rest:
            self._rest += data
            data = bytes(self._rest)
            self._rest.clear()
        start, end = 0, len(data)
        while end - start >= _LENGTH:
            size = int.from_bytes(data[start : start + _LENGTH], "big")
            if size > LARGEST:
                self._fail("a message is too large")
                return
            if end - start - _LENGTH < size:
                break
            start += _LENGTH
            self._take(data[start : start + size])
            start += size
        self._rest += data[start:]

    def connection_lost(self, _problem: Exception | None) -> None:
        """For the event loop."""
        self._transport = None
        self._waiting.clear()
        self._lost()

    def _take(self, message: bytes) -> None:
        try:
            heard = self._decoder.decode(message)
        except msgspec.MsgspecError as problem:  # of another version: not for us
            _logger.warning("a message of the bus was not understood: %s", problem)
            return
        try:
            self._hear(heard)
        except Exception:  # one message must not cost the others
            _logger.exception("a message of the bus could not be acted on")

    def _flush(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        if waiting and self._transport is not None:
            self._transport.write(b"".join(waiting))

    def _fail(self, words: str) -> None:
        _logger.error("the bus: %s", words)
        self.abort()


def ends() -> tuple[socket.socket, socket.socket]:
    """Both ends of a new connection, the second one for another process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    for each in ours, theirs:
        each.setblocking(False)
    return ours, theirs
