"""Into an existing application: the same server as an ASGI app, to be mounted in FastAPI, Starlette or around Django.

ASGI (https://asgi.readthedocs.io, version 3) has an awaitable `send` and no view of the socket's buffer. So each
connection has one task that sends, in order, what its outbox gave it; what waits there counts as not taken yet. What
the server and the kernel have taken is out of sight: a slow reader is noticed that much later.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    MutableMapping,
    Sequence,
)
from contextlib import asynccontextmanager
from typing import Any, Final

from rtgen_runtime.app import App
from rtgen_runtime.codecs import is_binary
from rtgen_runtime.connection import Connection
from rtgen_runtime.identity import Handshake
from rtgen_runtime.origins import Origins, is_allowed
from rtgen_runtime.transports.choosing import choose_subprotocol
from rtgen_runtime.transports.http import HttpRequest, HttpResponse
from rtgen_runtime.transports.signals import draining_at_sigterm

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]

_logger: Final = logging.getLogger("rtgen.asgi")

_CLOSING: Final = 5.0
"""Seconds a peer has to take part in the closing handshake."""

_NOT_FOUND: Final = HttpResponse(404, b"not found\n")
_TOO_LARGE: Final = HttpResponse(413, b"too large\n")


class Asgi:
    """Serves an app to whoever mounts it. Start and stop it with `lifespan`, or serve it by itself.

    `origins` are the web pages that may connect, as in `listen`. With `drains`, SIGTERM lets the clients move
    elsewhere before the server hears of it, where the server's handler can be found (uvicorn's can).
    """

    def __init__(
        self, app: App, *, origins: Origins = None, drains: bool = True
    ) -> None:
        self.app = app
        self._origins = origins
        self._drains = drains

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, one request, or the life of the server."""
        match scope["type"]:
            case "websocket":
                await self._converse(scope, receive, send)
            case "http":
                answer = await self._answer(scope, receive)
                await _respond(scope, send, answer or _NOT_FOUND)
            case "lifespan":
                await self._live(receive, send)
            case other:
                raise ValueError(f"ASGI knows more than this runtime: {other}")

    @asynccontextmanager
    async def lifespan(self, _application: object = None) -> AsyncIterator[None]:
        """Serve while the block runs: `FastAPI(lifespan=realtime.lifespan)`, or inside a lifespan of your own.

        Raises:
            UsageError: The contract asks who connects, and the app has no `auth=`.
        """
        self.app.gate.check()
        self.app.life.begin()
        try:
            with draining_at_sigterm(self.app.drain, wanted=self._drains):
                yield
        finally:
            await self.app.stop()

    def around(
        self, other: AsgiApplication, path: str = "/realtime"
    ) -> AsgiApplication:
        """Everything below a path is ours, the rest another application's, which never sees the lifespan: Django."""

        async def both(scope: Scope, receive: Receive, send: Send) -> None:
            here = f"{scope.get('path', '')}/".startswith(f"{path}/")
            if scope["type"] == "lifespan":
                await self(scope, receive, send)
            elif here:
                root = f"{scope.get('root_path', '')}{path}"
                await self({**scope, "root_path": root}, receive, send)
            else:
                await other(scope, receive, send)

        return both

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        stage = "startup"
        try:
            async with self.lifespan():
                await send({"type": "lifespan.startup.complete"})
                stage = "shutdown"
                await receive()
        except Exception as problem:
            await send({"type": f"lifespan.{stage}.failed", "message": str(problem)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (await receive())["type"] != "websocket.connect":
            return
        if self.app.life.is_new:  # a server that has no lifespan, or was told not to
            self.app.gate.check()
            self.app.life.begin()
        subprotocol = choose_subprotocol(scope.get("subprotocols", ()))
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        link = AsgiLink(send, binary=is_binary(subprotocol))
        headers = scope.get("headers", ())
        sent = [_text(value) for name, value in headers if name == b"origin"]
        connection = self.app.connect(
            link,
            subprotocol,
            origin_allowed=is_allowed(self._origins, sent),
            handshake=Handshake(_joined(headers), (scope.get("client") or ("",))[0]),
        )
        sending = asyncio.get_running_loop().create_task(link.run(connection))
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None) as link.patience:
                    link.hasten()
                    await _listen(receive, connection)
        finally:
            self.app.disconnected(connection)
            sending.cancel()

    async def _answer(self, scope: Scope, receive: Receive) -> HttpResponse | None:
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        if not self.app.routes.knows(path):
            return None
        body = await _body(receive, self.app.routes.most_body)
        if body is None:
            return _TOO_LARGE
        headers = _joined(scope.get("headers", ()))
        return await self.app.routes.answer(
            HttpRequest(scope["method"], path, headers, body)
        )


class AsgiLink:
    """The sending half of one connection. `patience` bounds how long a peer may take to close."""

    def __init__(self, send: Send, *, binary: bool) -> None:
        self.patience: asyncio.Timeout | None = None
        self._send = send
        self._binary = binary
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._ending: tuple[int, str] | None = None
        self._deadline: float | None = None
        self._more = asyncio.Event()

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames, after those before."""
        if self._ending is None:
            self._waiting.extend(frames)
            self._size += sum(map(len, frames))
            self._more.set()

    def buffered(self) -> int:
        """Bytes that the server has not taken yet."""
        return self._size

    def close(self, code: int, reason: str) -> None:
        """Close after what was written; a peer that takes nothing more is given up after `_CLOSING` seconds."""
        if self._ending is None:
            self._ending = code, reason
            self._deadline = asyncio.get_running_loop().time() + _CLOSING
            self._more.set()
            self.hasten()

    def hasten(self) -> None:
        """Let the patience end, if the closing has begun."""
        if self.patience is not None and self._deadline is not None:
            self.patience.reschedule(self._deadline)

    async def run(self, connection: Connection) -> None:
        """Send what comes, until the connection ends. A server that takes no more says so to the reading side."""
        try:
            while not (self._ending is not None and not self._waiting):
                await self._more.wait()
                self._more.clear()
                if await self._send_waiting():
                    connection.writable()
            code, reason = self._ending
            await self._send(
                {"type": "websocket.close", "code": code, "reason": reason}
            )
        except Exception:  # each server has its own; the reading side hears the end
            _logger.debug(
                "%s: nothing more can be sent", connection.session, exc_info=True
            )

    async def _send_waiting(self) -> bool:
        """Whether anything was sent."""
        had = bool(self._waiting)
        while self._waiting:
            frame = self._waiting.popleft()
            shown = {"bytes": frame} if self._binary else {"text": frame.decode()}
            await self._send({"type": "websocket.send", **shown})
            self._size -= len(frame)
        return had


async def _listen(receive: Receive, connection: Connection) -> None:
    """Everything that comes, until the end."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        connection.receive(message.get("bytes", b"") if text is None else text)


async def _body(receive: Receive, most: int) -> bytes | None:
    """What a request carries; `None` for too much."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > most:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return body


async def _respond(scope: Scope, send: Send, answer: HttpResponse) -> None:
    headers = {
        "content-type": answer.content_type,
        "content-length": str(len(answer.body)),
        "cache-control": "no-store",
        **answer.headers,
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = _text(raw_name).lower(), _text(raw_value)
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")
