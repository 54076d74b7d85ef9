"""The `websockets` library on uvloop, tuned for memory: no keepalive task, short queues, no compression."""

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

SUBSCRIBERS: set[ServerConnection] = set()


async def talk(socket: ServerConnection) -> None:
    """One connection: /echo sends back, /sub hears what /pub sends. Bytes are never decoded: it is the fastest way."""
    path = socket.request.path if socket.request is not None else ""
    if path == "/sub":
        SUBSCRIBERS.add(socket)
        try:
            async for _ in socket:
                pass
        finally:
            SUBSCRIBERS.discard(socket)
    elif path == "/pub":
        while True:
            broadcast(SUBSCRIBERS, await socket.recv(decode=False), text=True)
    else:
        while True:
            await socket.send(await socket.recv(decode=False), text=True)


async def main(port: int) -> None:
    """Serve until the process is ended."""
    async with serve(
        talk, "127.0.0.1", port, compression=None, ping_interval=None, max_queue=4, write_limit=4096, backlog=4096
    ) as server:
        await server.serve_forever()


uvloop.run(main(int(sys.argv[1])))
