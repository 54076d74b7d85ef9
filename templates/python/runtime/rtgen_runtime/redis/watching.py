"""Whether Redis still tells this node everything, and what is done when it did not.

A tick goes through Redis every few seconds and must come back: a subscription may be dead without a word. With it go
the time by Redis's clock, the node's lease, and now and then a look at how far all addresses are: the last event before
a silence may be the one that was lost.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from random import SystemRandom
from typing import Any, Final

from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.presence.interface import Version
from rtgen_runtime.redis.lines import Line, State
from rtgen_runtime.redis.opening import NotUsable, primary_of
from rtgen_runtime.redis.people_scripts import REFRESH
from rtgen_runtime.redis.scripts import TOPS
from rtgen_runtime.redis.shard import Shard

TICK: Final = 5.0
"""Seconds between ticks; with two missing the subscription is deaf."""
QUIET: Final = 45.0
"""Seconds, a third more or less, between looks at how far all addresses are."""
_COMPARED: Final = 200
_SWEPT: Final = 20
_TOGETHER: Final = 0.01
"""Seconds for which addresses that are heard again are gathered, to be looked at together."""

_UNKNOWN: Final = b"?"
_GONE: Final = 1
_ANOTHERS: Final = 2
"""What `REFRESH` says of the node: it was taken for dead, or it is another process."""

_logger: Final = logging.getLogger("rtgen.redis")
_random: Final = SystemRandom()


class NameTaken(StoreUnavailable):
    """Two processes have the name of one node: their people and members would be one another's."""


People = Callable[[str, Version, int], None]
"""Gets how far the presence of an address is, and how many are there."""


