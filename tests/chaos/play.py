"""A play: faults of many kinds while people talk, then quiet, then a verdict of the delivery checker.

The seed decides which faults happen when; how they meet what goes on is up to the machine.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from chaos.deeds import DEEDS, until_redis_serves
from chaos.world import LEASE, World, world
from delivery.checker import check
from delivery.history import Op, Record, read
from delivery.report import Report

GRACE: Final = 5.0
SLACK: Final = 2.0
LAST_WORD: Final = 30.0
"""Seconds in which everybody must have heard the last word."""


@dataclass(slots=True)
class Fault:
    """One that happened; times are seconds since 1970."""

    name: str
    began: float
    ended: float = 0.0
    words: str = ""


@dataclass(slots=True)
class Sample:
    """How it stood at a moment."""

    t: float
    acked: int
    away: int


@dataclass(slots=True)
class Outcome:
    """One play. `back` is the seconds after the last fault in which everybody was back."""

    seed: int
    faults: list[Fault] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    back: float = 0.0
    acked: int = 0
    began: float = 0.0
    ended: float = 0.0

    @property
    def kinds(self) -> Counter[str]:
        """How often each fault happened."""
        return Counter(each.name for each in self.faults)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how many, how often."""

    seconds: float
    faults: int
    members: int = 40
    halls: int = 10
    every: float = 0.25
    """Seconds between two messages of a member, on average."""
    mutation: str = ""
    only: Sequence[str] = ()
    """The faults to choose from; all of them by default."""


async def play(folder: Path, seed: int, plan: Plan) -> Outcome:
    """From the first process to the verdict."""
    outcome = Outcome(seed)
    async with world(folder, seed, plan.mutation) as it:
        await it.come(plan.members, plan.halls, plan.every, seed)
        watching = asyncio.ensure_future(_watch(it, outcome))
        before = sum(each.descriptors() for each in it.nodes)
        outcome.began = time.time()
        await _torment(it, outcome, plan)
        last = time.time()
        it.heal()
        await until_redis_serves(it)
        for crowd in it.crowds:
            await crowd.until_back()
        outcome.back = time.time() - last
        records = await _verdict(it, before)
        outcome.acked = it.acked
        outcome.ended = time.time()
        watching.cancel()
    outcome.report = check(records, grace=GRACE, absence=LEASE + SLACK)
    return outcome


async def _torment(it: World, outcome: Outcome, plan: Plan) -> None:
    """Faults at random moments, two at once at most."""
    names = list(plan.only or DEEDS)
    moments = sorted(it.dice.uniform(0, plan.seconds) for _ in range(plan.faults))
    chosen: list[str] = []
    while len(chosen) < plan.faults:  # each kind has its turn before one comes again
        chosen += it.dice.sample(names, len(names))
    room = asyncio.Semaphore(2)
    async with asyncio.TaskGroup() as group:
        for moment, name in zip(moments, chosen, strict=False):
            await asyncio.sleep(max(0.0, outcome.began + moment - time.time()))
            await room.acquire()
            group.create_task(_do(it, outcome, name, it.dice.uniform(0.5, 8.0), room))
        await asyncio.sleep(max(0.0, outcome.began + plan.seconds - time.time()))


async def _do(it: World, outcome: Outcome, name: str, seconds: float, room: asyncio.Semaphore) -> None:
    fault = Fault(name, time.time())
    outcome.faults.append(fault)
    try:
        fault.words = await DEEDS[name](it, seconds)
    finally:
        fault.ended = time.time()
        room.release()
    print(f"{fault.began - outcome.began:6.1f} s  {name}: {fault.words}", flush=True)


async def _watch(it: World, outcome: Outcome) -> None:
    while True:
        outcome.samples.append(Sample(time.time(), it.acked, it.away))
        await asyncio.sleep(0.25)


async def _verdict(it: World, before: int) -> list[Record]:
    """Quiet, a last word in each hall that all hear, and what everybody has written down."""
    for crowd in it.crowds:
        await crowd.order("hush", "hushed")
    marks: dict[str, list[str]] = {}
    for crowd in it.crowds:
        for address, text in (await crowd.order("mark", "marks"))["marks"].items():
            marks.setdefault(address, []).append(text)
    with suppress(TimeoutError):  # who has not heard by then is found by the checker
        async with asyncio.timeout(LAST_WORD):
            await asyncio.gather(*(crowd.order("hear", "heard", marks=marks) for crowd in it.crowds))
    await asyncio.sleep(GRACE + LEASE + SLACK)  # so long may a person be seen that is gone
    after = sum(each.descriptors() for each in it.nodes)
    await it.crowds[0].order("calm", "calm")
    records = [
        replace(record, client=record.client and f"{record.proc}/{record.client}")
        for crowd in it.crowds
        for record in await crowd.leave()
    ]
    for node in it.nodes:
        if node.effects.exists():
            records += read(node.effects.read_text(encoding="utf-8").splitlines())
    records.append(Record(time.time(), Op.BOUND, key="descriptors of all nodes", before=before, after=after))
    return records
