"""One short story in which every mechanism is needed, told by a harness without sockets."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from delivery.hall import GRACE, HallApp, HallClient, HallHandler, Item, JoinedHall, Speaker
from delivery.history import TWIN, Op
from delivery.recording import Log, called, named, recorded
from delivery.report import Report
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.testing import VirtualTime, World

EXPIRES: Final = 40.0
OVER: Final = EXPIRES + 25.0 + 0.5
"""Seconds after which nobody with such a token gets anything: its time, its grace, and a slot of deadlines."""


class SlowStore(MemoryStore):
    """In this process, but it takes its time to read for a join: so that things happen meanwhile."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__(clock=time.wall)
        read: Callable[..., Awaitable[Any]] = self.history.read

        async def slowly(address: str, size: Any, after: Any, cap: Any) -> Any:
            span = await read(address, size, after, cap)
            if cap.events:
                await asyncio.sleep(0.05)
            return span

        self.history.read = slowly  # type: ignore[method-assign]


class Story:
    """Alice and Bob stay, Carol is put out, Dan's token ends."""

    def __init__(self) -> None:
        self.log = Log(wire=True)
        self.handler = HallHandler(self.log)
        self.time = VirtualTime()
        app = HallApp(self.handler, SlowStore(self.time))
        self.world = World(app, recorded(HallClient, self.log), time=self.time)
        self.speaker = Speaker(self.log, app.hall())

    async def told(self) -> Report:
        """Play it, and judge it."""
        async with self.world as world:
            self.alice, self.bob, self.carol = [await self.person(name) for name in ("alice", "bob", "carol")]
            hall = await self.joining()
            await self.gaps()
            await self.request(hall)
            await self.losses()
            await self.crash()
            await self.rights()
            await world.advance(GRACE + 3)
            self.log.write(Op.CALM)
        return self.log.check(grace=GRACE)

    async def person(self, name: str, **token: Any) -> HallClient:
        """A client who is known by a name."""
        client = await self.world.client(name, **token)
        called(client, name)
        return client

    async def joining(self) -> JoinedHall:
        """Events come between subscribing and the end of the read."""
        await self.speaker.add("before anybody came")
        joining = asyncio.gather(self.alice.hall(), self.bob.hall(), self.carol.hall())
        await self.world.advance(0.02)
        await asyncio.gather(self.speaker.add("while they join"), self.speaker.add("and another"))
        hall, *_ = await self.world.until(joining)
        await self.world.advance(1)
        return hall

    async def gaps(self) -> None:
        """Bob misses something, and gets it; what conflates is quicker than its batch."""
        self.world.offline(self.bob)
        await asyncio.gather(*(self.speaker.add(f"missed {number}") for number in range(3)))
        self.world.online(self.bob)
        await self.world.advance(2)
        for number in range(5):
            await self.speaker.move("x", f"{number}")
        for number in range(2):
            await self.speaker.price("tea", f"{number}")
        await asyncio.gather(*(self.speaker.add(f"at once {number}") for number in range(3)))
        await self.world.advance(1)
        self.log.write(Op.CALM)

    async def request(self, hall: JoinedHall) -> None:
        """The connection is lost while a request is worked on; it is sent again."""
        self.handler.takes = 0.2
        asking = asyncio.ensure_future(hall.add(Item(text="once")))
        await self.world.advance(0.1)
        self.world.drop(self.alice)
        await self.world.until(asyncio.wait([asking]))
        await self.world.advance(3)

    async def losses(self) -> None:
        """Bob is away for longer than the history holds, and then for a moment."""
        self.world.offline(self.bob)
        for number in range(12):
            await self.speaker.add(f"many {number}")
        self.world.online(self.bob)
        await self.world.advance(25)
        self.world.drop(self.bob)
        await self.speaker.add("after a loss that was told")
        await self.world.advance(25)

    async def crash(self) -> None:
        """The server is gone, with what it kept; another one begins."""
        app = await self.world.crash(lambda: HallApp(self.handler, SlowStore(self.time)))
        self.speaker = Speaker(self.log, app.hall())
        self.log.write(Op.FORGOT)
        for name in ("alice", "bob", "carol"):  # presence in memory has no grace beyond its process
            self.log.write(Op.GONE, address="halls/a", key=name, reason="left")
        for number in range(2):
            await self.speaker.add(f"of another epoch {number}")
        await self.world.advance(25)

    async def rights(self) -> None:
        """Carol is put out; Dan's token is not renewed."""
        self.world.app.hall().kick(subject="carol")
        self.bar(self.carol, self.time.now())
        await self.world.settle()
        dan = await self.person("dan", ttl=EXPIRES, renews=False)
        self.bar(dan, self.time.now() + OVER)
        await self.world.until(dan.hall())
        await self.speaker.add("without carol")
        await self.world.advance(OVER + 1)
        await self.speaker.add("without dan")

    def bar(self, client: HallClient, until: float) -> None:
        """From then on it may receive nothing."""
        for each in (named(client), named(client) + TWIN):
            self.log.write(Op.BARRED, client=each, until=until)
