"""A play: faults of many kinds while people talk, then quiet, then a verdict of the delivery checker.

The seed decides which faults happen when; how they meet what goes on is up to the machine.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chaos.bounds import compared, measure
from chaos.deeds import DEEDS, MUTE, until_redis_serves
from chaos.outcome import Fault, Outcome, Plan, Sample
from chaos.world import LEASE, World, world
from delivery.checker import judge
from delivery.history import Op, Record, merged
from delivery.recording import WALL, Log
from delivery.report import Invariant

GRACE: Final = 5.0
SLACK: Final = 2.0
LAST_WORD: Final = 30.0
"""Seconds in which everybody must have heard the last word."""
QUIET: Final = GRACE + LEASE + SLACK
"""So long may a person be seen that is gone."""
AT_EASE: Final = 2.0
"""So many times as slow all talk afterwards: it is not judged how a machine does that has nothing to spare."""
JUDGED_FROM: Final = 30.0
"""Seconds of talk after the faults from which on it is judged how quickly events come."""


async def play(folder: Path, seed: int, plan: Plan) -> Outcome:
    """From the first process to the verdict."""
    outcome = Outcome(seed)
    log = Log("play", clock=WALL)
    async with world(folder, seed, plan.mutation) as it:
        await it.come(plan.people, seed)
        stage = _Stage(it, outcome, plan, log)
        watching = asyncio.ensure_future(stage.watch())
        before = await stage.begin()
        await stage.torment()
        await stage.heal()
        await stage.end(before)
        closed = sum(crowd.stand["closed"] for crowd in it.crowds)
        outcome.ended = time.time()
        watching.cancel()
        histories = it.histories
    mute = [each for each in outcome.faults if each.name in MUTE]
    log.records.extend(Record(each.began, Op.MUTE, until=each.ended) for each in mute)
    log.records.sort(key=lambda each: each.t)
    log.save(folder / "play.jsonl")
    await asyncio.to_thread(_judge, outcome, [*histories, folder / "play.jsonl"])
    if closed:
        outcome.report.note(Invariant.LIVENESS, f"{closed} clients were refused for good")
    return outcome


def _judge(outcome: Outcome, histories: list[Path]) -> None:
    began = time.monotonic()
    outcome.report = judge(merged(histories), grace=GRACE, absence=LEASE + SLACK, also=[outcome.outages])
    outcome.judged = time.monotonic() - began


@dataclass(slots=True)
class _Stage:
    it: World
    outcome: Outcome
    plan: Plan
    log: Log

    async def watch(self) -> None:
        """How it stands, again and again."""
        while True:
            self.outcome.samples.append(Sample(time.time(), self.it.acked, self.it.away))
            await asyncio.sleep(0.25)

    async def begin(self) -> dict[str, float]:
        """Histories are full, or at least there; what is held then. In the end all talk.

        What nodes take to have everybody come back once they keep for the next time: that is no growth.
        """
        if self.plan.fill:
            await self._all("talk", "talking")
            while self.it.acked < self.plan.fill:
                await asyncio.gather(*(crowd.until(lambda _: True) for crowd in self.it.crowds))
            await self._come_back()
            await self._all("hush", "hushed")
        await self._marked()
        if self.plan.fill:
            await asyncio.sleep(QUIET)
        before = await measure(self.it, memory=bool(self.plan.fill))
        await self._all("talk", "talking")
        return before

    async def _come_back(self) -> None:
        self.it.clients.reset()
        for _ in range(2):  # by the second time that they say how they stand all know
            await asyncio.gather(*(crowd.until(lambda _: True) for crowd in self.it.crowds))
        await asyncio.gather(*(crowd.until(lambda stand: not stand["away"]) for crowd in self.it.crowds))

    async def torment(self) -> None:
        """Faults at random moments, two at once at most."""
        self.outcome.began = time.time()
        names = list(self.plan.only or DEEDS)
        dice = self.it.dice
        moments = sorted(dice.uniform(0, self.plan.seconds) for _ in range(self.plan.faults))
        chosen: list[str] = []
        while len(chosen) < self.plan.faults:  # each kind has its turn before one comes again
            chosen += dice.sample(names, len(names))
        room = asyncio.Semaphore(2)
        async with asyncio.TaskGroup() as group:
            for moment, name in zip(moments, chosen, strict=False):
                await asyncio.sleep(max(0.0, self.outcome.began + moment - time.time()))
                await room.acquire()
                group.create_task(self._do(name, dice.uniform(0.5, 8.0), room))
            await asyncio.sleep(max(0.0, self.outcome.began + self.plan.seconds - time.time()))

    async def _do(self, name: str, seconds: float, room: asyncio.Semaphore) -> None:
        fault = Fault(name, time.time())
        self.outcome.faults.append(fault)
        try:
            fault.words = await DEEDS[name](self.it, seconds)
        finally:
            fault.ended = time.time()
            room.release()
        print(f"{fault.began - self.outcome.began:6.1f} s  {name}: {fault.words}", flush=True)

    async def heal(self) -> None:
        """No faults; everybody comes back, and talks for a while."""
        self.outcome.healed = self.log.write(Op.HEALED).t
        self.it.heal()
        await until_redis_serves(self.it)
        with suppress(TimeoutError):  # who is not back by then is found by the checker
            await asyncio.gather(*(crowd.until(lambda stand: not stand["away"]) for crowd in self.it.crowds))
        await self._all("slow", "slow", pace=AT_EASE)
        steady = self.plan.steady
        self.log.write(Op.STEADY, until=time.time() + steady if steady >= JUDGED_FROM else 0.0)
        await asyncio.sleep(steady)

    async def end(self, before: dict[str, float]) -> None:
        """Quiet, a last word in each hall that all hear, and what is held then."""
        await self._all("hush", "hushed")
        marks = await self._marked()
        with suppress(TimeoutError):  # who has not heard by then is found by the checker
            async with asyncio.timeout(LAST_WORD):
                await asyncio.gather(*(crowd.order("hear", "heard", marks=marks) for crowd in self.it.crowds))
        await asyncio.sleep(QUIET)
        after = await measure(self.it, memory=bool(self.plan.fill))
        calm = self.log.write(Op.CALM).t
        self.log.records.extend(compared(calm, before, after))
        self.outcome.bounds = {name: (before[name], value) for name, value in after.items()}
        await asyncio.gather(*(crowd.leave() for crowd in self.it.crowds))

    async def _all(self, do: str, answer: str, **more: float) -> None:
        await asyncio.gather(*(crowd.order(do, answer, **more) for crowd in self.it.crowds))

    async def _marked(self) -> dict[str, list[str]]:
        """Something that was said last in each hall, by address."""
        marks: dict[str, list[str]] = {}
        for crowd in self.it.crowds:
            for address, text in (await crowd.order("mark", "marks"))["marks"].items():
                marks.setdefault(address, []).append(text)
        return marks
