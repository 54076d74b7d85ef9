"""An app whose sessions say back what they hear, so that the suite tries the transports and their settings alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import uvicorn
from rtgen_runtime import Settings, listen
from rtgen_runtime.app import App
from rtgen_runtime.connection import Connection
from rtgen_runtime.declarations import Contract, Limits
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL
from rtgen_runtime.transports.asgi import Asgi, AsgiLink
from rtgen_runtime.transports.native.framing import Framer
from rtgen_runtime.transports.native.socket import Socket
from rtgen_runtime.transports.websockets import WebSocketLink

_LARGEST: Final = 16 * 2**20
"""Bytes of the largest message of the suite."""
_CONTRACT: Final = Contract("echo", "1.0.0", "", (), limits=Limits(frame=_LARGEST, outbox=4 * _LARGEST))


class Echo:
    """What a transport needs of a connection."""

    def __init__(self, link: WebSocketLink | AsgiLink | Socket) -> None:
        self._link = link

    def receive(self, data: str | bytes) -> None:
        """Say it back, in the kind of frame that it came in; our own sessions have one kind only."""
        binary = isinstance(data, bytes)
        if isinstance(self._link, WebSocketLink):
            self._link._opcode = 0x82 if binary else 0x81
        elif isinstance(self._link, Socket):
            deflate = self._link._framer._deflate
            self._link._framer = Framer(MSGPACK_SUBPROTOCOL if binary else SUBPROTOCOL, deflate)
        else:
            self._link._binary = binary
        self._link.write([data if isinstance(data, bytes) else data.encode()])

    def writable(self) -> None:
        """Nothing waits here."""


class EchoApp(App):
    """The transports see no difference."""

    def __init__(self, *, compresses: bool = False) -> None:
        super().__init__(_CONTRACT, (), settings=Settings(compression=compresses))

    def connect(self, link: Any, *_: Any, **__: Any) -> Connection:
        """An echo."""
        return cast("Connection", Echo(link))

    def disconnected(self, _: Connection) -> None:
        """Nothing was kept."""


@asynccontextmanager
async def served(transport: str) -> AsyncIterator[int]:
    """The port of an echo behind a transport; one of `judging.RUNS`."""
    if transport == "websockets":
        async with listen(EchoApp(), transport="websockets") as listening:
            yield listening.port
        return
    if transport.startswith("native"):
        app = EchoApp(compresses=transport != "native")
        async with listen(app, transport="native") as listening:
            yield listening.port
        return
    config = uvicorn.Config(
        Asgi(EchoApp(), drains=False),
        port=0,
        ws="websockets-sansio",
        ws_max_size=4 * _LARGEST,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="warning",
        lifespan="on",
    )
    server = uvicorn.Server(config)
    async with _running(server):
        yield server.servers[0].sockets[0].getsockname()[1]


@asynccontextmanager
async def _running(server: uvicorn.Server) -> AsyncIterator[None]:
    """Without its own loop: started, then stopped."""
    config = server.config
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.lifespan.startup()
    await server.startup()
    try:
        yield
    finally:
        await server.shutdown()
