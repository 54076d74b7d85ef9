"""A TCP proxy that breaks connections the way networks do, so that the demo can show what happens then."""

import asyncio
from types import TracebackType
from typing import Self


class Proxy:
    """Forwards every connection to one port of this machine until told otherwise.

    `abort` resets what is open, `hold` lets nobody through until `release`, `inject` writes bytes of ours to the
    clients: a hand-made frame that no careful server would send.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._open = asyncio.Event()
        self._open.set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.refused = 0
        """Connections turned away while held."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where clients connect."""
        if self._server is None:
            raise RuntimeError("the proxy is not running")
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def abort(self) -> None:
        """Reset all connections: no closing handshake, no goodbye."""
        for writer in list(self._clients):
            writer.transport.abort()

    def hold(self) -> None:
        """Turn new connections away until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Let connections through again."""
        self._open.set()

    def inject(self, data: bytes) -> None:
        """Write bytes to every connected client, as if the server had sent them."""
        for writer in list(self._clients):
            writer.write(data)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open.is_set():
            self.refused += 1
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        self._clients.add(writer)
        for source, sink in ((reader, up_writer), (up_reader, writer)):
            task = asyncio.create_task(_pump(source, sink, (writer, up_writer)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: self._clients.discard(writer))


async def _pump(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, both: tuple[asyncio.StreamWriter, ...]
) -> None:
    """Copy one direction until it ends, then end both: half a connection is none."""
    try:
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        for writer in both:
            writer.transport.abort()


def text_frame(text: str) -> bytes:
    """A server's unmasked WebSocket text frame of less than 64 KiB (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    head = bytes([0x81, size]) if size < 126 else bytes([0x81, 126]) + size.to_bytes(2, "big")
    return head + payload
