"""One WebSocket without a network: the server's link and the client's socket in one object, which a test can cut."""

import asyncio
from collections.abc import Sequence

from rtgen_runtime.app import App
from rtgen_runtime.client.socket import SocketClosed
from rtgen_runtime.codecs import is_binary
from rtgen_runtime.connection import Connection
from rtgen_runtime.identity import Handshake

_BROKEN = 1006


class Line:
    """What one end sends is at the other at once, unless the reader is stalled."""

    def __init__(self, app: App, subprotocol: str, handshake: Handshake) -> None:
        self._app = app
        self._is_binary = is_binary(subprotocol)
        self._inbox: asyncio.Queue[bytes | SocketClosed] = asyncio.Queue()
        self._held: list[bytes] = []
        self._stalled = False
        self._client_is_there = True
        self._server_is_there = True
        self.server: Connection = app.connect(self, subprotocol, handshake=handshake)
        """The server's side."""

    @property
    def is_open(self) -> bool:
        """Whether the client's end is open."""
        return self._client_is_there

    def write(self, frames: Sequence[bytes]) -> None:
        """As the server's link."""
        if self._stalled or not self._client_is_there:
            self._held.extend(frames)
            return
        for frame in frames:
            self._inbox.put_nowait(frame)

    def buffered(self) -> int:
        """As the server's link."""
        return sum(map(len, self._held))

    def close(self, code: int, reason: str) -> None:
        """As the server's link; the client hears of it behind what was written."""
        self._end_client(code, reason)
        if self._server_is_there:
            asyncio.get_running_loop().call_soon(self._end_server)

    async def send(self, frame: bytes) -> None:
        """As the client's socket; nothing arrives on a broken one."""
        if self._client_is_there and self._server_is_there:
            self.server.receive(frame if self._is_binary else frame.decode())

    async def receive(self) -> str | bytes:
        """As the client's socket."""
        item = await self._inbox.get()
        if isinstance(item, SocketClosed):
            self._inbox.put_nowait(item)
            raise item
        return item if self._is_binary else item.decode()

    def cut(self, *, noticed: bool) -> None:
        """The network breaks. The client knows; the server only if it is `noticed`."""
        self._end_client(_BROKEN, "the connection broke")
        if noticed:
            self._end_server()

    def stall(self) -> None:
        """The client takes nothing more; what is written waits in the server's buffers."""
        self._stalled = True

    def resume(self) -> None:
        """The client takes all that waits, and all that comes."""
        self._stalled = False
        if not self._client_is_there:
            return
        held, self._held = self._held, []
        for frame in held:
            self._inbox.put_nowait(frame)
        if held and self._server_is_there:
            self.server.writable()

    def _end_client(self, code: int, reason: str) -> None:
        if self._client_is_there:
            self._client_is_there = False
            self._inbox.put_nowait(SocketClosed(code, reason))

    def _end_server(self) -> None:
        if self._server_is_there:
            self._server_is_there = False
            self._app.disconnected(self.server)


class ClientEnd:
    """The client's socket: it has another `close` than the server's link."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, frame: bytes) -> None:
        """Send a frame."""
        await self._line.send(frame)

    async def receive(self) -> str | bytes:
        """The next message."""
        return await self._line.receive()

    async def close(self, code: int, reason: str) -> None:
        """The client hangs up."""
        self._line.cut(noticed=self._line.is_open)
