"""One socket of a client, from opening to closed: a task that reads, and one that writes while there is something."""

import asyncio
import contextlib
import logging
from collections import deque
from typing import Final, Protocol

from rtgen_runtime.client.socket import Socket, SocketClosed

_logger: Final = logging.getLogger("rtgen.client")

_ON_PURPOSE: Final = 1000
_FLUSHING: Final = 1.0
"""Seconds for what waits to be sent when a connection is closed on purpose."""


class Owner(Protocol):
    """Whom a line works for."""

    async def prepare(self) -> str | None:
        """The token of the hello; raises `SocketClosed` when there is none."""

    async def connect(self, url: str) -> Socket:
        """Open a socket; raises `SocketClosed`."""

    def opened(self, line: int, token: str | None) -> None:
        """The socket is open."""

    def received(self, line: int, message: str | bytes) -> None:
        """A message has come."""

    def lost(self, line: int, code: int, reason: str) -> None:
        """There will be no other message."""


class Line:
    """One connection, known by its number. `hang_up` ends it, and its owner hears nothing more of it."""

    def __init__(self, number: int, url: str, owner: Owner) -> None:
        self._number = number
        self._owner = owner
        self._waiting: deque[bytes] = deque()
        self._socket: Socket | None = None
        self._writer: asyncio.Task[None] | None = None
        self._close = (1000, "")
        self.task = asyncio.get_running_loop().create_task(self._run(url))

    def send(self, frame: bytes) -> None:
        """Send a frame after those before it; never waits."""
        self._waiting.append(frame)
        if self._socket is not None and self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    def hang_up(self, code: int, reason: str) -> None:
        """Close it, whatever it is doing; what waits to be sent goes first when the code is 1000."""
        self._close = (code, reason)
        self.task.cancel()

    async def _run(self, url: str) -> None:
        try:
            token = await self._owner.prepare()
            self._socket = socket = await self._owner.connect(url)
        except SocketClosed as closed:
            self._owner.lost(self._number, closed.code, closed.reason)
            return
        except Exception as error:
            # A way to connect of the application's own; nobody else would hear of it.
            _logger.exception("connecting failed")
            self._owner.lost(self._number, 1006, type(error).__name__)
            return
        try:
            self._owner.opened(self._number, token)
            while True:
                self._owner.received(self._number, await socket.receive())
        except SocketClosed as closed:
            self._waiting.clear()
            self._owner.lost(self._number, closed.code, closed.reason)
        finally:
            await self._end(socket)

    async def _end(self, socket: Socket) -> None:
        code, reason = self._close
        writer = self._writer  # which forgets itself when it is done
        if writer is not None:
            if code == _ON_PURPOSE:
                await asyncio.wait([writer], timeout=_FLUSHING)
            writer.cancel()
        with contextlib.suppress(SocketClosed):
            await socket.close(code, reason)

    async def _write(self) -> None:
        try:
            while self._waiting and self._socket is not None:
                await self._socket.send(self._waiting.popleft())
        finally:
            self._writer = None
