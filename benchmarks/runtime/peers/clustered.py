"""python-socketio around a Redis, one node, for uvicorn: `clustered:sio`; the Redis is that of `REDIS_URL`."""

import os
from typing import Any

import socketio

_server = socketio.AsyncServer(
    async_mode="asgi",
    client_manager=socketio.AsyncRedisManager(os.environ["REDIS_URL"]),
    transports=["websocket"],
    cors_allowed_origins="*",
    ping_interval=60,
)


@_server.on("sub")
async def sub_event(sid: str, _data: Any) -> None:
    """Hear what `pub` sends, to whichever node."""
    await _server.enter_room(sid, "subs")
    await _server.emit("ok", 1, to=sid)


@_server.on("pub")
async def pub_event(_sid: str, data: Any) -> None:
    """Speak to all, at all nodes."""
    await _server.emit("m", data, room="subs")


sio = socketio.ASGIApp(_server)
