"""Members of some halls on generated Python clients, as a process of its own: `python crowd.py PLAN`.

It takes orders as `crowds/obeying.py` has it. All that happens is written down for the delivery checker, by the clock
that all processes share. tests/web/chaos/crowd.ts is the same in TypeScript, but for guests.
"""

import asyncio
import contextlib
import importlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
import uvloop
from chaos.guests import Guests
from chaos.said import digest
from crowds.obeying import Act, obey, tell
from delivery.history import Kind, Op
from delivery.recording import WALL, Log, named, recorded
from rtgen_runtime.errors import RealtimeError

hall: Any = importlib.import_module("hall")
"""Generated for this play."""

PATIENCE: Final = 0.2
"""Seconds before what failed is tried as something new."""
PACKED: Final = 5
"""One in so many members of a hall speaks MessagePack, which costs a client in Python the most."""
RECORDED: Final = frozenset({"add", "say"})
SLOTS: Final = {"rate": (Kind.LATEST, "hall.price/{}"), "move": (Kind.CONFLATED, "hall.moved/{}")}
"""Of which each member has one value; the slots as the history calls them."""


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
    hushed: bool = True
    pace: float = 1.0
    """So many times as slow they talk."""
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    talks: list[asyncio.Task[None]] = field(default_factory=list)

    async def come(self) -> None:
        """All of them join; each goes on trying until it is in."""
        await asyncio.gather(*(self._arrive(number) for number in range(self.plan["members"])))

    async def _arrive(self, number: int) -> None:
        halls = self.plan["halls"]
        encoding = "json" if number // halls % PACKED else "msgpack"
        client: Any = recorded(hall.HallClient, self.log)(self.plan["url"], encoding=encoding)
        await client.__aenter__()
        member = Member(client, named(client))
        self.members.append(member)
        member.here = await client.hall(name=f"h{number % halls}")
        self.tasks.append(asyncio.ensure_future(self._listen(member)))
        with contextlib.suppress(RealtimeError):  # it is shown with each join
            await member.here.present.show(hall.Item(text=member.name, of=member.name))

    async def talk(self, guests: Guests | None) -> dict[str, Any]:
        """Begin to talk, all of them."""
        self.hushed = False
        self.talks = [asyncio.ensure_future(self._talk(each)) for each in self.members]
        if guests is not None:
            guests.begin(self._until_barred)
        return {"talking": True}

    async def slow(self, pace: float) -> dict[str, Any]:
        """Talk so many times as slow from now on."""
        self.pace = pace
        return {"slow": True}

    async def hush(self, guests: Guests | None) -> dict[str, Any]:
        """Say nothing more; what was said has its answer, and guests are gone."""
        self.hushed = True
        await asyncio.gather(*self.talks)
        if guests is not None:
            await guests.end()
        return {"hushed": True}

    async def mark(self) -> dict[str, Any]:
        """Everybody's newest values, and something for each hall, said until it is acknowledged."""
        await asyncio.gather(*(self._until_acked(each, event) for each in self.members for event in SLOTS))
        first = {each.here.address: each for each in self.members}
        marks = await asyncio.gather(*(self._until_acked(each, "add", "mark ") for each in first.values()))
        return {"marks": dict(zip(first, marks, strict=True))}

    async def hear(self, marks: dict[str, list[str]]) -> None:
        """Wait until every listener has them."""
        async with self.news:
            await self.news.wait_for(lambda: all(each.marks >= set(marks[each.here.address]) for each in self.members))
        tell(heard=True)

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
        """Some things at once, then a while nothing."""
        while True:
            await asyncio.sleep(self.dice.uniform(0, 2 * self.pace * self.plan["every"]))
            if self.hushed:
                return
            said = self.dice.choices(("add", "say"), (2, 1), k=self.dice.randrange(2 * self.plan["burst"] - 1))
            said.append(self.dice.choice(("add", "say", "rate", "move", "wave")))  # of a slot one value at a time
            await asyncio.gather(*(self._say(member, event) for event in said))

    async def _until_acked(self, member: Member, event: str, prefix: str = "") -> str:
        while True:
            text = await self._say(member, event, prefix)
            if text:
                return text
            await asyncio.sleep(PATIENCE)

    async def _until_barred(self, who: str) -> None:
        while True:
            with contextlib.suppress(RealtimeError):
                await self.dice.choice(self.members).here.bar(hall.Item(text="", of=who))
                return
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
        kind, slot = SLOTS.get(event, (Kind.RECORDED, ""))
        about = {"address": here.address, "key": key}
        hashed = digest(msgspec.json.encode(item))
        self.log.write(Op.PUBLISH, **about, hash=hashed, kind=kind, slot=slot.format(_spelled(event, member.name)))
        try:
            stands = await getattr(here, event)(item)
        except RealtimeError:
            self.log.write(Op.UNKNOWN, **about)
            return ""
        if kind is Kind.RECORDED and not stands.epoch:  # it is kept, and nobody can say where
            self.log.write(Op.UNKNOWN, **about)
            return text
        self.log.write(Op.ACK, **about, epoch=stands.epoch, offset=stands.offset)
        self.acked += event in RECORDED
        return text

    async def _listen(self, member: Member) -> None:
        async for item in member.here.added:
            if item.text.startswith("mark "):
                async with self.news:
                    member.marks.add(item.text)
                    self.news.notify_all()


def _spelled(event: str, name: str) -> str:
    """Keys of latest events are JSON, those of conflated ones are as they are."""
    return json.dumps(name) if event == "rate" else name


async def follow(plan: dict[str, Any]) -> None:
    """One process's work."""
    log = Log(plan["name"], clock=WALL, digest=digest, prefix=f"{plan['name']}/")
    dice = Random(plan["seed"])  # noqa: S311 - it is to be repeated
    with log.into(Path(plan["history"])):
        crowd = Crowd(plan, log, dice)
        guests = Guests(hall, log, dice, plan["url"], plan["guests"]) if plan["guests"] else None
        await crowd.come()
        tell(here=len(crowd.members))
        await obey(_acts(crowd, guests), crowd.stand)
        await crowd.leave()
    tell(left=True)


def _acts(crowd: Crowd, guests: Guests | None) -> dict[str, Act]:
    async def hear(order: dict[str, Any]) -> dict[str, Any]:
        crowd.tasks.append(asyncio.ensure_future(crowd.hear(order["marks"])))
        return {}

    return {
        "talk": lambda _: crowd.talk(guests),
        "slow": lambda order: crowd.slow(order["pace"]),
        "hush": lambda _: crowd.hush(guests),
        "mark": lambda _: crowd.mark(),
        "hear": hear,
    }


if __name__ == "__main__":
    uvloop.run(follow(json.loads(sys.argv[1])))
