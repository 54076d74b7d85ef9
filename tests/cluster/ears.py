"""A node without clients: its store, its broker, and everything that it was told."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from rtgen_runtime.broker.words import Afresh, Control, News, Put, Recorded, Said, Word
from rtgen_runtime.declarations import HistorySize, Loss
from rtgen_runtime.history.interface import Cap, Position
from rtgen_runtime.redis.broker import RedisBroker
from rtgen_runtime.redis.losses import Losses
from rtgen_runtime.redis.presence import RedisPresence
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.shard import Shard
from rtgen_runtime.redis.store import RedisStore
from rtgen_runtime.redis.target import targets_of
from rtgen_runtime.redis.watching import Watch

SIZE = HistorySize(1000, 3600.0)
ROOM = "rooms/a"


@dataclass
class Ears:
    """What was heard, in order."""

    heard: list[tuple[str, Any]] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)
    """Addresses of which newest values are read again."""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def said(self, address: str, word: Word) -> None:
        self._add(address, word)

    def news(self, address: str, news: News) -> None:
        self._add(address, news)

    def deaf(self, address: str) -> None:
        self.forgotten.add(address)

    def control(self, control: Control) -> None:
        self._add("", control)

    def _add(self, address: str, what: Any) -> None:
        self.heard.append((address, what))
        self.wake()

    def wake(self) -> None:
        """Look again whether it is true."""

        async def wake() -> None:
            async with self._news:
                self._news.notify_all()

        self._waking = asyncio.ensure_future(wake())

    async def until(self, fits: Callable[[], bool]) -> None:
        """Something is heard that makes it true."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(fits)

    async def has(self, what: Any) -> None:
        """It was heard."""
        await self.until(lambda: any(each == what for _, each in self.heard))

    def offsets(self, address: str = ROOM) -> list[int]:
        """Of what was recorded."""
        return [each.offset for where, each in self.heard if where == address and isinstance(each, Recorded)]

    def texts(self, address: str = ROOM) -> list[bytes]:
        """What was recorded, put or said there."""
        found = []
        for where, each in self.heard:
            if where == address and isinstance(each, Recorded | Put):
                found.append(each.payload)
            elif where == address and isinstance(each, Said):
                found.append(each.frame)
        return found

    def afresh(self, address: str = ROOM) -> list[str]:
        """Why members had to join again."""
        return [each.reason for where, each in self.heard if where == address and isinstance(each, Afresh)]


class Node:
    """One of several; `quick` seconds between its ticks."""

    def __init__(
        self, urls: str, contract: str = "crew", *, quick: float = 0.2, on_loss: Loss = "local", name: str = ""
    ) -> None:
        targets = targets_of(urls, {})
        first = Shard(targets[0], contract, "1.0.0", node=name)
        self.shards = [first, *(Shard(each, contract, "1.0.0", node=first.node) for each in targets[1:])]
        self.shard = first
        self.ring = Ring(self.shards)
        self.watches = [Watch(each, tick=quick, quiet=quick) for each in self.shards]
        self.watch = self.watches[0]
        self.broker = RedisBroker(self.ring, time.time, Losses((), lambda _: None, on_loss), linger=0.2)
        self.presence = RedisPresence(self.ring)
        self.store = RedisStore(self.watches, self.ring, patience=0.0)
        self.ears = Ears()
        self.broker.listen(self.ears)
        self.broker.on_deaf = self.presence.forget
        for watch in self.watches:
            watch.on_dead, watch.on_people = self.broker.dead, self.presence.compare
            watch.on_change = self.ears.wake
            watch.on_quiet = partial(self.broker.remember, watch.shard)

    async def start(self) -> None:
        for watch in self.watches:
            await watch.start()

    def append(self, text: str, address: str = ROOM) -> "asyncio.Future[Position]":
        """Record something."""
        return self.store.history.append(address, SIZE, "room.added", text.encode())

    async def until(self, fits: Callable[[], bool]) -> None:
        """What no node is told of becomes true; Redis is asked something each time."""
        async with asyncio.timeout(20):
            while not fits():
                await self.shard.commands.ask("PING")

    async def enter(self, address: str = ROOM) -> None:
        """A member comes, and learns where the history stands."""
        self.broker.members(address, 1)
        await self.broker.ready(address)
        if self.broker.is_up:
            await self.store.history.read(address, SIZE, None, Cap(0, 0))


def prefixed(url: str, more: str = "") -> str:
    """Nobody else's keys."""
    return f"{url}?prefix={secrets.token_hex(6)}{more}"


@asynccontextmanager
async def nodes(urls: str, count: int = 2, **options: Any) -> AsyncIterator[list[Node]]:
    """All in one room."""
    found = [Node(urls, **options) for _ in range(count)]
    try:
        for each in found:
            await each.start()
            await each.enter()
        yield found
    finally:
        for each in found:
            await each.store.close()
