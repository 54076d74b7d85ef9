"""One socket to a Redis, as bytes: what is written in one turn of the event loop goes in one write.

Idea: replies come in the order of the commands, so a line of callbacks is all that is needed to tell whose they are.
hiredis parses. No client library stands between: what is sent again, and until when, is what nodes promise.
"""

import asyncio
import importlib
from collections.abc import Callable
from typing import Any, Final, cast

Reply = Any
"""int, bytes, list, None, or a `ReplyError`."""

Argument = bytes | str | int | float

_hiredis: Final[Any] = importlib.import_module("hiredis")
"""By name, so that type checkers don't miss it where no Redis is used and it is not installed."""
_pack: Final[Callable[[tuple[Argument, ...]], bytes]] = _hiredis.pack_command

ReplyError: Final[type[Exception]] = _hiredis.ReplyError
"""What Redis refuses, in its words."""


def packed(*arguments: Argument) -> bytes:
    """A command as it travels."""
    return _pack(arguments)


class Wire(asyncio.Protocol):
    """Calls `hear` with every reply, in order, and `lost` once in the end."""

    def __init__(self) -> None:
        self.hear: Callable[[Reply], None] = lambda _reply: None
        self.lost: Callable[[], None] = lambda: None
        self.peer: tuple[str, int] = ("", 0)
        self.process = ""
        """Which Redis process it is, since when: two wires to the same have the same."""
        self._reader = _hiredis.Reader()
        self._transport: asyncio.Transport | None = None
        self.filled: Callable[[], None] = lambda: None
        """Called before a turn's writing: a last occasion to add to it."""
        self._waiting: list[bytes] = []
        self._is_coming = False
        self._is_over = False
        self._why = "the connection was closed"

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return self._transport is not None and not self._is_over

    @property
    def behind(self) -> int:
        """Bytes that Redis has not taken yet."""
        transport = self._transport
        return 0 if transport is None else transport.get_write_buffer_size()

    def write(self, command: bytes) -> None:
        """Send with the rest of this turn's."""
        self._waiting.append(command)
        self.soon()

    def soon(self) -> None:
        """Write with the end of this turn."""
        if not self._is_coming:
            self._is_coming = True
            asyncio.get_running_loop().call_soon(self._flush)

    async def ask(self, *arguments: Argument) -> Reply:
        """A reply, while nobody else asks: before the wire is used.

        Raises:
            ReplyError: Redis has refused.
            OSError: The wire is gone.
        """
        if not self.is_open:
            raise ConnectionError(self._why)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def gone() -> None:
            if not answer.done():
                answer.set_exception(ConnectionError(self._why))

        def heard(reply: Reply) -> None:
            if not answer.done():
                answer.set_result(reply)

        self.hear, self.lost = heard, gone
        self.write(packed(*arguments))
        reply = await answer
        if isinstance(reply, ReplyError):
            raise reply
        return reply

    def abort(self) -> None:
        """Hang up at once; `lost` is called soon."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """For the event loop."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """For the event loop."""
        reader = self._reader
        try:
            reader.feed(data)
            while not self._is_over:
                reply = reader.gets()
                if reply is False:
                    return
                self.hear(reply)
        except _hiredis.ProtocolError:  # nothing that comes after can be told apart
            self._why = "it does not answer as a Redis does"
            self.abort()

    def connection_lost(self, _problem: Exception | None) -> None:
        """For the event loop."""
        self._is_over = True
        self._waiting.clear()
        self.lost()

    def _flush(self) -> None:
        self.filled()
        self._is_coming = False
        waiting, self._waiting = self._waiting, []
        if waiting and self._transport is not None and not self._is_over:
            self._transport.write(b"".join(waiting))
