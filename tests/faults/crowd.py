"""Members and publishers on generated clients, whose history the delivery checker judges."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from delivery.history import Kind, Op, hashed
from delivery.recording import Log, recorded
from delivery.report import Report
from msgspec import json
from rtgen_runtime.errors import RealtimeError

ROOM = "a"
ADDRESS = f"rooms/{ROOM}"


@dataclass(slots=True)
class Crowd:
    """Clients of one room."""

    chat: ModuleType
    log: Log = field(default_factory=Log)
    acked: int = 0
    epochs: set[str] = field(default_factory=set)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _listening: list[asyncio.Task[None]] = field(default_factory=list)
    _bodies: Any = field(default_factory=itertools.count)
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ends: dict[str, int] = field(default_factory=dict)

    async def member(self, url: str, **options: Any) -> Any:
        """A client that has joined and listens."""
        client = recorded(self.chat.ChatClient, self.log)(url, **options)
        await self._stack.enter_async_context(client)
        room = await client.room(room_id=ROOM)
        self._ends[client.name] = -1
        self._listening.append(asyncio.ensure_future(self._listen(client.name, room)))
        return room

    async def say(self, room: Any, size: int = 10) -> bool:
        """Publish one message; whether it was acknowledged."""
        number = next(self._bodies)
        body = f"{number} " + "x" * size
        payload = self.chat.RoomSendPayload(name="ada", body=body)
        message = {"id": str(uuid5(NAMESPACE_URL, body)), "author": {"id": "a", "name": "ada"}, "body": body}
        digest, key = hashed(json.encode(message | {"sentAt": "2026-01-01T00:00:00Z"})), f"say {number}"
        self.log.write(Op.PUBLISH, address=ADDRESS, key=key, hash=digest, kind=Kind.RECORDED)
        try:
            reply = await room.send(payload)
        except RealtimeError:
            self.log.write(Op.UNKNOWN, address=ADDRESS, key=key)
            return False
        offset, epoch = reply.tags
        self.log.write(Op.ACK, address=ADDRESS, key=key, epoch=epoch, offset=int(offset))
        self.epochs.add(epoch)
        async with self._heard:
            self.acked += 1
            self._heard.notify_all()
        return True

    async def talk(self, room: Any, stop: asyncio.Event, size: int = 10, most: int = 1_000_000) -> None:
        """Publish, one after the other, until told to stop; what fails is tried as something new."""
        while not stop.is_set() and most:
            most -= await self.say(room, size)
            await asyncio.sleep(0.02)  # who is away for long misses no more than is replayed

    async def until_acked(self, count: int) -> None:
        """Wait until so many more are acknowledged."""
        wanted = self.acked + count
        async with self._heard:
            await self._heard.wait_for(lambda: self.acked >= wanted)

    async def calm(self, room: Any) -> Report:
        """Everybody hears a last message; then the history is judged."""
        async with asyncio.timeout(90):
            await self.talk(room, asyncio.Event(), most=1)
            last = next(self._bodies) - 1
            async with self._heard:
                await self._heard.wait_for(lambda: all(end >= last for end in self._ends.values()))
        self.log.write(Op.CALM)
        return self.log.check()

    async def _listen(self, name: str, room: Any) -> None:
        async for message in room.posted:
            async with self._heard:
                self._ends[name] = int(message.body.partition(" ")[0])
                self._heard.notify_all()

    async def leave(self) -> None:
        """Everybody goes."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        await self._stack.aclose()


@asynccontextmanager
async def crowd(chat: ModuleType) -> AsyncIterator[Crowd]:
    """Gone in the end."""
    made = Crowd(chat)
    try:
        yield made
    finally:
        await made.leave()
