"""The chat, served with SQLite behind it; it tells beside it how much it holds."""

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

from handlers import create_app
from rtgen_runtime import SqliteStore, listen
from rtgen_runtime.app import App
from rtgen_runtime.transports.http import HttpRequest, HttpResponse


def held(app: App) -> dict[str, int]:
    """What is there now."""
    return {"tasks": len(asyncio.all_tasks()), "connections": len(app._connections), "rooms": len(app.hub._rooms)}


async def serve(path: Path) -> None:
    """Until SIGTERM; the first line printed is the port."""
    app = create_app()
    app.use_store(SqliteStore(path))

    def tell(_: HttpRequest) -> HttpResponse:
        return HttpResponse(200, json.dumps(held(app)).encode(), "application/json")

    app.routes.add("GET", "/held", tell)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with listen(app) as listening:
        print(listening.port, flush=True)
        await stopped.wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(Path(sys.argv[1])))
