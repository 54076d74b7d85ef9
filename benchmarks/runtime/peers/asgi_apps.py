"""The same service as ASGI applications, for uvicorn: `asgi_apps:fast` (FastAPI), `asgi_apps:sio` (python-socketio)."""

from typing import Any

import socketio
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

fast = FastAPI()
SUBSCRIBERS: set[WebSocket] = set()


@fast.websocket("/echo")
async def echo(socket: WebSocket) -> None:
    """Send back."""
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


@fast.websocket("/sub")
async def sub(socket: WebSocket) -> None:
    """Hear what /pub sends."""
    await socket.accept()
    SUBSCRIBERS.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        SUBSCRIBERS.discard(socket)


@fast.websocket("/pub")
async def pub(socket: WebSocket) -> None:
    """Speak to all."""
    await socket.accept()
    try:
        while True:
            text = await socket.receive_text()
            for each in tuple(SUBSCRIBERS):
                await each.send_text(text)
    except WebSocketDisconnect:
        pass


_server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], cors_allowed_origins="*", ping_interval=60)


@_server.on("echo")
async def echo_event(_sid: str, data: Any) -> Any:
    """Acknowledge with the same."""
    return data


@_server.on("sub")
async def sub_event(sid: str, _data: Any) -> None:
    """Hear what `pub` sends."""
    await _server.enter_room(sid, "subs")
    await _server.emit("ok", 1, to=sid)


@_server.on("pub")
async def pub_event(_sid: str, data: Any) -> None:
    """Speak to all."""
    await _server.emit("m", data, room="subs")


sio = socketio.ASGIApp(_server)
