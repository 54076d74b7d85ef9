"""Members of some rooms on generated Python clients of one version, as a process of its own: `python crowd.py PLAN`.

It takes orders as `crowds/obeying.py` has it. What happens is written down for the delivery checker, by the clock that
all processes share.
"""

import asyncio
import contextlib
import importlib
import itertools
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from crowds.obeying import Act, obey, tell
from delivery.history import Kind, Op
from delivery.recording import WALL, Log, recorded
from rtgen_runtime.errors import RealtimeError, RequestFailed
from rtgen_runtime.frames import Position


def digest(payload: bytes) -> str:
    """A message is the same in every version by its id, a notice by its name."""
    value: Any = json.loads(payload)
    return str(value.get("id") or value["name"])


@dataclass(slots=True)
class Crowd:
    """Clients, of which each is in one room. `plan` is what the command line gave."""

    plan: dict[str, Any]
    log: Log
    dice: Random
    chat: Any
    wrong: Counter[str] = field(default_factory=Counter)
    """What failed that should not have, by name."""
    acked: int = 0
    stands: dict[str, Position] = field(default_factory=dict)
    """By address, up to where it was published."""
    heard: dict[str, int] = field(default_factory=dict)
    """By client, the last offset that its listener got."""
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    hushed: asyncio.Event = field(default_factory=asyncio.Event)
    talking: list[asyncio.Task[None]] = field(default_factory=list)
    listening: list[asyncio.Task[None]] = field(default_factory=list)
    clients: list[Any] = field(default_factory=list)

    async def come(self) -> None:
        """One after the other, each into its room; then some of them talk."""
        rooms = []
        for number in range(self.plan["members"]):
            encoding = "msgpack" if number % 2 else "json"
            client = recorded(self.chat.ChatClient, self.log)(self.plan["url"], encoding=encoding)
            await client.__aenter__()
            self.clients.append(client)
            room = await client.room(room_id=f"r{number % self.plan['rooms']}")
            self.listening.append(asyncio.ensure_future(self._listen(client, room)))
            rooms.append(room)
        self.talking = [asyncio.ensure_future(self._talk(each)) for each in rooms[: self.plan["talkers"]]]

    async def hush(self) -> dict[str, Any]:
        """Say nothing more; what was said has its answer. Up to where each room stands."""
        self.hushed.set()
        await asyncio.gather(*self.talking)
        return {"stands": self.stands}

    async def hear(self, stands: dict[str, Position]) -> dict[str, Any]:
        """Wait until every listener has everything."""
        async with self.news:
            await self.news.wait_for(lambda: all(self._has(each, stands) for each in self.clients))
        return {"heard": len(self.clients)}

    async def leave(self) -> None:
        """Everybody goes."""
        for task in self.listening:
            task.cancel()
        await asyncio.gather(*self.listening, return_exceptions=True)
        for client in self.clients:
            await client.close()

    def _has(self, client: Any, stands: dict[str, Position]) -> bool:
        return all(
            address not in client._joins.channels or self.heard.get(client.name, 0) >= offset
            for address, (_, offset) in stands.items()
        )

    async def _talk(self, room: Any) -> None:
        for number in itertools.count(1):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hushed.wait(), self.dice.expovariate(1 / self.plan["every"]))
                return
            about = f"{self.log.proc} {room.address} {self.dice.getrandbits(32)} {number}"
            await self._say(room, about)
            if number % 5 == 0:
                self._wave(room, about)

    async def _say(self, room: Any, body: str) -> None:
        payload = self.chat.RoomSendPayload(**{"name": "ada", self.plan["body"]: body, **self.plan["more"]})
        key = f"say {body}"
        address = room.address
        self.log.write(Op.PUBLISH, address=address, key=key, hash=str(uuid5(NAMESPACE_URL, body)), kind=Kind.RECORDED)
        try:
            reply = await room.send(payload)
        except RealtimeError as error:
            self.log.write(Op.UNKNOWN, address=address, key=key)
            self.wrong[error.code if isinstance(error, RequestFailed) else type(error).__name__] += 1
            return
        offset, epoch = reply.tags
        self.log.write(Op.ACK, address=address, key=key, epoch=epoch, offset=int(offset))
        self.acked += 1
        self.stands[address] = max(self.stands.get(address, (epoch, 0)), (epoch, int(offset)), key=lambda at: at[1])

    def _wave(self, room: Any, about: str) -> None:
        try:
            room.typing(self.chat.RoomTypingPayload(name=about, mood=self.plan["mood"]))
        except RealtimeError as error:
            self.wrong[f"typing: {type(error).__name__}"] += 1

    async def _listen(self, client: Any, room: Any) -> None:
        async for received in room.posted.listen():
            async with self.news:
                self.heard[client.name] = received.offset
                self.news.notify_all()

    def stand(self) -> dict[str, Any]:
        """How it goes."""
        invalid = sum(client._invalid for client in self.clients)
        ended = sum(client._closed is not None for client in self.clients)
        found = Counter({"invalid event": invalid, "closed for good": ended})
        return {"acked": self.acked, "wrong": {**self.wrong, **+found}}


async def follow(plan: dict[str, Any]) -> None:
    """One process's work."""
    log = Log(plan["name"], clock=WALL, digest=digest, prefix=f"{plan['name']}/")
    with log.into(Path(plan["history"])):
        crowd = Crowd(plan, log, Random(plan["seed"]), importlib.import_module("chat"))  # noqa: S311 - to be repeated
        await crowd.come()
        tell(here=len(crowd.clients))
        acts: dict[str, Act] = {"hush": lambda _: crowd.hush(), "hear": lambda order: crowd.hear(order["stands"])}
        await obey(acts, crowd.stand)
        await crowd.leave()
    tell(left=True)


if __name__ == "__main__":
    asyncio.run(follow(json.loads(sys.argv[1])))
