"""Members of some halls on generated Python clients, as a process of its own: `python crowd.py PLAN`.

Each line in is an order, each line out says how it stands (both JSON); `people.py` is the other side. All that happens
is written down for the delivery checker, by the clock that all processes share.
"""

import asyncio
import contextlib
import importlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from delivery.history import Kind, Op, hashed
from delivery.recording import WALL, Log, named, recorded
from rtgen_runtime.errors import RealtimeError

hall: Any = importlib.import_module("hall")
"""Generated for this play."""

TELL_EVERY = 0.2
PATIENCE = 0.2
"""Seconds before what failed is tried as something new."""


@dataclass(slots=True)
class Member:
    """One client in one hall."""

    client: Any
    name: str
    here: Any = None
    marks: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Crowd:
    """Clients of one process. `plan` is what the command line gave."""

    plan: dict[str, Any]
    log: Log
    dice: Random
    members: list[Member] = field(default_factory=list)
    acked: int = 0
    numbers: int = 0
    hushed: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    talks: list[asyncio.Task[None]] = field(default_factory=list)

    async def come(self) -> None:
        """All of them join; each goes on trying until it is in."""
        await asyncio.gather(*(self._arrive(number) for number in range(self.plan["members"])))
        self.talks = [asyncio.ensure_future(self._talk(each)) for each in self.members]

    async def _arrive(self, number: int) -> None:
        encoding = "msgpack" if number % 2 else "json"
        client: Any = recorded(hall.HallClient, self.log)(self.plan["url"], encoding=encoding)
        await client.__aenter__()
        member = Member(client, f"{self.log.proc}-{named(client)}")
        self.members.append(member)
        member.here = await client.hall(name=f"h{number % self.plan['halls']}")
        self.tasks.append(asyncio.ensure_future(self._listen(member)))
        with contextlib.suppress(RealtimeError):  # it is shown with each join
            await member.here.present.show(hall.Item(text=member.name, of=member.name))

    async def hush(self) -> dict[str, Any]:
        """Say nothing more; what was said has its answer."""
        self.hushed.set()
        await asyncio.gather(*self.talks)
        return {"hushed": True}

    async def mark(self) -> dict[str, Any]:
        """Everybody's newest value, and something for each hall, said until it is acknowledged."""
        await asyncio.gather(*(self._until_acked(each, "rate") for each in self.members))
        first = {each.here.address: each for each in self.members}
        marks = await asyncio.gather(*(self._until_acked(each, "add", "mark ") for each in first.values()))
        return {"marks": dict(zip(first, marks, strict=True))}

    async def hear(self, marks: dict[str, list[str]]) -> None:
        """Wait until every listener has them."""
        async with self.news:
            await self.news.wait_for(lambda: all(each.marks >= set(marks[each.here.address]) for each in self.members))
        await tell(heard=True)

    async def leave(self) -> None:
        """Everybody goes."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*(each.client.close() for each in self.members))

    def stand(self) -> dict[str, Any]:
        """How it goes."""
        away = sum(each.here is None or each.client.status != "ready" for each in self.members)
        closed = sum(each.client._closed is not None for each in self.members)
        return {"acked": self.acked, "away": away, "closed": closed}

    async def _talk(self, member: Member) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hushed.wait(), self.dice.expovariate(1 / self.plan["every"]))
                return
            await self._say(member, self.dice.choices(("add", "say", "rate", "wave"), (6, 3, 1, 1))[0])

    async def _until_acked(self, member: Member, event: str, prefix: str = "") -> str:
        while True:
            text = await self._say(member, event, prefix)
            if text:
                return text
            await asyncio.sleep(PATIENCE)

    async def _say(self, member: Member, event: str, prefix: str = "") -> str:
        """Publish something; its text if it was acknowledged."""
        self.numbers += 1
        text = f"{prefix}{self.log.proc} {self.numbers}"
        item = hall.Item(text=text, of=member.name)
        here, key = member.here, f"{event} {self.log.proc} {self.numbers}"
        if event == "wave":
            with contextlib.suppress(RealtimeError):
                here.wave(item)
            return text
        kind, slot = (Kind.LATEST, f'hall.price/"{member.name}"') if event == "rate" else (Kind.RECORDED, "")
        digest = hashed(msgspec.json.encode(item))
        self.log.write(Op.PUBLISH, address=here.address, key=key, hash=digest, kind=kind, slot=slot)
        try:
            stands = await getattr(here, event)(item)
        except RealtimeError:
            self.log.write(Op.UNKNOWN, address=here.address, key=key)
            return ""
        if kind is Kind.RECORDED and not stands.epoch:  # it is kept, and nobody can say where
            self.log.write(Op.UNKNOWN, address=here.address, key=key)
            return text
        self.log.write(Op.ACK, address=here.address, key=key, epoch=stands.epoch, offset=stands.offset)
        self.acked += event != "rate"
        return text

    async def _listen(self, member: Member) -> None:
        async for item in member.here.added:
            if item.text.startswith("mark "):
                async with self.news:
                    member.marks.add(item.text)
                    self.news.notify_all()


async def tell(**said: Any) -> None:
    """To whoever gives orders."""
    print(json.dumps(said), flush=True)


async def obey(crowd: Crowd) -> None:
    """Until told to leave."""
    loop, orders = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    await crowd.come()
    await tell(here=len(crowd.members))
    telling = asyncio.ensure_future(_tell_again_and_again(crowd))
    async for line in orders:
        order = json.loads(line)
        match order["do"]:
            case "hush":
                await tell(**await crowd.hush())
            case "mark":
                await tell(**await crowd.mark())
            case "hear":
                crowd.tasks.append(asyncio.ensure_future(crowd.hear(order["marks"])))
            case "calm":
                crowd.log.write(Op.CALM)
                await tell(calm=True)
            case "leave":
                telling.cancel()
                crowd.log.save(Path(crowd.plan["history"]))
                await tell(left=True, **crowd.stand())
                await crowd.leave()
                return


async def _tell_again_and_again(crowd: Crowd) -> None:
    while True:
        await tell(**crowd.stand())
        await asyncio.sleep(TELL_EVERY)


def main() -> None:
    """One process's work."""
    plan = json.loads(sys.argv[1])
    log = Log(plan["name"], clock=WALL)
    asyncio.run(obey(Crowd(plan, log, Random(plan["seed"]))))  # noqa: S311 - it is to be repeated


if __name__ == "__main__":
    main()
