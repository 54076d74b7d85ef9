"""Nodes of the chat as one server for generated clients: who connects meets one that is ready, as behind a balancer."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from faults.served import ServerProcess
from plain_http import ask
from redis_server import RedisServer
from rtgen_runtime.client.socket import Socket, SocketClosed, open_websocket

URL = "ws://fleet"
"""What clients are given: which node they meet is decided when they connect."""


@dataclass(slots=True)
class Fleet:
    """Nodes around one Redis, in their order."""

    code: Path
    store: str
    nodes: list[ServerProcess] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=itertools.count)

    async def add(self, *options: str, count: int = 1) -> list[ServerProcess]:
        """More of them. Who moves at the last moment of a drain has most of a second for it, on a busy machine too."""
        given = ("--metrics", "--log-level", "error", "--drain-window", "3", *options)
        found = [ServerProcess(self.code, self.code, store=self.store, options=given) for _ in range(count)]
        await asyncio.gather(*(each.start() for each in found))
        self.nodes += found
        return found

    async def connect(self, _url: str) -> Socket:
        """A socket of the next one that says it is ready; of a single one in any case."""
        start = next(self._turn)
        for number in range(len(self.nodes)):
            node = self.nodes[(start + number) % len(self.nodes)]
            if len(self.nodes) == 1 or await is_ready(node):
                return await open_websocket(f"ws://127.0.0.1:{node.port}")
        raise SocketClosed(1006, "no node is ready")

    async def end(self) -> None:
        """All of them."""
        for each in self.nodes:
            await each.kill()


async def is_ready(node: ServerProcess) -> bool:
    """Whether it takes clients, as a balancer asks."""
    if node.process.returncode is not None:
        return False
    try:
        return (await ask(f"http://127.0.0.1:{node.port}", "/ready")).status == 200
    except (OSError, EOFError):
        return False


async def metric(node: ServerProcess, name: str) -> float:
    """Its value now, by its name with labels."""
    text = (await ask(f"http://127.0.0.1:{node.port}", "/metrics")).body.decode()
    (found,) = (line.rpartition(" ")[2] for line in text.splitlines() if line.rpartition(" ")[0] == name)
    return float(found)


@asynccontextmanager
async def fleet(code: Path, redis: RedisServer, prefix: str, count: int) -> AsyncIterator[Fleet]:
    """Nodes, gone in the end."""
    made = Fleet(code, f"{redis.url}?prefix={prefix}&lease=3")
    try:
        await made.add(count=count)
        yield made
    finally:
        await made.end()
