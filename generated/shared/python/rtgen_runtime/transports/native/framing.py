"""Frames to clients (RFC 6455, 5.2): unmasked, each a whole message, joined so that one write carries all of them."""

import struct
from collections.abc import Sequence
from typing import Final, Protocol

from rtgen_runtime.codecs import is_binary

TEXT: Final = 0x81
BINARY: Final = 0x82
CLOSE: Final = 0x88
PONG: Final = 0x8A
"""First bytes of frames that are whole messages, or control frames."""

NO_STATUS: Final = 1005
"""Stands for a close frame without a code; never sent (7.4.1)."""

_DEFLATED: Final = 0x40
"""RSV1, which RFC 7692 gives a meaning."""
_WORTH_IT: Final = 256
"""Bytes from which a message is compressed: shorter ones hardly shrink."""
_LONGEST_REASON: Final = 123
_MIDDLE: Final = 126
_LONG: Final = 65_536
"""Bytes of a payload from which two, and eight more say how many there are (5.2)."""
_middle: Final = struct.Struct("!BBH").pack
_KEPT: Final = 65_536
"""Bytes of a joined write that may be kept for the next client."""


class Deflates(Protocol):
    """Makes a message shorter, always in the same way: no message depends on an earlier one."""

    def __call__(self, data: bytes, /) -> bytes:
        """The payload of a compressed message."""


def frame(first: int, payload: bytes) -> bytes:
    """One frame."""
    return header(first, len(payload)) + payload


def header(first: int, size: int) -> bytes:
    """What stands before a payload of so many bytes."""
    if size < _MIDDLE:
        return bytes((first, size))
    if size < _LONG:
        return _middle(first, 126, size)
    return bytes((first, 127)) + size.to_bytes(8, "big")


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame (5.5.1); a reason that is too long is cut between two characters."""
    if code == NO_STATUS:
        return bytes((CLOSE, 0))
    words = reason.encode()[:_LONGEST_REASON].decode(errors="ignore").encode()
    return frame(CLOSE, code.to_bytes(2, "big") + words)


class Framer:
    """Joins frames of one kind, for all the clients that want that kind.

    The clients of a broadcast are written to one after the other, so what was made for the last one is kept: they
    share one piece of memory, which is framed (and compressed) once.
    """

    __slots__ = ("_deflate", "_first", "_joined", "_last")

    def __init__(
        self, subprotocol: str | None, deflate: Deflates | None = None
    ) -> None:
        self._first = BINARY if is_binary(subprotocol) else TEXT
        self._deflate = deflate
        self._last: Sequence[bytes] = []
        self._joined = b""

    def joined(self, messages: Sequence[bytes]) -> bytes:
        """All of them as they travel."""
        if messages == self._last:
            return self._joined
        if len(messages) == 1:
            message = messages[0]
            size = len(message)
            if self._deflate is None and _MIDDLE <= size < _LONG:
                joined = _middle(self._first, 126, size) + message
            else:
                joined = self._framed(message)
        else:
            joined = b"".join([self._framed(each) for each in messages])
        if len(joined) <= _KEPT:
            self._last, self._joined = messages, joined
        return joined

    def _framed(self, message: bytes) -> bytes:
        if self._deflate is None or len(message) < _WORTH_IT:
            return frame(self._first, message)
        return frame(self._first | _DEFLATED, self._deflate(message))
