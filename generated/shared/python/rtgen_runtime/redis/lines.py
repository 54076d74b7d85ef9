"""What a node has heard of each address, in order: what comes twice is dropped, what is missing is read, once for all.

Idea: news of an address are numbered by the script that keeps them. They reach a node on two ways: what it made itself
with the script's answer, and everything from its subscription. The first of the two is passed on; a number that is not
the next one waits until those before it have come. From the subscription, which keeps the order, such a number means
that something was lost: then the hole is read from what is kept. What can't be read any more makes the members join
again, which tells each of them what it has missed.

No I/O in here but `read`, so that tests can put every interleaving before it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Any, Final

from rtgen_runtime.broker.interface import Ears
from rtgen_runtime.broker.words import Afresh, News, Recorded, Word
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.recovery import Reason
from rtgen_runtime.redis.messages import Numbered

AHEAD: Final = 0.25
"""Seconds for which an own event waits for those of others before it; then they count as lost."""
MOST_HELD: Final = 10_000
"""Messages that wait while a hole is read; with more, members join again."""
_TRIES: Final = 5


class State(Enum):
    """Of an address."""

    NEW = auto()
    """Not heard yet, or not known where it stands."""
    GOOD = auto()
    MENDING = auto()
    BEHIND = auto()
    """Something may be missing, and can't be read now."""


@dataclass(frozen=True, slots=True)
class Hole:
    """What was kept after an offset and a number, and where the address stands: `History` and newest values."""

    epoch: str
    number: int
    offset: int
    forgotten: int = 0
    records: tuple[Recorded, ...] = ()
    values: tuple[tuple[int, News], ...] = ()


@dataclass(slots=True)
class Line:
    """One address: the last number and offset that were passed on."""

    address: str
    epoch: str = ""
    number: int = 0
    offset: int = 0
    state: State = State.NEW
    subscribed: bool = False
    """Whether what is said now comes."""
    held: list[Numbered | Word] = field(default_factory=list)
    ahead: dict[int, Numbered] = field(default_factory=dict)
    waiting: list[tuple[str, int, Callable[[], None]]] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None
    overflowed: bool = False
    tries: int = 0

    def follows(self, news: Numbered) -> bool:
        """Whether it is the next."""
        is_ours = news.epoch == self.epoch or not self.epoch
        return is_ours and news.number == self.number + 1

    def has(self, epoch: str, number: int) -> bool:
        """Whether that was passed on."""
        return epoch == self.epoch and number <= self.number


@dataclass(slots=True)
class Mended:
    """Counts."""

    holes: int = 0
    repaired: int = 0
    afresh: int = 0


Read = Callable[[Line], Coroutine[Any, Any, Hole]]


