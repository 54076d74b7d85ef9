"""What the runtime needs of a connection, whatever carries it."""

from collections.abc import Sequence
from typing import Protocol


class Link(Protocol):
    """The sending half of one WebSocket. No method waits, raises or calls back.

    When `buffered` falls back to 0, the adapter calls `Connection.writable`.
    """

    def write(self, frames: Sequence[bytes]) -> None:
        """Send text frames, in one write to the socket."""

    def buffered(self) -> int:
        """Bytes that were written and that the socket has not taken yet."""

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake after what was written; give up on a peer that does not take part in it."""
