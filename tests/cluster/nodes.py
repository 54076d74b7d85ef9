"""Several nodes around one Redis, and people at each of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from faults.served import ServerProcess
from redis_server import RedisServer
from workers.crew import Crew, Person

QUICK = "lease=3"
"""So that a dead node is noticed within a test."""


@dataclass(slots=True)
class Nodes(Crew):
    """People in one room; `person` is at the first node, unless another is named."""

    others: tuple[ServerProcess, ...] = ()
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def person(self, name: str = "", client: str = "", session: str = "") -> Person:
        return await self.person_at(self.server, name, client, session)

    async def elsewhere(self, than: Person, name: str = "", client: str = "", session: str = "") -> Person:
        servers = (self.server, *self.others)
        server = next(each for each in servers if each.process.pid != than.process)
        return await self.person_at(server, name, client, session)

    async def person_at(self, server: ServerProcess, name: str = "", client: str = "", session: str = "") -> Person:
        """Connected to this node, joined."""
        before, self.server = self.server, server
        try:
            return await Crew.person(self, name, client, session)
        finally:
            self.server = before


@asynccontextmanager
async def two_nodes(code: Path, redis: RedisServer, prefix: str, *options: str) -> AsyncIterator[list[ServerProcess]]:
    """Both serve the crew."""
    store = f"{redis.url}?prefix={prefix}&{QUICK}"
    given = ("--log-level", "error", "--metrics", *options)
    found = [ServerProcess(code, code, store=store, package="crew", options=given) for _ in range(2)]
    try:
        await asyncio.gather(*(each.start() for each in found))
        yield found
    finally:
        for each in found:
            await each.kill()


@asynccontextmanager
async def people_at(servers: list[ServerProcess]) -> AsyncIterator[Nodes]:
    """Nobody yet."""
    async with AsyncExitStack() as stack:
        yield Nodes(servers[0], stack, others=tuple(servers[1:]))
