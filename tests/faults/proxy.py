"""A TCP proxy between clients and a server that does what networks do, when a test says so."""

import asyncio
from dataclasses import dataclass, field
from random import SystemRandom
from types import TracebackType
from typing import Final, Literal, Self

UP = "up"
"""From clients to the server."""
DOWN = "down"
"""From the server to clients."""

_chance: Final = SystemRandom()


@dataclass(eq=False, slots=True)
class _Pair:
    """One connection of a client, and ours to the server for it."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    passed: int = 0

    def abort(self) -> None:
        for writer in (self.client, self.server):
            writer.transport.abort()


@dataclass(slots=True)
class FaultProxy:
    """Forwards to one port of this machine. The faults apply to bytes that come from now on; `heal` ends them.

    A target that is away is refused as it would be without a proxy.
    """

    target: int
    delay: float = 0.0
    """Seconds that every piece waits."""
    jitter: float = 0.0
    """Seconds that it waits more, at most: each piece for its own time, and none overtakes another."""
    slice: int = 0
    """Bytes of the pieces that are passed on, 0 for as they come."""
    swallowed: frozenset[str] = frozenset()
    """Directions whose bytes are taken and never delivered: both are a black hole, one is half a connection."""
    cut_after: int | None = None
    """Bytes, in both directions together, after which a connection is reset."""
    connections: int = 0
    resets: int = 0
    """Of ours."""
    ended: int = 0
    """Connections that are over, whoever ended them."""
    _pairs: set[_Pair] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.reset()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"ws://127.0.0.1:{self.port}"

    async def until(self, count: Literal["connections", "resets", "ended"], least: int) -> None:
        """Wait until there were so many."""
        while getattr(self, count) < least:
            await self._changed.wait()

    def _note(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def reset(self) -> None:
        """Reset all connections: no closing handshake, no goodbye."""
        for pair in tuple(self._pairs):
            self.resets += 1
            pair.abort()

    def reset_clients(self) -> None:
        """Reset them at the clients' side only: the server goes on to believe in them."""
        for pair in tuple(self._pairs):
            self.resets += 1
            self._pairs.discard(pair)
            pair.client.transport.abort()
        self._note()

    def inject(self, data: bytes, direction: str) -> None:
        """Put bytes of ours between."""
        for pair in tuple(self._pairs):
            (pair.server if direction == UP else pair.client).write(data)

    def heal(self) -> None:
        """No faults from now on; what was swallowed stays so."""
        self.delay, self.jitter, self.slice, self.swallowed, self.cut_after = 0.0, 0.0, 0, frozenset(), None

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the target.

        Raises:
            OSError: It is away.
        """
        return await asyncio.open_connection("127.0.0.1", self.target)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await self.dial()
        except OSError:
            writer.transport.abort()
            return
        self.connections += 1
        pair = _Pair(writer, up_writer)
        self._pairs.add(pair)
        self._note()
        for source, sink, direction in ((reader, up_writer, UP), (up_reader, writer, DOWN)):
            task = asyncio.get_running_loop().create_task(self._pump(pair, source, sink, direction))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self, pair: _Pair, source: asyncio.StreamReader, sink: asyncio.StreamWriter, direction: str
    ) -> None:
        try:
            while data := await source.read(65_536):
                if direction not in self.swallowed:
                    await self._pass_on(pair, sink, data)
        except OSError:
            pass
        finally:
            if pair in self._pairs:
                self._pairs.discard(pair)
                self.ended += 1
                pair.abort()
                self._note()
            elif direction == DOWN:
                pair.abort()  # the server has noticed at last

    async def _pass_on(self, pair: _Pair, sink: asyncio.StreamWriter, data: bytes) -> None:
        if self.delay or self.jitter:
            await asyncio.sleep(self.delay + self.jitter * _chance.random())
        step = self.slice or len(data)
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            if self.cut_after is not None and pair.passed + len(piece) > self.cut_after:
                self.resets += 1
                raise ConnectionResetError
            if sink.is_closing():  # it was reset while the piece waited
                raise ConnectionResetError
            pair.passed += len(piece)
            sink.write(piece)
            await sink.drain()
