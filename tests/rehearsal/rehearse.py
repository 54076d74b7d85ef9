"""The rehearsal: a rolling change of versions under load, in five acts, judged by the delivery checker.

1. old clients at the old server · 2. its workers are exchanged for the new version's, one by one · 3. new clients come
beside the old ones · 4. the workers are exchanged once more, with both kinds of clients there · 5. the old clients
leave, and the new ones go on. Or it is taken back: the new clients leave, the workers are exchanged for the old
version's, and the old clients go on. Then all are quiet, everything that was published has to be heard, and the server
stops.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crowds.crowd import Crowd
from delivery.checker import check
from delivery.history import Op, Record, merged
from delivery.report import Report
from redis_server import RedisServer, redis_server
from rehearsal.orders import Stands, come, hear, hush, until_acked
from rehearsal.server import PASSWORD, Look, Server
from rehearsal.versions import NEW, OLD, Version, generate, put_in_place

_logger = logging.getLogger("rehearsal")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything. Members, talkers and messages are of each crowd; `every` is in seconds, on average."""

    members: int
    talkers: int
    rooms: int
    every: float
    messages: int
    """Acknowledged in each act before the next begins."""
    languages: tuple[str, ...] = ("python", "typescript")
    window: float = 5.0
    """Seconds that clients have to move, when a worker goes."""
    again: bool = True
    """Whether the workers are exchanged a second time, with clients of both versions there."""
    workers: int = 2
    seed: int = 1
    store: str = "sqlite"
    """Or `redis`: then each worker is a node, and nothing but Redis is between them."""
    back: bool = False
    """Whether the change is taken back in the end."""

    @property
    def name(self) -> str:
        """Of what is written about it."""
        return "rehearsal" if self.store == "sqlite" else f"rehearsal-{self.store}"


SMALL = Plan(members=4, talkers=2, rooms=2, every=0.1, messages=15, window=4.0, again=False)
SMALL_BACK = replace(SMALL, store="redis", back=True)
WHOLE = Plan(members=15, talkers=6, rooms=3, every=0.2, messages=400)


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened from one moment to another; at one moment where both are the same."""

    words: str
    began: float
    ended: float


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    report: Report = field(default_factory=Report)
    records: list[Record] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    """What went wrong that should not have: at clients, and in the server's log."""
    closed: Counter[str] = field(default_factory=Counter)
    """Connections by how the server says they ended."""
    exit_code: int = -1

    @property
    def good(self) -> bool:
        """Nothing was lost, and nothing failed."""
        report = self.report
        lost = report.silent_lost or report.told_lost or report.unknown
        return not (report.violations or lost or self.wrong or self.exit_code)


@dataclass(slots=True)
class Stage:
    """What is going on."""

    plan: Plan
    folder: Path
    server: Server
    outcome: Outcome
    crowds: list[Crowd] = field(default_factory=list)

    async def enter(self, version: Version, exits: AsyncExitStack) -> None:
        """Clients of a version, in every language."""
        async with self._marked(f"{version.name} clients come"):
            for number, language in enumerate(self.plan.languages):
                crowd = await come(language, version, self.folder, self._plan_of(version, number))
                exits.push_async_callback(crowd.kill)
                self.crowds.append(crowd)

    async def play(self) -> None:
        """Until each crowd has said enough."""
        await asyncio.gather(*(until_acked(each, self.plan.messages) for each in self.crowds))

    async def exchange(self, version: Version, words: str) -> None:
        """The workers, while everybody talks."""
        put_in_place(version, self.folder)
        async with self._marked(words):
            await self.server.exchange()
        await self.play()

    async def leave(self, version: Version) -> None:
        """Clients of a version go, when all have heard what these have said."""
        going = [each for each in self.crowds if each.name.startswith(version.name)]
        async with self._marked(f"{version.name} clients leave"):
            await self._settled(going)
            for crowd in going:
                await self._left(crowd)
                self.crowds.remove(crowd)

    async def end(self) -> None:
        """Everybody is quiet, and has heard everything; only then somebody goes."""
        await self._settled(self.crowds)
        calm = time.time()
        for crowd in self.crowds:
            await self._left(crowd)
        self.outcome.exit_code = await self.server.stop()
        self.outcome.records.append(Record(calm, Op.CALM))

    async def _settled(self, going: Sequence[Crowd]) -> None:
        stands: Stands = {}
        for said in await asyncio.gather(*(hush(each) for each in going)):
            for address, position in said.items():
                stands[address] = max(stands.get(address, position), position, key=lambda at: at[1])
        await asyncio.gather(*(hear(each, stands) for each in self.crowds))

    async def _left(self, crowd: Crowd) -> None:
        await crowd.leave()
        self.outcome.records += merged([crowd.history])
        self.outcome.wrong.update({f"{crowd.name}: {what}": count for what, count in crowd.stand["wrong"].items()})

    def _plan_of(self, version: Version, number: int) -> dict[str, Any]:
        plan = self.plan
        seed = plan.seed * 100 + number * 10 + (version is NEW)
        counts = {"members": plan.members, "talkers": plan.talkers, "rooms": plan.rooms, "every": plan.every}
        return {**counts, "url": self.server.url, "seed": seed}

    def _marked(self, words: str) -> "_Marking":
        return _Marking(words, self.outcome.marks)


@dataclass(slots=True)
class _Marking:
    words: str
    marks: list[Mark]
    began: float = 0.0

    async def __aenter__(self) -> None:
        self.began = time.time()
        _logger.info("%s", self.words)

    async def __aexit__(self, *_: object) -> None:
        self.marks.append(Mark(self.words, self.began, time.time()))


async def rehearse(plan: Plan, folder: Path, old: Version = OLD, new: Version = NEW) -> Outcome:
    """Play it; everything that was started has ended."""
    await asyncio.to_thread(generate, old, folder)
    await asyncio.to_thread(generate, new, folder, old)
    put_in_place(old, folder)
    outcome = Outcome()
    async with AsyncExitStack() as exits:
        redis = exits.enter_context(_redis(folder)) if plan.store == "redis" else None
        server = Server(folder, plan.workers, plan.window, redis=redis)
        await exits.enter_async_context(server)
        stage = Stage(plan, folder, server, outcome)
        await stage.enter(old, exits)
        await stage.play()
        await stage.exchange(new, "workers: old → new")
        await stage.enter(new, exits)
        await stage.play()
        if plan.again:
            await stage.exchange(new, "workers: new → new")
        await stage.leave(new if plan.back else old)
        if plan.back:
            await stage.exchange(old, "workers: new → old")
        await stage.play()
        await stage.end()
    outcome.looks = server.looks
    outcome.wrong.update({f"server: {line}": 1 for line in server.complaints})
    outcome.closed = Counter(str(line.get("code")) for line in server.said if line.get("message") == "closed")
    outcome.report = check(outcome.records)
    return outcome


def _redis(folder: Path) -> AbstractContextManager[RedisServer]:
    """As a careful operator would have it, so that the server has nothing to say about it."""
    (folder / "redis").mkdir()
    memory = ("--maxmemory", "512mb", "--maxmemory-policy", "noeviction")
    return redis_server(folder / "redis", *memory, "--requirepass", PASSWORD)
