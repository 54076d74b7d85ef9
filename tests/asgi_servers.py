"""Real ASGI servers in this process, on a port that the system chose."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import hypercorn.asyncio
import hypercorn.config
import uvicorn
from rtgen_runtime import App, Listening
from rtgen_runtime.origins import Origins
from rtgen_runtime.transports.asgi import Asgi

Runs = Callable[[Any], AbstractAsyncContextManager[str]]
"""Serves an ASGI application; gives `127.0.0.1:port`."""


def _bound() -> socket.socket:
    """Listens already, so that clients may connect before the server is up."""
    made = socket.create_server(("127.0.0.1", 0))
    made.setblocking(False)
    return made


@asynccontextmanager
async def by_uvicorn(application: Any) -> AsyncIterator[str]:
    config = uvicorn.Config(
        application, lifespan="on", log_config=None, ws_per_message_deflate=False, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    bound = _bound()
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        bound.close()


@asynccontextmanager
async def by_hypercorn(application: Any) -> AsyncIterator[str]:
    bound = _bound()
    config = hypercorn.config.Config()
    config.bind = [f"fd://{bound.fileno()}"]
    config.accesslog = config.errorlog = None
    config.graceful_timeout = 0.3  # it waits so long for sockets that stay open
    stopped = asyncio.Event()

    async def until_stopped() -> None:
        await stopped.wait()

    serving = asyncio.create_task(hypercorn.asyncio.serve(application, config, shutdown_trigger=until_stopped))
    try:
        yield f"127.0.0.1:{bound.getsockname()[1]}"
    finally:
        stopped.set()
        await serving
        bound.detach()


@asynccontextmanager
async def listen_asgi(app: App, *, origins: Origins = None) -> AsyncIterator[Listening]:
    """What `rtgen_runtime.listen` does, by an ASGI server: who leaves the block stops it as SIGTERM would."""
    async with by_uvicorn(Asgi(app, origins=origins, drains=False)) as place:
        host, _, port = place.partition(":")
        try:
            yield Listening(host, int(port))
        finally:
            await app.drain(0.0)
