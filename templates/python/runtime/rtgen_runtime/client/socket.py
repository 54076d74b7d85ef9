"""The socket of a client, over the `websockets` library."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from rtgen_runtime.frames import FALLBACK_SUBPROTOCOL, SUBPROTOCOL

_OPENING: Final = 10.0
_MOST_BYTES: Final = 16 * 1024 * 1024


class SocketClosed(Exception):
    """The socket is closed, or could not be opened."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket(Protocol):
    """One open WebSocket."""

    async def send(self, frame: bytes) -> None:
        """Send a text frame; waits while the peer is slow."""

    async def receive(self) -> str | bytes:
        """The next message; raises `SocketClosed` when there will be none."""

    async def close(self, code: int, reason: str) -> None:
        """Close it, also one whose peer is gone."""


Connect = Callable[[str], Awaitable[Socket]]
"""Opens a socket; raises `SocketClosed`."""


class _WebSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, frame: bytes) -> None:
        with contextlib.suppress(ConnectionClosed):  # `receive` tells
            await self._connection.send(frame, text=True)

    async def receive(self) -> str | bytes:
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else 1006
            reason = (
                closed.rcvd.reason
                if closed.rcvd is not None
                else "the connection broke"
            )
            raise SocketClosed(code, reason) from None

    async def close(self, code: int, reason: str) -> None:
        await self._connection.close(code, reason)


async def open_websocket(url: str) -> Socket:
    """The default way to connect."""
    try:
        connection = await connect(
            url,
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(FALLBACK_SUBPROTOCOL)],
            compression=None,
            ping_interval=None,
            open_timeout=_OPENING,
            close_timeout=1.0,
            max_size=_MOST_BYTES,
        )
    except (OSError, TimeoutError, WebSocketException) as error:
        raise SocketClosed(1006, str(error) or type(error).__name__) from None
    return _WebSocket(connection)
