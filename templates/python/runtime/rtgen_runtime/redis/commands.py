"""The commands of one node to one Redis: in order, answered in order, and once more after a reconnection.

What may be done twice is sent again when the wire was lost before its answer came, as long as whoever asked still waits
(`Target.patience`). So a Redis that blinks costs time and no failure. What a script must not do late it refuses itself:
it is told until when, by Redis's own clock.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from random import SystemRandom
from typing import Any, Final

from rtgen_runtime.errors import MaybeKept, StoreUnavailable
from rtgen_runtime.redis.opening import NotUsable, open_wire
from rtgen_runtime.redis.target import Host, Target
from rtgen_runtime.redis.wire import Argument, Reply, ReplyError, Wire, packed

MOST_WAITING: Final = 64 * 1024 * 1024
"""Bytes that Redis may be behind; then nothing more is sent that nobody waits for."""
LONGEST_PAUSE: Final = 1.0
"""Seconds between tries to reach it."""

_LOOK: Final = 0.1
_REFUSALS: Final = ("READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "NOSCRIPT")
_logger: Final = logging.getLogger("rtgen.redis")
_random: Final = SystemRandom()

Then = Callable[[Reply], None]
"""Gets the reply, or in its place a `StoreUnavailable`: a `MaybeKept` where it may have been done."""


class _Open:
    """A command whose answer has not come. `then` is `None` where nobody wants to know, `sent` counts how often."""

    __slots__ = ("again", "command", "deadline", "sent", "then")

    def __init__(
        self, command: bytes, then: Then | None, deadline: float, *, again: bool
    ) -> None:
        self.command = command
        self.then = then
        self.deadline = deadline
        self.again = again
        self.sent = 0

    def failed(self, words: str) -> StoreUnavailable:
        """No answer: it was never sent, or nobody knows."""
        return MaybeKept(words) if self.sent else StoreUnavailable(words)


class Commands:
    """`greet` is done with each new wire, before anything else is sent on it."""

    def __init__(
        self, target: Target, name: str, greet: Callable[[Wire], Awaitable[None]]
    ) -> None:
        self.target = target
        self._name = name
        self._greet = greet
        self._wire: Wire | None = None
        self._open: deque[_Open] = deque()
        self._refused: list[_Open] = []
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._ahead = 0.0
        self.closed = False
        self.on_up: Callable[[], None] = lambda: None
        self.on_down: Callable[[], None] = lambda: None
        self.gathered: Callable[[], None] = lambda: None
        """Called before anything is sent, and with the end of a turn: what is gathered goes first."""
        self.why = "not connected yet"
        """Why it is down."""
        self.reconnections = 0
        self.dropped = 0
        """What nobody waited for, and was not sent."""

    @property
    def is_up(self) -> bool:
        """Whether there is a wire."""
        return self._wire is not None

    @property
    def takes_casts(self) -> bool:
        """Whether something is sent now that nobody waits for."""
        return self._wire is not None and self._wire.behind <= MOST_WAITING

    @property
    def process(self) -> str:
        """See `Wire.process`; empty while there is none."""
        return "" if self._wire is None else self._wire.process

    @property
    def peer(self) -> Host | None:
        """Where the wire goes; `None` while there is none."""
        return None if self._wire is None else self._wire.peer

    async def start(self) -> None:
        """Connect.

        Raises:
            NotUsable: It can't be done.
        """
        wire = await self._opened()
        self._use(wire)

    def until(self) -> int:
        """When a command that is sent now must be done: Redis's own time, in milliseconds."""
        now = asyncio.get_running_loop().time()
        return int((now + self.target.patience + self._ahead) * 1000)

    def redis_time(self) -> float:
        """Redis's clock, seconds since 1970."""
        return asyncio.get_running_loop().time() + self._ahead

    def note_time(self, seconds: float) -> None:
        """Redis has said what time it is."""
        self._ahead = seconds - asyncio.get_running_loop().time()

    def send(self, then: Then | None, *arguments: Argument, again: bool = True) -> None:
        """Send a command; `then` is called with the reply, from the event loop or, without a Redis, at once."""
        self.gathered()
        now = asyncio.get_running_loop().time()
        if self.closed or (
            self._wire is None and now > self._since + self.target.patience
        ):
            if then is not None:
                then(StoreUnavailable(f"Redis is away: {self.why}"))
            return
        command = packed(*arguments)
        waiting = _Open(command, then, now + self.target.patience, again=again)
        self._open.append(waiting)
        if self._wire is not None:
            waiting.sent = 1
            self._wire.write(command)
        if self._looking is None:
            self._look_later()

    def cast(self, *arguments: Argument) -> bool:
        """Send what nobody waits for, once; whether it was sent."""
        if not self.takes_casts:
            self.dropped += 1
            return False
        self.send(None, *arguments, again=False)
        return True

    def soon(self) -> None:
        """Call `gathered` with the end of this turn."""
        if self._wire is not None:
            self._wire.soon()

    async def ask(self, *arguments: Argument) -> Any:
        """The reply of what changes nothing.

        Raises:
            StoreUnavailable: There is none.
        """
        try:
            return await self.do(*arguments)
        except StoreUnavailable as problem:
            raise StoreUnavailable(str(problem)) from None

    async def do(self, *arguments: Argument) -> Any:
        """The reply of what may be done again.

        Raises:
            MaybeKept: There is none, and it may have been done.
            StoreUnavailable: There is none, and it was not.
        """
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def heard(reply: Reply) -> None:
            if not answer.done():
                answer.set_result(reply)

        self.send(heard, *arguments)
        reply = await answer
        if isinstance(reply, StoreUnavailable):
            raise reply
        return reply

    async def drained(self) -> None:
        """Wait until everything was answered, or given up."""
        self.gathered()
        if self._open:
            with contextlib.suppress(StoreUnavailable):
                await self.ask("PING")

    def reconnect(self, why: str) -> None:
        """Hang up and begin again: this Redis is not what it should be."""
        self.why = why
        if self._wire is not None:
            self._wire.abort()

    async def close(self) -> None:
        """Hang up for good."""
        self.closed = True
        if self._wire is not None:
            self._wire.abort()
            self._wire = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._looking is not None:
            self._looking.cancel()
        self._fail(self._open, "it was closed")
        self._open = deque()

    async def _opened(self) -> Wire:
        wire = await open_wire(self.target, self._name)
        try:
            await self._welcome(wire)
        except BaseException:
            wire.abort()
            raise
        return wire

    async def _welcome(self, wire: Wire) -> None:
        try:
            async with asyncio.timeout(self.target.patience):
                await self._greet(wire)
        except (OSError, TimeoutError) as problem:
            raise NotUsable(f"{self.target.name}: {problem or 'no answer'}") from None
        except ReplyError as problem:
            raise NotUsable(f"{self.target.name} refuses: {problem}") from None
        if not wire.is_open:
            raise NotUsable(f"{self.target.name} has hung up")

    def _use(self, wire: Wire) -> None:
        self._wire, self.why = wire, ""
        wire.hear, wire.lost, wire.filled = self._hear, self._lost, self.gathered
        for each in self._open:
            each.sent += 1
            wire.write(each.command)
        self.on_up()

    def _hear(self, reply: Reply) -> None:
        if not self._open:
            self.reconnect("an answer to nothing")
            return
        done = self._open.popleft()
        if isinstance(reply, ReplyError):
            if self._waits_for_another(done, str(reply)):
                return
            done.sent -= 1  # what was refused now may have been done before
            reply = done.failed(f"Redis: {reply}")
            self.dropped += done.then is None
        if done.then is not None:
            done.then(reply)

    def _waits_for_another(self, done: _Open, words: str) -> bool:
        """Whether this Redis is no primary, or has lost the scripts: what it did not do is for the next wire."""
        if not words.startswith(_REFUSALS):
            return False
        self.reconnect(words)
        if done.again:
            self._refused.append(done)
        return done.again

    def _lost(self) -> None:
        if self.closed:
            return
        loop = asyncio.get_running_loop()
        self._wire, self._since = None, loop.time()
        self.gathered()
        self.why = self.why or "the connection was lost"
        open_, self._refused = [*self._refused, *self._open], []
        once = [each for each in open_ if not each.again]
        self._open = deque(each for each in open_ if each.again)
        self._fail(once, self.why)
        self.on_down()
        self._task = loop.create_task(self._return())

    async def _return(self) -> None:
        pause = 0.0
        while not self.closed:
            await asyncio.sleep(pause * _random.uniform(0.5, 1.0))
            wire: Wire | None = None
            try:
                wire = await self._opened()
            except NotUsable as problem:
                if self.why != str(problem):
                    _logger.warning("%s", problem)
                self.why = str(problem)
            except Exception as problem:
                _logger.exception("%s: the way back failed", self.target.name)
                self.why = str(problem)
            if wire is None:
                pause = min(LONGEST_PAUSE, max(0.02, pause * 2))
                continue
            self.reconnections += 1
            _logger.info("%s is back", self.target.name)
            self._give_up(asyncio.get_running_loop().time())
            self._use(wire)
            return

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._looking = loop.call_later(_LOOK, self._look)

    def _look(self) -> None:
        """Nobody waits longer than they said; a wire without answers is none."""
        self._looking = None
        now = asyncio.get_running_loop().time()
        if self._open and self._open[0].deadline <= now:
            if self._wire is not None:
                self.reconnect("no answer in time")
            self._give_up(now, sent=self._wire is not None)
        if self._open:
            self._look_later()

    def _give_up(self, now: float, *, sent: bool = False) -> None:
        """Fail those whose time is over; of those that were `sent` the line stays, since answers may come yet."""
        for each in self._open:
            if each.deadline > now:
                break
            then, each.then = each.then, None
            if then is not None:
                then(each.failed(f"Redis did not answer in time: {self.why}"))
            each.again = False
        if not sent:
            while self._open and self._open[0].deadline <= now:
                self._open.popleft()

    @staticmethod
    def _fail(waiting: Iterable[_Open], words: str) -> None:
        for each in waiting:
            if each.then is not None:
                each.then(each.failed(f"Redis is away: {words}"))
