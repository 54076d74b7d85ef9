"""The socket of a client, over the `websockets` library."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Literal, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from rtgen_runtime.codecs import CODECS, Codec
from rtgen_runtime.frames import (
    FALLBACK_SUBPROTOCOL,
    MSGPACK_SUBPROTOCOL,
    SUBPROTOCOL,
)

_OPENING: Final = 10.0
_MOST_BYTES: Final = 16 * 1024 * 1024


Encoding = Literal["json", "msgpack"]
"""How a client's frames travel: JSON one can read, or MessagePack, which is somewhat smaller."""

_SUBPROTOCOLS: Final[dict[Encoding, str]] = {
    "json": SUBPROTOCOL,
    "msgpack": MSGPACK_SUBPROTOCOL,
}


def codec_of(encoding: Encoding) -> Codec:
    """The codec of an encoding."""
    return CODECS[_SUBPROTOCOLS[encoding]]


class SocketClosed(Exception):
    """The socket is closed, or could not be opened."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket(Protocol):
    """One open WebSocket."""

    async def send(self, frame: bytes) -> None:
        """Send a frame, text or binary as the encoding asks; waits while the peer is slow."""

    async def receive(self) -> str | bytes:
        """The next message; raises `SocketClosed` when there will be none."""

    async def close(self, code: int, reason: str) -> None:
        """Close it, also one whose peer is gone."""


Connect = Callable[[str], Awaitable[Socket]]
"""Opens a socket; raises `SocketClosed`."""


class _WebSocket:
    def __init__(self, connection: ClientConnection, *, is_text: bool) -> None:
        self._connection = connection
        self._is_text = is_text

    async def send(self, frame: bytes) -> None:
        with contextlib.suppress(ConnectionClosed):  # `receive` tells
            await self._connection.send(frame, text=self._is_text)

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


async def open_websocket(url: str, encoding: Encoding = "json") -> Socket:
    """The default way to connect."""
    offered = (_SUBPROTOCOLS[encoding], FALLBACK_SUBPROTOCOL)
    try:
        connection = await connect(
            url,
            subprotocols=[Subprotocol(each) for each in offered],
            compression=None,
            ping_interval=None,
            open_timeout=_OPENING,
            close_timeout=1.0,
            max_size=_MOST_BYTES,
        )
    except (OSError, TimeoutError, WebSocketException) as error:
        raise SocketClosed(1006, str(error) or type(error).__name__) from None
    return _WebSocket(connection, is_text=not codec_of(encoding).is_binary)
