"""Everything that can happen, in every order: members, publishers, networks, clocks and servers; then the checker."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from delivery.hall import GRACE, HallApp, HallClient, HallHandler, Item, JoinedHall, Speaker
from delivery.history import TWIN, Op
from delivery.recording import Log, called, named, recorded
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from rtgen_runtime.errors import RealtimeError, RequestTimeout
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.stores.sqlite.store import SqliteStore
from rtgen_runtime.testing import VirtualTime, World

RUNS = int(os.environ.get("RUNS", "4"))
"""Worlds in memory; half as many on disk. `make interleavings` runs more."""

PHASES = tuple(Phase) if "SHRINK" in os.environ else (Phase.explicit, Phase.reuse, Phase.generate)
"""Making a failing run smaller takes minutes: with SHRINK=1."""

PEOPLE = ("alice", "bob", "carol")
HALLS = ("a", "b")
who = st.sampled_from(PEOPLE)
where = st.sampled_from(HALLS)


class Interleavings(RuleBasedStateMachine):
    """Three clients, two halls, one server; the store keeps what it keeps in this process."""

    forgets = True

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.log = Log(wire=True)
        self.time = VirtualTime()
        self.handler = HallHandler(self.log)
        self.number = 0
        self.tasks: list[asyncio.Task[Any]] = []
        self.halls: dict[tuple[str, str], JoinedHall] = {}
        self.run(self.begin())

    def run(self, step: Coroutine[Any, Any, None]) -> None:
        """One step; what it set going goes on."""
        self.runner.run(step)

    def store(self) -> Store:
        """A new server's."""
        return MemoryStore(clock=self.time.wall)

    async def begin(self) -> None:
        app = HallApp(self.handler, self.store())
        self.world = World(app, recorded(HallClient, self.log), time=self.time)
        await self.world.__aenter__()
        self.clients: dict[str, HallClient] = {}
        for name in PEOPLE:
            self.clients[name] = await self.world.client(name, ttl=90.0)
            called(self.clients[name], name)

    def text(self) -> str:
        self.number += 1
        return f"{self.number}"

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let it run; the client may be offline."""
        self.tasks.append(self.runner.get_loop().create_task(work))

    @rule(name=who, hall=where)
    def join(self, name: str, hall: str) -> None:
        async def joining() -> None:
            client = self.clients[name]
            try:
                self.halls[name, hall] = await client.hall(hall)
            except RequestTimeout:  # it gives up, and says so as soon as it is heard
                for each in (named(client), named(client) + TWIN):
                    self.log.write(Op.LEFT, client=each, address=f"halls/{hall}", reason="never")
                raise

        self.later(joining())
        self.run(self.world.settle())

    @rule(name=who, hall=where)
    def leave(self, name: str, hall: str) -> None:
        async def leaving() -> None:
            if (name, hall) in self.halls:
                await self.halls.pop((name, hall)).leave()
            await self.world.settle()

        self.run(leaving())

    @rule(hall=where, count=st.integers(1, 4), together=st.booleans())
    def publish(self, hall: str, count: int, together: bool) -> None:
        async def publishing() -> None:
            speaker = Speaker(self.log, self.world.app.hall(hall))
            adding = [speaker.add(self.text()) for _ in range(count)]
            await self.world.until(asyncio.gather(*adding))

        async def at_once() -> None:
            speaker = Speaker(self.log, self.world.app.hall(hall))
            for _ in range(count):
                self.later(speaker.add(self.text()))

        self.run(at_once() if together else publishing())

    @rule(hall=where, of=st.sampled_from("xy"), latest=st.booleans())
    def value(self, hall: str, of: str, latest: bool) -> None:
        speaker = Speaker(self.log, self.world.app.hall(hall))
        self.run(speaker.price(of, self.text()) if latest else speaker.move(of, self.text()))

    @rule(name=who, hall=where, takes=st.sampled_from([0.0, 0.5]))
    def request(self, name: str, hall: str, takes: float) -> None:
        if (name, hall) in self.halls:
            self.handler.takes = takes
            self.later(self.halls[name, hall].add(Item(text=self.text())))
            self.run(self.world.settle())

    @rule(name=who, noticed=st.booleans())
    def drop(self, name: str, noticed: bool) -> None:
        self.do(lambda: self.world.drop(self.clients[name], noticed=noticed))

    @rule(name=who, noticed=st.booleans())
    def offline(self, name: str, noticed: bool) -> None:
        self.do(lambda: self.world.offline(self.clients[name], noticed=noticed))

    @rule(name=who)
    def online(self, name: str) -> None:
        self.do(lambda: self.world.online(self.clients[name]))

    @rule(name=who, slow=st.booleans())
    def read(self, name: str, slow: bool) -> None:
        act = self.world.stall if slow else self.world.resume
        self.do(lambda: act(self.clients[name]))

    @rule(seconds=st.sampled_from([0.05, 1.0, 12.0, 45.0]))
    def pass_time(self, seconds: float) -> None:
        self.run(self.world.advance(seconds))

    @rule(seconds=st.sampled_from([1.0, 30.0, 4000.0]))
    def stand_still(self, seconds: float) -> None:
        async def standing() -> None:
            self.log.write(Op.STOOD, until=self.time.now() + seconds)
            await self.time.jump(seconds)

        self.run(standing())

    @rule(seconds=st.sampled_from([-4000.0, 400.0]))
    def set_the_clock(self, seconds: float) -> None:
        """Forward, what is recorded is too old at once; back, nothing may break."""
        self.time.set_wall(seconds)

    @rule(hall=where, invalidate=st.booleans())
    def begin_afresh(self, hall: str, invalidate: bool) -> None:
        here = self.world.app.hall(hall)
        self.run(here.invalidate() if invalidate else here.resync())

    @rule(name=who, hall=where)
    def kick(self, name: str, hall: str) -> None:
        """Who is kicked is gone for the others at once, also where its connection is dead and it hears nothing."""
        self.halls.pop((name, hall), None)

        def kicking() -> None:
            self.log.write(Op.GONE, address=f"halls/{hall}", key=name, reason="left")
            self.world.app.hall(hall).kick(subject=name)

        self.do(kicking)

    @rule()
    def restart(self) -> None:
        """Another server; in memory, the offsets start over."""

        async def restarting() -> None:
            await self.world.advance(10)  # what is asked has its answer: in memory it would be forgotten
            await self.world.restart(self.another)

        self.run(restarting())

    def another(self) -> HallApp:
        """Presence is in memory: it is gone with its server."""
        for hall in HALLS:
            for name in PEOPLE:
                self.log.write(Op.GONE, address=f"halls/{hall}", key=name, reason="left")
        if self.forgets:
            self.log.write(Op.FORGOT)
        return HallApp(self.handler, self.store())

    def do(self, act: Callable[[], object]) -> None:
        async def acting() -> None:
            act()
            await self.world.settle()

        self.run(acting())

    def teardown(self) -> None:
        try:
            self.run(self.end())
        finally:
            self.runner.close()
        report = self.log.check(grace=GRACE)
        assert not report.violations, str(report)

    async def end(self) -> None:
        """Faults stop, and everybody comes back."""
        for client in self.clients.values():
            self.world.online(client)
            self.world.resume(client)
        await self.world.advance(150)
        for done in await asyncio.gather(*self.tasks, return_exceptions=True):
            assert done is None or isinstance(done, Item | RealtimeError), done
        self.log.write(Op.CALM)
        await self.world.__aexit__(None, None, None)


class InterleavingsOnDisk(Interleavings):
    """The same, and a restart keeps everything."""

    forgets = False

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        super().__init__()

    def store(self) -> Store:
        return SqliteStore(Path(self.folder.name) / "kept.db", durability="process", clock=self.time.wall)

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.folder.cleanup()


TestInMemory = Interleavings.TestCase
TestInMemory.settings = settings(max_examples=RUNS, stateful_step_count=25, deadline=None, phases=PHASES)
TestOnDisk = InterleavingsOnDisk.TestCase
TestOnDisk.settings = settings(max_examples=max(1, RUNS // 2), stateful_step_count=25, deadline=None, phases=PHASES)
