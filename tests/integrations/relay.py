"""A cable between a client and the server that can be cut and mended: what it carries is lost, the server lives on."""

import asyncio


class Relay:
    """Listens on a port of its own, which it keeps over cuts."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._carried: set[asyncio.StreamWriter] = set()
        self._port = 0
        self.connections = 0
        """How many connections were made through it."""

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"ws://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """From now on, connections are carried."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Connections break without a word, and new ones are refused."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._carried):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        both = (writer, there_writer)
        self._carried.update(both)
        try:
            await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
        finally:
            self._carried.difference_update(both)
            for each in both:
                each.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one end is gone. Then the other one goes, too."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