class Watch:
    """Of one shard. Times are in seconds."""

    def __init__(
        self, shard: Shard, *, tick: float = TICK, quiet: float = QUIET
    ) -> None:
        self.shard = shard
        self._every = min(tick, shard.target.lease / 3)
        self._quiet = quiet
        self.on_forgotten: Callable[[], None] = lambda: None
        """Called when others took this node for dead, or Redis has lost what it was told."""
        self.on_loss: Callable[[], None] = lambda: None
        """Called before that when Redis may have lost something, as another process than before."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when it may be up or down."""
        self.on_dead: Callable[[str], None] = lambda _node: None
        self.on_people: People = lambda _address, _version, _count: None
        self.on_quiet: Callable[[], None] = lambda: None
        """Called now and then, to say again what may have been dropped."""
        self.is_forgotten = False
        """Whether others are to be told anew what this node has."""
        self.lag = 0.0
        """Seconds that the last tick took."""
        self.deaf = 0
        """How often the subscription was found to be deaf."""
        self._ticked = 0
        self._returned = 0
        self._showing_after = 0
        """The tick before whose return people are not shown again; 0 for none."""
        self._process = secrets.token_hex(8)
        """Tells this process from another that is given the same name of a node."""
        self._gathering = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and take part.

        Raises:
            NotUsable: It can't be done.
        """
        shard = self.shard
        shard.on_tick, shard.on_behind = self._came_back, self._gather
        shard.on_loss = self._lost
        await shard.start()
        shard.commands.on_up, shard.commands.on_down = self._up, self._changed
        shard.hearing.on_down = self._deaf
        try:
            await self.refresh()
        except StoreUnavailable as problem:
            raise NotUsable(str(problem)) from None
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def close(self) -> None:
        """Stop, and let go of the shard."""
        tasks = [*self._tasks, *([self._ticking] if self._ticking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.shard.close()

    async def refresh(self) -> None:
        """Keep the lease, and clear up after nodes that did not.

        Raises:
            StoreUnavailable: It can't be told.
            NameTaken: Another process has this node's name; what it has done stands.
        """
        shard, more = self.shard, True
        while more:
            was, dead, left, now = await shard.ask(
                REFRESH,
                *(shard.names.nodes, shard.names.processes),
                *(shard.node, int(shard.target.lease * 1000), shard.names.prefix),
                *(shard.fresh(), _SWEPT, self._process),
            )
            if was == _ANOTHERS:
                words = f"another process is node {shard.node}: names must differ"
                _logger.error("%s", words)
                raise NameTaken(words)
            shard.commands.note_time(now / 1000)
            if was == _GONE or self.is_forgotten:
                self.is_forgotten = False
                key = shard.names.session_key, shard.session_key
                shard.commands.send(None, "SET", *key, "NX")
                self._show_again()
            if dead and not left:
                _logger.warning("node %s is gone", dead.decode())
                self.on_dead(dead.decode())
            more = bool(dead)

    async def compare(self, *, only_behind: bool = False) -> None:
        """Where Redis stands, beside what was heard; what differs is read.

        Raises:
            StoreUnavailable: Redis does not say.
        """
        shard = self.shard
        lines = [
            each
            for each in shard.lines.all()
            if each.state is State.BEHIND
            or (each.state is not State.NEW and not only_behind)
        ]
        for start in range(0, len(lines), _COMPARED):
            some = lines[start : start + _COMPARED]
            keys: list[bytes] = []
            for line in some:
                place = shard.names.place(line.address)
                keys += [place.meta, place.version, place.order]
            before = [(line.epoch, line.number) for line in some]
            tops = await shard.ask(TOPS, shard.names.generation, *keys)
            for line, top, was in zip(some, tops, before, strict=True):
                self._compared(line, top, was)

    def _compared(self, line: Line, top: list[Any], was: tuple[str, int]) -> None:
        epoch, number = top[0].decode(), top[1]
        if top[2] != _UNKNOWN:
            self.on_people(line.address, Version(top[2].decode(), top[3]), top[4])
        if not line.subscribed:  # it is looked at when it is
            return
        if (epoch, number) == was or (not epoch and not was[0]):
            self.shard.lines.trust(line)
        elif line.state is State.BEHIND or (line.epoch, line.number) == was:
            # unless it moved meanwhile: then the subscription lives, and what is missing shows by itself
            self.shard.lines.mend(line)

    def _deaf(self) -> None:
        """Something may be missing from now on."""
        for line in self.shard.lines.all():
            line.subscribed = False
            self.shard.lines.doubt(line)
        self._changed()

    def _lost(self) -> None:
        """What this node was believed to have, Redis may not know any more, or know what it has not."""
        self.is_forgotten = True
        self.on_loss()

    def _changed(self) -> None:
        self.on_change()

    def _up(self) -> None:
        """Another wire, perhaps to another Redis: look at everything."""
        self.soon(self._take_part_again())

    async def _take_part_again(self) -> None:
        hearing = self.shard.hearing
        for line in self.shard.lines.all():
            if line.state is State.NEW and line.subscribed:
                self.shard.base(line)
        if hearing.process and _id(hearing.process) != _id(self.shard.commands.process):
            hearing.reconnect()
        with contextlib.suppress(StoreUnavailable):
            await self.refresh()
            await self.compare()
        self._changed()

    def _gather(self) -> None:
        if not self._gathering:
            self._gathering = True
            asyncio.get_running_loop().call_later(_TOGETHER, self._compare_now)

    def _compare_now(self) -> None:
        self._gathering = False
        self.soon(self._look())
        self._changed()

    async def _look(self) -> None:
        with contextlib.suppress(StoreUnavailable):
            await self.compare()

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        quiet = loop.time() + self._quiet * _random.uniform(0.67, 1.33)
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._once()
            except Exception:  # the lease must go on
                _logger.exception("a tick could not be acted on")
            if loop.time() >= quiet:
                quiet = loop.time() + self._quiet * _random.uniform(0.67, 1.33)
                self.on_quiet()
                await self._look()

    async def _once(self) -> None:
        self._notice_deafness()
        if self.shard.commands.is_up:
            await self._leave_old_primary()
            self._send_tick()
            with contextlib.suppress(StoreUnavailable):
                await self.refresh()
                # those that could not be read when something was missing
                await self.compare(only_behind=True)

    def _notice_deafness(self) -> None:
        hearing = self.shard.hearing
        if hearing.is_up and self._ticked - self._returned >= 2:
            _logger.warning("the subscription to %s is deaf", self.shard.target.name)
            self.deaf += 1
            self._returned = self._ticked
            self._heard_up_to(self._ticked)
            hearing.reconnect()

    def _send_tick(self) -> None:
        shard = self.shard
        own = shard.names.node(shard.node)
        sent = f"1t {self._ticked + 1} {time.monotonic()}\n"
        if shard.hearing.is_up and shard.commands.cast("PUBLISH", own, sent):
            self._ticked += 1

    async def _leave_old_primary(self) -> None:
        """Sentinels may know another primary while the old one still answers."""
        shard = self.shard
        if not shard.target.master:
            return
        with contextlib.suppress(NotUsable, OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                host = await primary_of(shard.target)
            if shard.commands.peer not in {None, host}:
                shard.commands.reconnect("there is another primary")
                shard.hearing.reconnect()

    def _show_again(self) -> None:
        """What was said while this node stood still is still to be heard: some of its people live elsewhere by now.

        All of it comes before the tick that was sent when it went on.
        """
        if self.shard.hearing.is_up and self._ticked > self._returned:
            self._showing_after = self._ticked
        else:
            self.on_forgotten()

    def _heard_up_to(self, tick: int) -> None:
        if 0 < self._showing_after <= tick:
            self._showing_after = 0
            self.on_forgotten()

    def _came_back(self, number: int, sent: float) -> None:
        self._returned = max(self._returned, number)
        self._heard_up_to(number)
        self.lag = time.monotonic() - sent

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something, unless this ends before."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _id(process: str) -> str:
    return process.partition(":")[0]
