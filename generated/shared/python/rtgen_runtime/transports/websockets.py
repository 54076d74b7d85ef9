"""The reference transport: the `websockets` library carries the bytes, `Connection` knows what they mean.

The library's own pings and compression are off: the protocol has its own heartbeat, and one compressor a connection
would cost more than the frames. Frames are written straight to the transport, joined, since every connection of a
broadcast gets the same bytes.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from rtgen_runtime.app import App
from rtgen_runtime.codecs import is_binary
from rtgen_runtime.identity import Handshake
from rtgen_runtime.origins import Origins, is_allowed
from rtgen_runtime.transports.choosing import choose_subprotocol
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.http import HttpRequest, HttpResponse, Routes
from rtgen_runtime.transports.listening import Listening
from rtgen_runtime.transports.posting import PostReader, serialised

_TEXT: Final = 0x81
_BINARY: Final = 0x82
"""First bytes of a frame that is a whole message."""

_POST: Final = b"POST "

_CLOSING: Final = 5.0
"""Seconds a peer has to take part in the closing handshake."""
_MARK: Final = 1
"""Bytes from which a socket counts as slow. Not 0: a TLS transport would then pause whenever nothing waits."""

_logger: Final = logging.getLogger("rtgen.websockets")


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a record of the library is to be logged.

    It answers a plain request that has rubbish behind it after it has closed the socket because of the rubbish, trips
    over an assertion, and logs that with a traceback: clients could fill the log with it.
    """
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, AssertionError):
        return True
    *_, last = traceback.extract_tb(error.__traceback__)
    return last.name != "send_eof"


_logger.addFilter(_is_news)


class WebSocketLink:
    """The sending half of one connection of the library."""

    __slots__ = ("_closing", "_opcode", "_socket")

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self._opcode = _BINARY if is_binary(socket.subprotocol) else _TEXT
        self._closing: asyncio.Task[None] | None = None

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames, in one write to the socket."""
        if self._socket.protocol.state is State.OPEN:
            self._socket.transport.write(
                b"".join(
                    part
                    for frame in frames
                    for part in (_header(self._opcode, len(frame)), frame)
                )
            )

    def buffered(self) -> int:
        """Bytes that the socket has not taken yet; a last one counts as taken, since nobody would be told of it."""
        size = self._socket.transport.get_write_buffer_size()
        return size if size > _MARK else 0

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake; a peer that takes nothing more is given up after `_CLOSING` seconds."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(
                self._close(code, reason)
            )

    async def _close(self, code: int, reason: str) -> None:
        """The library's own time limit begins only when the socket has taken the close frame."""
        try:
            async with asyncio.timeout(_CLOSING):
                await self._socket.close(code, reason)
        except TimeoutError:
            self._socket.transport.abort()


class _Socket(ServerConnection):
    """A connection of the library that tells when it has taken all it was given, and that knows requests to `routes`.

    The library reads requests without a body, which `_served_by` answers. One that begins with `POST` is read here;
    the library waits for its handshake meanwhile, and gives up on all of it after `_CLOSING` seconds.
    """

    taken: Callable[[], None] | None = None
    routes = Routes()
    half_open = HalfOpen(None)
    _waits: str | None = None
    """The address under which it is half open."""
    _beginning: bytes | None = b""
    _posted: PostReader | None = None
    _answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport. One socket too many is reset, before anything is made for it."""
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        if self.half_open.enter(address):
            self._waits = address
            super().connection_made(transport)
        elif isinstance(transport, asyncio.Transport):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the transport."""
        if hasattr(self, "transport"):
            self.opened()
            super().connection_lost(exc)

    def opened(self) -> None:
        """It is half open no more."""
        if self._waits is not None:
            self.half_open.leave(self._waits)
            self._waits = None

    def data_received(self, data: bytes) -> None:
        """Called by the transport."""
        if self._posted is not None:
            self._read_post(self._posted, data)
        elif self._beginning is None:
            super().data_received(data)
        else:
            self._begin(self._beginning + data)

    def _begin(self, data: bytes) -> None:
        if _POST.startswith(data) and data != _POST:
            self._beginning = data
            return
        self._beginning = None
        if data.startswith(_POST):
            self._posted = PostReader(self.routes.most_body)
            self._read_post(self._posted, data)
        else:
            super().data_received(data)

    def _read_post(self, reader: PostReader, data: bytes) -> None:
        if self._answering is not None:
            return
        given = reader.feed(data)
        if given is not None:
            self._answering = self.loop.create_task(self._answer(given))

    async def _answer(self, given: HttpRequest | HttpResponse) -> None:
        answer = given
        if isinstance(answer, HttpRequest):
            answer = await self.routes.answer(answer) or HttpResponse(404)
        self.transport.write(serialised(answer))
        self.transport.close()

    def resume_writing(self) -> None:
        """Called by the transport, whose buffer is empty."""
        super().resume_writing()
        if self.taken is not None:
            self.taken()


