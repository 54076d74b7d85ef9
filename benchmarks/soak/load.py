"""Clients that join, ask, listen, come back with their position, and sometimes don't read; what they saw is counted."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

MEMBERS: Final = 100
ROOMS: Final = 20
SLOW: Final = 6
HELLO: Final = {"contract": "chat", "version": "1.0.0"}
LARGE: Final = "x" * 1500


@dataclass(slots=True)
class Member:
    """One client, over all its connections."""

    port: int
    name: str
    room: str
    every: float
    """Seconds between two messages, on average."""
    body: str
    dice: Random
    counts: Counter[str]
    reads: bool = True
    position: list[Any] | None = None
    session: str = ""
    ref: int = 0
    waiting: set[int] = field(default_factory=set)

    async def live(self) -> None:
        """Connection after connection."""
        while True:
            try:
                async with self._connected() as socket, asyncio.TaskGroup() as group:
                    group.create_task(self._talk(socket))
                    group.create_task(self._listen(socket))
                    group.create_task(self._end(socket))
            except* (ConnectionClosed, OSError):
                self.counts["connections"] += 1
            self.waiting.clear()
            await asyncio.sleep(self.dice.uniform(0.0, 1.0))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[ClientConnection]:
        url, subprotocols = f"ws://127.0.0.1:{self.port}", [Subprotocol("rtgen.v1.json")]
        options: dict[str, Any] = {"compression": None, "ping_interval": None, "max_queue": 1 if not self.reads else 64}
        async with connect(url, subprotocols=subprotocols, close_timeout=1, **options) as socket:
            await self._tell(socket, "$hello", {**HELLO, "client": self.name, "session": self.session})
            await self._join(socket)
            await self._pass_through(socket)
            yield socket

    async def _tell(self, socket: ClientConnection, *frame: Any) -> None:
        await socket.send(json.dumps(frame))

    async def _join(self, socket: ClientConnection) -> None:
        self.ref += 1
        since = {} if self.position is None else {"since": self.position}
        await self._tell(socket, "$join", self.ref, self.room, since)

    async def _pass_through(self, socket: ClientConnection) -> None:
        """A room that nobody else will ever enter."""
        address = f"rooms/{self.name}-{self.ref}"
        await self._tell(socket, "$join", self.ref + 1, address)
        await self._tell(socket, "$leave", self.ref + 2, address)
        self.ref += 2

    async def _talk(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(self.dice.expovariate(1 / self.every))
            self.ref += 1
            self.waiting.add(self.ref)
            payload = {"name": self.name, "body": f"{self.ref} {self.body}"}
            await self._tell(socket, "room.send", self.ref, self.room, payload)
            if self.dice.random() < 0.2:
                await self._tell(socket, "room.typing", 0, self.room, {"name": self.name, "mood": "typing"})

    async def _listen(self, socket: ClientConnection) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        async for message in socket:
            await self._hear(socket, json.loads(message))

    async def _hear(self, socket: ClientConnection, frame: list[Any]) -> None:
        match frame:
            case ["$ping", tick]:
                await self._tell(socket, "$pong", tick)
            case ["$welcome", info]:
                self.session = info["session"]
            case ["$joined", _, self.room, info]:
                self.counts["recovered" if info["recovered"] else "not recovered"] += 1
                missed = self.position[1] if info["recovered"] and self.position else info["offset"]
                self.position = [info["epoch"], missed]
            case ["room.posted", offset, self.room, *_]:
                self.counts["received"] += 1
                if self.position is None or offset != self.position[1] + 1:
                    self.counts["out of order"] += 1
                self.position = [self.position[0] if self.position else "", offset]
            case ["$reply", ref, *_] if ref in self.waiting:
                self.waiting.discard(ref)
                self.counts["acknowledged"] += 1
            case ["$error", ref, info, *_]:
                self.waiting.discard(ref)
                self.counts[f"error {info['code']}"] += 1

    async def _end(self, socket: ClientConnection) -> None:
        """After a while, politely or not."""
        await asyncio.sleep(self.dice.expovariate(1 / 20))
        if self.dice.random() < 0.5:
            await socket.close()
        socket.transport.abort()
        raise ConnectionResetError


def members(port: int, counts: Counter[str], seed: int) -> list[Member]:
    """Calm rooms, and one whose large messages some do not read."""
    dice = Random(seed)  # noqa: S311 - it is to be repeated
    calm = [Member(port, f"m{number}", f"rooms/r{number % ROOMS}", 2.0, "", dice, counts) for number in range(MEMBERS)]
    loud = [Member(port, f"l{number}", "rooms/loud", 0.1, LARGE, dice, counts) for number in range(2)]
    slow = [Member(port, f"s{number}", "rooms/loud", 1e9, "", dice, counts, reads=False) for number in range(SLOW)]
    return [*calm, *loud, *slow]


async def run(port: int, seconds: float) -> Counter[str]:
    """What was seen."""
    counts = Counter[str]()
    tasks = [asyncio.ensure_future(each.live()) for each in members(port, counts, 1)]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
    return counts


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(int(sys.argv[1]), float(sys.argv[2])))))