class Lines:
    """Those of one node at one Redis. `read` reads what a line has not heard."""

    def __init__(self, ears: Callable[[], Ears | None], read: Read) -> None:
        self._ears = ears
        self._read = read
        self._lines: dict[str, Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts = Mended()

    def get(self, address: str) -> Line | None:
        """The line of an address that is heard."""
        return self._lines.get(address)

    def all(self) -> list[Line]:
        """All of them."""
        return list(self._lines.values())

    def begin(self, address: str) -> Line:
        """Hold what comes until it is known where the address stands."""
        line = self._lines.get(address)
        if line is None:
            line = self._lines[address] = Line(address)
        return line

    def based(self, line: Line, epoch: str, number: int, offset: int) -> None:
        """It stands there, and everything after that is passed on; whoever joins has read what was before."""
        line.epoch, line.number, line.offset = epoch, number, offset
        self._good(line)

    def end(self, address: str) -> None:
        """It is not heard any longer."""
        line = self._lines.pop(address, None)
        if line is not None:
            line.state = State.BEHIND
            self._wake(line, everybody=True)

    def heard(self, line: Line, news: Numbered) -> None:
        """From the subscription: in the order in which it was made."""
        if line.state is not State.GOOD:
            self._hold(line, news)
        elif line.follows(news):
            self._pass(line, news)
        elif not line.has(news.epoch, news.number):
            self._hold(line, news)
            self.mend(line)

    def made(self, line: Line, news: Numbered) -> None:
        """This node's own: what others made before may still be on its way."""
        if line.state is not State.GOOD:
            self._hold(line, news)
        elif line.follows(news):
            self._pass(line, news)
        elif news.epoch != line.epoch:
            self._hold(line, news)
            self.mend(line)
        elif news.number > line.number:
            line.ahead[news.number] = news
            self._hurry(line)

    def said(self, line: Line, word: Word) -> None:
        """What is not numbered stays in its place among what is."""
        if line.state is State.GOOD:
            ears = self._ears()
            if ears is not None:
                ears.said(line.address, word)
        else:
            self._hold(line, word)

    def when(
        self, line: Line | None, epoch: str, number: int, then: Callable[[], None]
    ) -> None:
        """Call when everything up to a number was passed on, or can't be."""
        if line is None or not epoch or line.has(epoch, number):
            then()
        elif not line.epoch and number == 0 and line.state is State.GOOD:
            line.epoch = epoch
            then()
        else:
            line.waiting.append((epoch, number, then))
            self._hurry(line)

    def mend(self, line: Line) -> None:
        """Read what is missing, and pass it on."""
        if line.state is State.MENDING:
            return
        line.state = State.MENDING
        self.counts.holes += 1
        task = asyncio.get_running_loop().create_task(self._mend(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def doubt(self, line: Line) -> None:
        """What comes is held: something may be missing before it."""
        if line.state is State.GOOD:
            line.state = State.BEHIND

    def trust(self, line: Line) -> None:
        """Nothing was missing."""
        if line.state is State.BEHIND:
            self._good(line)

    async def close(self) -> None:
        """Stop."""
        for line in self.all():
            self.end(line.address)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _mend(self, line: Line) -> None:
        try:
            hole = await self._read(line)
        except StoreUnavailable:
            if line.state is State.MENDING:
                line.state = State.BEHIND
                self._wake(line, everybody=True)
            return
        if self._lines.get(line.address) is not line:
            return
        self._fill(line, hole)
        line.epoch, line.number, line.offset = hole.epoch, hole.number, hole.offset
        line.tries += 1
        self._good(line)

    def _fill(self, line: Line, hole: Hole) -> None:
        why = _why_not(line, hole)
        if why or line.overflowed or line.tries >= _TRIES:
            self.counts.afresh += 1
            line.overflowed, line.tries = False, 0
            self._forget(line)
            self._news(line, Afresh(hole.epoch, why or Reason.TOO_MANY))
            return
        if hole.number == line.number:
            return
        self.counts.repaired += 1
        self._forget(line)
        for record in hole.records:
            self._news(line, record)
        for number, value in sorted(hole.values, key=lambda each: each[0]):
            if number > line.number:
                self._news(line, value)

    def _forget(self, line: Line) -> None:
        """Newest values are read again: those that were removed leave no trace."""
        self._tell(lambda ears: ears.deaf(line.address))

    def _good(self, line: Line) -> None:
        """Pass on what was held meanwhile."""
        line.state = State.GOOD
        held, line.held = line.held, []
        for position, each in enumerate(held):
            if line.state is not State.GOOD:
                line.held += held[position:]
                break
            if not isinstance(each, Numbered):
                self.said(line, each)
            elif each.epoch == line.epoch or not line.epoch:
                self.heard(line, each)
        else:
            line.tries = 0
        self._drain(line)
        self._wake(line)

    def _pass(self, line: Line, news: Numbered) -> None:
        line.epoch, line.number = news.epoch, news.number
        line.offset = news.offset or line.offset
        self._news(line, news.news)
        if line.ahead:
            self._drain(line)
        if line.waiting:
            self._wake(line)

    def _drain(self, line: Line) -> None:
        while line.state is State.GOOD and line.ahead:
            following = line.ahead.pop(line.number + 1, None)
            if following is None or following.epoch != line.epoch:
                break
            line.number, line.offset = following.number, following.offset or line.offset
            self._news(line, following.news)
        line.ahead = {
            number: news
            for number, news in line.ahead.items()
            if number > line.number and news.epoch == line.epoch
        }

    def _hold(self, line: Line, what: Numbered | Word) -> None:
        if len(line.held) >= MOST_HELD:
            line.held.clear()
            line.overflowed = True
        line.held.append(what)

    def _hurry(self, line: Line) -> None:
        if line.timer is None:
            loop = asyncio.get_running_loop()
            line.timer = loop.call_later(AHEAD, self._late, line)

    def _late(self, line: Line) -> None:
        line.timer = None
        if not line.ahead and not line.waiting:
            return
        if line.state is State.GOOD:
            self.mend(line)
        elif line.state is State.BEHIND:  # it is kept, and told when it can be
            self._wake(line, everybody=True)
        else:
            self._hurry(line)

    def _wake(self, line: Line, *, everybody: bool = False) -> None:
        waiting, line.waiting = line.waiting, []
        for epoch, number, then in waiting:
            is_over = everybody or epoch != line.epoch or number <= line.number
            if is_over:
                then()
            else:
                line.waiting.append((epoch, number, then))
        if line.timer is not None and not line.waiting and not line.ahead:
            line.timer.cancel()
            line.timer = None

    def _news(self, line: Line, news: News) -> None:
        self._tell(partial(_news, line.address, news))

    def _tell(self, tell: Callable[[Ears], None]) -> None:
        ears = self._ears()
        if ears is not None:
            tell(ears)


def _news(address: str, news: News, ears: Ears) -> None:
    ears.news(address, news)


def _why_not(line: Line, hole: Hole) -> str:
    """Why what is missing can't be passed on; empty where it can."""
    if line.epoch and (hole.epoch != line.epoch or hole.number < line.number):
        return Reason.EPOCH_CHANGED
    if hole.forgotten > line.offset:
        return Reason.INVALIDATED
    if len(hole.records) < hole.offset - line.offset:
        return Reason.TOO_OLD
    return ""
