"""A socket that is no WebSocket yet: it becomes one, is answered as a plain request, or has had its time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from rtgen_runtime.identity import UNKNOWN, Handshake
from rtgen_runtime.origins import is_allowed
from rtgen_runtime.transports.choosing import choose_subprotocol
from rtgen_runtime.transports.http import HttpRequest, HttpResponse
from rtgen_runtime.transports.native.codec import Reader
from rtgen_runtime.transports.native.deflating import agreed_window, agreement
from rtgen_runtime.transports.native.handshake import Asked, RequestReader
from rtgen_runtime.transports.native.kept_headers import KeptHeaders
from rtgen_runtime.transports.native.socket import Socket
from rtgen_runtime.transports.posting import serialised

if TYPE_CHECKING:
    from rtgen_runtime.transports.native.listener import Listener

_NO_ROUTE: Final = HttpResponse(
    426, b"only WebSockets are served here\n", headers={"Upgrade": "websocket"}
)
_NOT_FOUND: Final = HttpResponse(404, b"not found\n")


class Opening(asyncio.Protocol):
    """One of them, from the moment it was accepted, for `listener.patience` seconds at most."""

    __slots__ = (
        "_address",
        "_answering",
        "_listener",
        "_reader",
        "_transport",
        "_waits",
    )

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._reader: RequestReader | None = RequestReader(
            listener.app.routes.most_body
        )
        self._answering: asyncio.Task[None] | None = None
        self._address = ""
        self._waits = False
        """Whether it is counted as half open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop. One too many of an address is reset."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._waits = self._listener.half_open.enter(self._address)
        self._listener.sockets[self] = None
        if not self._waits:
            self.abort()
            return
        self._listener.openings.enter(self)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop. What comes behind a request that is being answered is not read."""
        if self._reader is None:
            return
        verdict = self._reader.feed(data)
        if verdict is None:
            return
        self._reader = None
        if isinstance(verdict, Asked):
            self._open(verdict)
        elif isinstance(verdict, HttpResponse):
            self._respond(verdict)
        else:
            loop = asyncio.get_running_loop()
            self._answering = loop.create_task(self._answer(verdict))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._leave()

    def abort(self) -> None:
        """Reset it: its time is over, or the server's."""
        self._transport.abort()

    def _open(self, asked: Asked) -> None:
        """From here on the transport talks to a `Socket`."""
        listener, transport = self._listener, self._transport
        app = listener.app
        elsewhere = app.proxies.elsewhere(self._address, app.life.why_not_ready)
        if elsewhere is not None:
            self._respond(elsewhere)
            return
        subprotocol = choose_subprotocol(asked.subprotocols)
        compresses = app.settings.compression
        window = agreed_window(asked.extensions) if compresses else None
        extensions = None if window is None else agreement(window)
        transport.write(asked.accepted(subprotocol, extensions))
        reader = Reader(listener.limit, deflates=window is not None)
        framer = listener.framer(subprotocol, window)
        socket = Socket(listener, transport, framer, reader)
        transport.set_protocol(socket)
        listener.sockets[socket] = None
        self._leave()
        socket.begin(
            subprotocol,
            self._said(asked) if app.gate.keeps_handshakes else UNKNOWN,
            origin_allowed=is_allowed(listener.origins, asked.origins),
        )
        if asked.rest:
            socket.data_received(asked.rest)

    def _said(self, asked: Asked) -> Handshake:
        client = self._listener.app.proxies.client(self._address, asked.headers)
        return Handshake(KeptHeaders(asked.headers), client)

    async def _answer(self, request: HttpRequest) -> None:
        answer = await self._listener.app.routes.answer(request)
        if answer is None:
            answer = _NOT_FOUND if request.method == "POST" else _NO_ROUTE
        self._respond(answer, has_body=request.method != "HEAD")

    def _respond(self, answer: HttpResponse, *, has_body: bool = True) -> None:
        said = serialised(answer)
        self._transport.write(said if has_body else said[: -len(answer.body) or None])
        self._transport.close()

    def _leave(self) -> None:
        self._listener.openings.leave(self)
        if self._waits:
            self._listener.half_open.leave(self._address)
            self._waits = False
        self._listener.leave(self)