@asynccontextmanager
async def listen(
    app: App,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    origins: Origins = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Listening]:
    """Serve an app until the block ends; arguments and errors are those of `rtgen_runtime.listen`."""
    app.gate.check()
    app.life.begin()

    async def handle(socket: ServerConnection) -> None:
        headers = Headers() if socket.request is None else socket.request.headers
        connection = app.connect(
            WebSocketLink(socket),
            socket.subprotocol,
            origin_allowed=is_allowed(origins, headers.get_all("Origin")),
            handshake=_handshake(app, socket, headers),
        )
        if isinstance(socket, _Socket):
            socket.taken = connection.writable
            socket.opened()
        try:
            async for message in socket:
                connection.receive(message)
        except ConnectionClosed:
            pass  # without a closing handshake; the client comes back by itself
        finally:
            app.disconnected(connection)

    async with (
        serve(
            handle,
            host,
            port,
            process_request=_served_by(app),
            select_subprotocol=_select,
            compression=None,
            ping_interval=None,
            open_timeout=_CLOSING,
            close_timeout=_CLOSING,
            max_size=4
            * app.contract.limits.frame,  # the session answers `too_large`; beyond this the library closes
            max_queue=16,
            write_limit=(_MARK, 0),  # so that the socket tells when its buffer is empty
            create_connection=_sockets(app),
            server_header=None,
            ssl=tls,
            logger=_logger,
        ) as server
    ):
        try:
            yield Listening(host, _port(server), secure=tls is not None)
        finally:
            server.close(close_connections=False)
            await app.stop()


def _select(
    _socket: ServerConnection, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    chosen = choose_subprotocol(offered)
    return None if chosen is None else Subprotocol(chosen)


def _sockets(app: App) -> type[_Socket]:
    class Socket(_Socket):
        routes = app.routes
        half_open = HalfOpen(app.settings.most_half_open, app.proxies)

    return Socket


def _served_by(
    app: App,
) -> Callable[[ServerConnection, Request], Awaitable[Response | None]]:
    """Answers what is no WebSocket handshake and has a route; the library refuses the rest in its own words."""

    async def answer(socket: ServerConnection, request: Request) -> Response | None:
        if "upgrade" in request.headers:
            peer = _peer(socket)
            elsewhere = app.proxies.elsewhere(peer, app.life.why_not_ready)
            return None if elsewhere is None else _response(elsewhere)
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        path = request.path.partition("?")[0]
        method = getattr(request, "method", "GET")  # older versions know no other
        given = await app.routes.answer(HttpRequest(method, path, headers))
        return None if given is None else _response(given)

    return answer


def _response(given: HttpResponse) -> Response:
    headers = Headers(given.headers)
    headers["Content-Type"] = given.content_type
    headers["Content-Length"] = str(len(given.body))
    headers["Cache-Control"] = "no-store"
    headers["Connection"] = "close"
    return Response(given.status, HTTPStatus(given.status).phrase, headers, given.body)


def _handshake(app: App, socket: ServerConnection, headers: Headers) -> Handshake:
    """What an authenticator may look at."""
    joined = {name.lower(): ", ".join(headers.get_all(name)) for name in headers}
    return Handshake(joined, app.proxies.client(_peer(socket), joined))


def _peer(socket: ServerConnection) -> str:
    remote = socket.remote_address
    return str(remote[0]) if isinstance(remote, tuple) else ""


def _port(server: Server) -> int:
    port: int = next(iter(server.sockets)).getsockname()[1]
    return port


def _header(opcode: int, size: int) -> bytes:
    """The head of an unmasked frame that is a whole message (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((opcode, size))
    if size < 65_536:
        return bytes((opcode, 126)) + size.to_bytes(2, "big")
    return bytes((opcode, 127)) + size.to_bytes(8, "big")
