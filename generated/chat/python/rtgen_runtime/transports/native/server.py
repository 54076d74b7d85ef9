"""Serves an app without any library: TCP or TLS, WebSockets and a few plain requests on one port."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.origins import Origins
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.listening import Listening
from rtgen_runtime.transports.native.listener import Listener
from rtgen_runtime.transports.native.opening import Opening

PATIENCE: Final = 5.0
"""Seconds for an opening handshake, and for a closing one."""

_BACKLOG: Final = 4096
"""Newcomers that the system may keep until they are accepted; many come at once when a server was restarted."""


_TRIES: Final = 100
"""The same number is to asyncio's own loop how often it tries to accept in one turn, even when no file descriptor is
left: so it gets this one, and the system the other."""


@asynccontextmanager
async def listen(
    app: App,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    origins: Origins = None,
    tls: ssl.SSLContext | None = None,
    sockets: Sequence[socket.socket] = (),
) -> AsyncIterator[Listening]:
    """Serve an app until the block ends; arguments and errors are those of `rtgen_runtime.listen`."""
    app.gate.check()
    app.life.begin()
    limit = 4 * app.contract.limits.frame
    """The session answers `too_large`; beyond this the connection is failed."""
    half_open = HalfOpen(app.settings.most_half_open, app.proxies)
    listener = Listener(app, origins, PATIENCE, limit, half_open)
    loop = asyncio.get_running_loop()
    servers = [
        await _accept(loop, lambda: Opening(listener), tls, place)
        for place in sockets or ((host, port),)
    ]

    def shut() -> None:
        for each in servers:
            each.close()

    bound: int = servers[0].sockets[0].getsockname()[1]
    try:
        yield Listening(host, bound, secure=tls is not None, shut=shut)
    finally:
        shut()
        await app.stop()
        await listener.ended()


async def _accept(
    loop: asyncio.AbstractEventLoop,
    opening: Callable[[], Opening],
    tls: ssl.SSLContext | None,
    place: socket.socket | tuple[str, int],
) -> asyncio.Server:
    """Listen on a socket that is bound already, or on host and port."""
    tries_as_often = isinstance(loop, asyncio.SelectorEventLoop)
    backlog = _TRIES if tries_as_often else _BACKLOG
    patience = None if tls is None else PATIENCE
    if isinstance(place, socket.socket):
        server = await loop.create_server(
            opening,
            sock=place,
            backlog=backlog,
            ssl=tls,
            ssl_handshake_timeout=patience,
        )
    else:
        server = await loop.create_server(
            opening,
            *place,
            backlog=backlog,
            ssl=tls,
            ssl_handshake_timeout=patience,
        )
    if tries_as_often:
        for each in server.sockets:
            with each.dup() as same:
                same.listen(_BACKLOG)
    return server
