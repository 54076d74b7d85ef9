"""One WebSocket: an `asyncio.Protocol` that is the link of its connection, too.

An idle one is this object, its reader, and what the event loop and the session keep: no task, no queue, no timer. Its
only deadline, for a peer that does not take part in the closing handshake, stands in the app's wheel.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from rtgen_runtime.identity import Handshake
from rtgen_runtime.transports.native.codec import Closing, Failed, Ping, Pong, Reader
from rtgen_runtime.transports.native.framing import PONG, Framer, close_frame, frame

if TYPE_CHECKING:
    from rtgen_runtime.connection import Connection
    from rtgen_runtime.transports.native.listener import Listener

MARK: Final = 1
"""Bytes from which a socket counts as slow. Not 0: a TLS transport would then pause whenever nothing waits."""

_UNHANDLED: Final = "a message could not be handled"
_INTERNAL_ERROR: Final = 1011
_NEVER: Final = float("inf")

_logger: Final = logging.getLogger("rtgen.native")


class _State(IntEnum):
    """RFC 6455, 7.1: `CLOSING` has sent its close frame, `ENDING` waits for TCP alone."""

    OPEN = 0
    CLOSING = 1
    ENDING = 2
    LOST = 3


_OPEN: Final = _State.OPEN  # asking the class takes a tenth of a microsecond


class Socket(asyncio.Protocol):
    """Carries the frames of one connection. `begin` is to be called once, when the handshake is through."""

    __slots__ = (
        "_connection",
        "_due",
        "_framer",
        "_listener",
        "_ping",
        "_reader",
        "_slow",
        "_state",
        "_transport",
        "scheduled",
    )

    def __init__(
        self,
        listener: Listener,
        transport: asyncio.Transport,
        framer: Framer,
        reader: Reader,
    ) -> None:
        self.scheduled = self._due = _NEVER
        self._listener = listener
        self._transport = transport
        self._framer = framer
        self._reader = reader
        self._connection: Connection | None = None
        self._state = _OPEN
        self._slow = False
        """Whether the transport has paused us: its peer has not taken all it was given."""
        self._ping: bytes | None = None
        """The newest ping that is unanswered, since the peer takes nothing."""

    def begin(
        self, subprotocol: str | None, handshake: Handshake, *, origin_allowed: bool
    ) -> None:
        """It is open."""
        self._transport.set_write_buffer_limits(MARK, 0)
        self._connection = self._listener.app.connect(
            self, subprotocol, origin_allowed=origin_allowed, handshake=handshake
        )

    # What the event loop calls.

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        text = self._reader.whole_text(data)
        if text is not None:  # nearly always
            if self._state is _OPEN and self._connection is not None:
                try:
                    self._connection.receive(text)
                except Exception:
                    _logger.exception(_UNHANDLED)
                    self._fail(_INTERNAL_ERROR, "")
            return
        for event in self._reader.read_on(data):
            match event:
                case str() | bytes():
                    self._hear(event)
                case Ping(said):
                    self._answer(said)
                case Closing(code):
                    self._peer_closes(code)
                case Failed(code, reason):
                    self._fail(code, reason)
                case Pong():
                    pass

    def pause_writing(self) -> None:
        """The peer does not take all it is given."""
        self._slow = True

    def resume_writing(self) -> None:
        """It has taken all of it."""
        self._slow = False
        if self._ping is not None:
            said, self._ping = self._ping, None
            self._answer(said)
        if self._connection is not None:
            self._connection.writable()

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection is closed."""
        self._state, self._slow, self._due = _State.LOST, False, _NEVER
        connection, self._connection = self._connection, None
        self._listener.leave(self)
        if connection is not None:
            self._listener.app.disconnected(connection)

    # What the connection calls, as its link.

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames, in one write to the socket."""
        if self._state is _OPEN:
            self._transport.write(self._framer.joined(frames))

    def buffered(self) -> int:
        """Bytes that the socket has not taken yet; a last one counts as taken, since nobody would be told of it."""
        if not self._slow or self._state is _State.LOST:
            return 0
        return max(1, self._transport.get_write_buffer_size())

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake; a peer that does not take part in it is given up after the patience."""
        if self._state is _OPEN:
            self._say_close(code, reason)

    # What the wheel calls.

    def tick(self, now: float) -> None:
        """The patience may be at its end."""
        if now >= self._due:
            self._due = _NEVER
            self.abort()

    def next_deadline(self) -> float:
        """When it is."""
        return self._due

    def abort(self) -> None:
        """Reset the TCP connection."""
        self._transport.abort()

    def _hear(self, message: str | bytes) -> None:
        if self._state is not _OPEN or self._connection is None:
            return
        try:
            self._connection.receive(message)
        except Exception:
            _logger.exception(_UNHANDLED)
            self._fail(_INTERNAL_ERROR, "")

    def _answer(self, said: bytes) -> None:
        """RFC 6455, 5.5.3: of several pings, the newest may be answered alone; so they don't pile up."""
        if self._state is not _OPEN:
            return
        if self._slow:
            self._ping = said
        else:
            self._transport.write(frame(PONG, said))

    def _peer_closes(self, code: int) -> None:
        """A server closes TCP when both have said it (7.1.1)."""
        if self._state is _OPEN:
            self._say_close(code)
        self._state = _State.ENDING
        self._transport.close()

    def _fail(self, code: int, reason: str) -> None:
        """RFC 6455, 7.1.7. What still comes is read and forgotten: closed at once, TCP could lose the close frame."""
        lingers = self._state is _OPEN and self._transport.can_write_eof()
        if self._state is _OPEN:
            self._say_close(code, reason)
        self._state = _State.ENDING
        if lingers:
            self._transport.write_eof()
        else:
            self._transport.close()

    def _say_close(self, code: int, reason: str = "") -> None:
        self._state = _State.CLOSING
        self._transport.write(close_frame(code, reason))
        app = self._listener.app
        self._due = app.clock() + self._listener.patience
        app.wheel.add(self)
