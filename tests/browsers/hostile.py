"""A server that greets as it should, and then says whatever a test wants it to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

WELCOME = {
    "session": "someone.secret",
    "version": "1.0.0",
    "auth": {},
    "heartbeat": {"every": 25, "slack": 10},
    "limits": {},
    "flags": {},
    "capabilities": [],
}


@dataclass(slots=True)
class HostileServer:
    """All of its clients are told the same."""

    refusal: HTTPStatus | None = None
    """What handshakes are answered with instead."""
    offset: int = 0
    """Where a join begins."""
    heard: list[list[Any]] = field(default_factory=list)
    """Frames of all clients."""
    _server: Server | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def of(self, tag: str) -> list[list[Any]]:
        """Frames with this tag."""
        return [frame for frame in self.heard if frame[0] == tag]

    async def until(self, tag: str, least: int) -> None:
        """Wait until so many frames of a kind have come."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.of(tag)) >= least)

    async def say(self, *messages: str | bytes | list[Any]) -> None:
        """Send to all, text and bytes as they are."""
        assert self._server is not None
        for connection in tuple(self._server.connections):
            for each in messages:
                await connection.send(json.dumps(each) if isinstance(each, list) else each)

    async def close(self, code: int, reason: str) -> None:
        """Close all connections."""
        assert self._server is not None
        for connection in tuple(self._server.connections):
            await connection.close(code, reason)

    def refuse(self, connection: ServerConnection, request: Request) -> Response | None:
        """A captive portal, a proxy without a server."""
        return None if self.refusal is None else connection.respond(self.refusal, "<h1>Please sign in</h1>")

    async def serve(self, connection: ServerConnection) -> None:
        """One client."""
        try:
            async for text in connection:
                frame = json.loads(text)
                if frame[0] == "$hello":
                    await connection.send(json.dumps(["$welcome", WELCOME]))
                elif frame[0] == "$join":
                    info = {"epoch": "e", "offset": self.offset, "recovered": "since" in frame[3], "replay": 0}
                    await connection.send(json.dumps(["$joined", frame[1], frame[2], info]))
                async with self._changed:
                    self.heard.append(frame)
                    self._changed.notify_all()
        except ConnectionClosed:
            pass


@asynccontextmanager
async def hostile() -> AsyncIterator[HostileServer]:
    """It listens."""
    made = HostileServer()
    options: Any = {"process_request": made.refuse, "subprotocols": [Subprotocol("rtgen.v1.json")]}
    async with serve(made.serve, "127.0.0.1", 0, max_size=None, compression=None, **options) as server:
        made._server = server
        yield made
