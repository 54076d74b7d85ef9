"""Clients whose right to be there ends: their token is not renewed, or somebody has them put out."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from delivery.history import Op
from delivery.recording import WALL, Log, called, named, recorded
from rtgen_runtime.errors import RealtimeError
from rtgen_runtime.identity import GRACE

LATE: Final = 10.0
"""Seconds beside the grace of a token: a wheel's slot, and what slow networks still hold."""
REVOKED_WITHIN: Final = 30.0
"""Seconds after its acknowledgement in which every node knows of a revocation, though its Redis was out of reach."""
STAYS: Final = 3.0
"""Seconds that one stays at least."""

Bar = Callable[[str], Awaitable[None]]
"""Has somebody put out; returns when that is acknowledged."""


@dataclass(slots=True)
class Guests:
    """One comes `every` so many seconds, into the first hall; by turns its token is short, or it is put out."""

    hall: Any
    log: Log
    dice: Random
    url: str
    every: float
    came: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _clients: set[Any] = field(default_factory=set)

    def begin(self, bar: Bar) -> None:
        """From now on."""
        self._start(self._come_again_and_again(bar))

    async def end(self) -> None:
        """No more come, and those who are there leave."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(each.close() for each in tuple(self._clients)))
        self._clients.clear()

    async def _come_again_and_again(self, bar: Bar) -> None:
        while True:
            self._start(self._be(self.came, bar))
            self.came += 1
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) * self.every)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _be(self, number: int, bar: Bar) -> None:
        expires = number % 2 == 0
        name = f"{self.log.proc} guest {number}"
        now = WALL()
        ends = now + (self.dice.uniform(STAYS, 3 * STAYS) if expires else 86_400.0)
        client: Any = recorded(self.hall.HallClient, self.log)(self.url, token=f"{name}|{now}|{ends}")
        called(client, name)
        self._clients.add(client)
        if expires:
            self._may_receive(client, until=ends + GRACE + LATE)
        with contextlib.suppress(RealtimeError):  # it may be over before it could come in
            await client.__aenter__()
            here = await client.hall(name="h0")
            await here.present.show(self.hall.Item(text=name, of=name))
            if not expires:
                await asyncio.sleep(self.dice.uniform(STAYS, 3 * STAYS))
                await bar(name)
                self._may_receive(client, until=WALL() + REVOKED_WITHIN)
            async for _ in client.statuses:  # until it is closed
                pass

    def _may_receive(self, client: Any, until: float) -> None:
        self.log.write(Op.BARRED, client=named(client), until=until)
