"""Every order in which a node's answers, its subscription, losses and readings can come: heard in order, or told."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from rtgen_runtime.broker.words import Afresh, News, Recorded, Said, Word
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.redis.lines import Hole, Line, Lines, State
from rtgen_runtime.redis.messages import Numbered

ROOM = "rooms/a"


@dataclass
class Redis:
    """One address: what is kept, and what is on its way to the node."""

    epoch: str = "e0"
    kept: list[Numbered] = field(default_factory=list)
    forgotten: int = 0
    published: list[Numbered | Word] = field(default_factory=list)
    answers: list[Numbered] = field(default_factory=list)

    @property
    def top(self) -> int:
        return self.kept[-1].number if self.kept else 0

    def hole(self, offset: int) -> Hole:
        records = [each.news for each in self.kept if each.offset > offset and isinstance(each.news, Recorded)]
        return Hole(self.epoch, self.top, self.top, self.forgotten, tuple(records))


class Heard:
    """Checks as it hears: offsets rise by one, and only a word about it lets that begin anew."""

    def __init__(self) -> None:
        self.epoch = ""
        self.offset = 0
        self.records = 0
        self.words: list[int] = []
        self.read: set[int] = set()
        """Where the history stood when members were told to read it again."""

    def news(self, _address: str, news: News) -> None:
        match news:
            case Recorded(epoch=epoch, offset=offset):
                assert not self.epoch or epoch == self.epoch
                assert offset == self.offset + 1 or (self.offset < 0 and offset - 1 in self.read)
                self.epoch, self.offset = epoch, offset
                self.records += 1
            case Afresh(epoch):  # members join again, and read at least that far
                self.epoch, self.offset = epoch, -1

    def said(self, _address: str, word: Word) -> None:
        assert isinstance(word, Said)
        self.words.append(int(word.frame))

    def deaf(self, _address: str) -> None:
        """Caches are elsewhere."""

    def control(self, _control: Any) -> None:
        """Not of an address."""


class LineMachine(RuleBasedStateMachine):
    """One line, and everything that can happen to it, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.redis, self.heard = Redis(), Heard()
        self.lines = Lines(lambda: self.heard, self.read)
        self.reading: list[tuple[Line, asyncio.Future[Hole]]] = []
        self.said = 0
        self.waiting: set[int] = set()
        self.asked = 0
        self.connected = True
        self.line = self.lines.begin(ROOM)
        self.run(lambda: self.lines.based(self.line, "e0", 0, 0))
        self.heard.epoch = "e0"

    async def read(self, line: Line) -> Hole:
        future: asyncio.Future[Hole] = self.loop.create_future()
        self.reading.append((line, future))
        return await future

    def run(self, work: Any) -> None:
        async def go() -> None:
            work()
            for _ in range(4):
                await asyncio.sleep(0)

        self.loop.run_until_complete(go())

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            self.loop.run_until_complete(self.lines.close())
            self.loop.close()

    @rule(own=st.booleans(), times=st.integers(1, 3))
    def publish(self, own: bool, times: int) -> None:
        for _ in range(times):
            number = self.redis.top + 1
            news = Numbered(number, self.redis.epoch, number, Recorded("t", b"", self.redis.epoch, number))
            self.redis.kept.append(news)
            if self.connected:
                self.redis.published.append(news)
            if own:
                self.redis.answers.append(news)

    @rule()
    def say(self) -> None:
        self.said += 1
        if self.connected:
            self.redis.published.append(Said("t", str(self.said).encode()))

    @rule(many=st.integers(1, 5))
    def hear(self, many: int) -> None:
        for _ in range(min(many, len(self.redis.published))):
            self.hear_one()

    def hear_one(self) -> None:
        what = self.redis.published.pop(0)
        if isinstance(what, Numbered):
            self.run(lambda: self.lines.heard(self.line, what))
        else:
            self.run(lambda: self.lines.said(self.line, what))

    @precondition(lambda self: self.redis.published)
    @rule()
    def lose(self) -> None:
        self.redis.published.pop(0)

    @precondition(lambda self: self.redis.answers)
    @rule()
    def answer(self) -> None:
        news = self.redis.answers.pop(0)
        self.run(lambda: self.lines.made(self.line, news))
        self.asked += 1
        name = self.asked
        self.waiting.add(name)
        self.run(lambda: self.lines.when(self.line, news.epoch, news.number, lambda: self.waiting.remove(name)))

    @precondition(lambda self: self.reading)
    @rule(fails=st.booleans())
    def answer_reading(self, fails: bool) -> None:
        line, future = self.reading.pop(0)
        if fails:
            self.run(lambda: future.set_exception(StoreUnavailable("away")))
        else:
            hole = self.redis.hole(line.offset)
            self.heard.read.add(hole.offset)
            self.run(lambda: future.set_result(hole))

    @rule()
    def time_passes(self) -> None:
        self.run(lambda: self.lines._late(self.line))

    @precondition(lambda self: self.connected)
    @rule()
    def disconnect(self) -> None:
        self.connected = False
        self.redis.published.clear()
        self.run(lambda: self.lines.doubt(self.line))

    @precondition(lambda self: not self.connected)
    @rule()
    def reconnect(self) -> None:
        self.connected = True
        self.compare()

    @rule()
    def compare(self) -> None:
        if self.line.state in {State.MENDING, State.NEW} or not self.connected:
            return
        if (self.line.epoch, self.line.number) == (self.redis.epoch, self.redis.top):
            self.run(lambda: self.lines.trust(self.line))
        else:
            self.run(lambda: self.lines.mend(self.line))

    @rule()
    def forget(self) -> None:
        """The history was invalidated."""
        number = self.redis.top + 1
        news = Numbered(number, self.redis.epoch, number, Afresh(self.redis.epoch, "invalidated"))
        self.redis.kept, self.redis.forgotten = [news], number
        self.heard.read.add(number)
        if self.connected:
            self.redis.published.append(news)

    @rule()
    def begin_anew(self) -> None:
        """Redis came back empty; answers of before are lost with it."""
        self.redis = Redis(f"e{int(self.redis.epoch[1:]) + 1}", answers=[])
        self.disconnect_if_connected()
        self.reconnect()

    def disconnect_if_connected(self) -> None:
        if self.connected:
            self.disconnect()

    def come_to_rest(self) -> None:
        """No more faults: then everything is known, and nobody waits."""
        if not self.connected:
            self.reconnect()
        for _ in range(200):
            while self.redis.answers:
                self.answer()
            while self.redis.published:
                self.hear_one()
            while self.reading:
                self.answer_reading(False)
            is_there = (self.line.epoch, self.line.number) == (self.redis.epoch, self.redis.top)
            if is_there and self.line.state is State.GOOD:
                break
            self.compare()
        assert self.line.state is State.GOOD
        assert (self.line.epoch, self.line.number) == (self.redis.epoch, self.redis.top)
        assert self.line.held == []
        assert self.line.ahead == {}
        assert self.heard.words == sorted(set(self.heard.words))
        self.run(lambda: self.lines._late(self.line))
        assert self.waiting == set()
        assert self.heard.offset in {-1, self.line.offset}


def test_every_interleaving_is_heard_in_order_or_told() -> None:
    run_state_machine_as_test(LineMachine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))
