"""Sockets of a client that a test can break: real ones, and ones that it plays the server of."""

import asyncio
import json
from typing import Any

from rtgen_runtime.client.socket import Encoding, Socket, SocketClosed, open_websocket


class Breakable:
    """A real socket that breaks when a test wants it to."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_mute = False
        """Nothing is sent any more, as if the network had swallowed it."""

    async def send(self, frame: bytes) -> None:
        if not self.is_mute:
            await self._socket.send(frame)

    async def receive(self) -> str | bytes:
        receiving = asyncio.ensure_future(self._socket.receive())
        waiting: list[asyncio.Future[Any]] = [receiving, self._broken]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not self._broken.done():
                return await receiving
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
        raise SocketClosed(1006, "a test broke it")

    async def close(self, code: int, reason: str) -> None:
        await self._socket.close(code, reason)

    def break_off(self) -> None:
        if not self._broken.done():
            self._broken.set_result(None)


class Network:
    """Opens sockets, and remembers them; the newest is the last."""

    def __init__(self, encoding: Encoding = "json") -> None:
        self._encoding = encoding
        self.sockets: list[Breakable] = []

    async def __call__(self, url: str) -> Socket:
        self.sockets.append(Breakable(await open_websocket(url, self._encoding)))
        return self.sockets[-1]

    def break_off(self) -> None:
        self.sockets[-1].break_off()


class Played:
    """A socket without a server: a test says what comes, and reads what was sent."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[str | SocketClosed] = asyncio.Queue()
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self.opened = 0
        self.closed: list[int] = []

    async def __call__(self, _url: str) -> Socket:
        self.opened += 1
        return self

    def say(self, *frame: Any) -> None:
        self.incoming.put_nowait(json.dumps(frame))

    async def send(self, frame: bytes) -> None:
        self.sent.put_nowait(json.loads(frame))

    async def receive(self) -> str | bytes:
        message = await self.incoming.get()
        if isinstance(message, SocketClosed):
            raise message
        return message

    async def close(self, code: int, reason: str) -> None:
        self.closed.append(code)
