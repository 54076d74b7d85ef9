"""One server, and clients that throw frames at it; what it promises is looked at as it goes."""

import asyncio
import logging
import traceback
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final

from fuzz.asked import asked_by
from fuzz.clockwork import VirtualLoop
from fuzz.material import KINDS, as_message
from fuzz.target import CONTRACT, HELLO, PACKED, PLAIN, Peer, Target

_ANSWERS: Final = frozenset({"$reply", "$error", "$joined"})
_GRACE: Final = 30.0
"""Seconds after which nothing is held of who is gone."""


@dataclass(slots=True)
class Seen:
    """What was thrown, by kind, and what came of it."""

    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    refs: int = 0
    """Refs whose answers were counted."""
    faults: list[str] = field(default_factory=list)

    @property
    def frames(self) -> int:
        """How many were thrown."""
        return self.kinds.total()

    def add(self, other: "Seen") -> None:
        """Count another run in."""
        self.kinds += other.kinds
        self.verdicts += other.verdicts
        self.refs += other.refs
        self.faults += other.faults


class _Log(logging.Handler):
    """Whatever the runtime logs as an error is one: no handler of the target raises what it may not, but some hang."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info is None or not isinstance(record.exc_info[1], TimeoutError):
            self._faults.append(f"logged: {self.format(record)}")


def play(seed: str, frames: int) -> Seen:
    """Throw so many frames; the same ones for the same seed."""
    seen = Seen()
    log, logger = _Log(seen.faults), logging.getLogger("rtgen")
    logger.addHandler(log)
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.get_loop().set_exception_handler(lambda _, what: seen.faults.append(f"unhandled: {what}"))
            runner.run(_play(Random(seed), frames, seen))  # noqa: S311 - it is to be repeated
    finally:
        _running.clear()
        logger.removeHandler(log)
    return seen


async def _play(dice: Random, frames: int, seen: Seen) -> None:
    target = Target()
    witness = _Witness(target)
    lives: list[_Life] = []
    while seen.frames < frames:
        lives = [life for life in lives if not life.over]
        while len(lives) < 4:
            lives.append(_Life(target, dice, seen))
        for life in lives:
            life.throw(dice.choice((1, 3, 8, 16)))
        await asyncio.sleep(dice.choice((0.0, 0.05, 0.5, 2.0)))
        witness.lives()
        for life in lives:
            life.look()
        if dice.random() < 0.1:
            await witness.asks(seen)
    await asyncio.gather(*[life.finish() for life in lives if not life.over], *_running)
    witness.peer.gone()
    await asyncio.sleep(_GRACE)
    for peer in tuple(target.app._settling):
        await peer.drained()
    held = {name: count for name, count in target.leftovers().items() if count}
    if held:
        seen.faults.append(f"still held after all have gone: {held}")
    await target.app.stop()


class _Witness:
    """A client that behaves, and is served whatever the others do."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._ref = 1
        self.peer = self._come()

    def _come(self) -> Peer:
        peer = Peer(self._target, PLAIN)
        peer.tell("$hello", {**HELLO, "client": "witness"})
        peer.tell("$join", 1, "rooms/witness")
        return peer

    def lives(self) -> None:
        """A sign of it."""
        self.peer.tell("$pong", 1)

    async def asks(self, seen: Seen) -> None:
        """One request, one reply, and no close."""
        self._ref += 1
        self.peer.tell("room.add", self._ref, "rooms/witness", {"text": "z"})
        await asyncio.sleep(0.01)
        answers = [frame for frame in self.peer.heard if frame[:2] == ["$reply", self._ref]]
        self.peer.heard.clear()
        if len(answers) != 1 or self.peer.closed is not None:
            seen.faults.append(f"a client that behaves got {answers}, closed {self.peer.closed}")
            self.peer = self._come()


class _Life:
    """One hostile client, from its connection to its end."""

    def __init__(self, target: Target, dice: Random, seen: Seen) -> None:
        self._dice, self._seen = dice, seen
        self._peer = Peer(target, PACKED if dice.random() < 0.4 else PLAIN)
        self._peer.slow = dice.random() < 0.1
        self._left = dice.choice((5, 40, 150, 400))
        self._ref = 0
        self._asked: Counter[int] = Counter()
        self._perhaps: Counter[int] = Counter()
        self._said: dict[int, str | bytes] = {}
        self._answered: Counter[int] = Counter()
        self.over = False
        if dice.random() < 0.97:
            hello = HELLO | {"client": f"c{dice.randrange(5)}"}
            self._peer.tell("$hello", hello | dice.choice(({}, {"token": "ada"}, {"token": "bob"})))

    def throw(self, count: int) -> None:
        """Some frames at once."""
        dice, peer = self._dice, self._peer
        for _ in range(count):
            if peer.closed is not None:
                return
            kind = dice.choice(("random bytes", "torn bytes", "bent values", "bent values", "hostile orders"))
            kind = kind if dice.random() < 0.6 else "hostile orders"
            self._ref += dice.random() < 0.95
            message = as_message(KINDS[kind](dice, self._ref, peer.packed), peer.packed)
            if dice.random() < 0.0005:
                message = message.encode("utf-8", "replace") if isinstance(message, str) else message.decode("latin-1")
            ref, surely = asked_by(message, CONTRACT.limits.frame)
            if ref:
                self._asked[ref] += surely
                self._perhaps[ref] += not surely
                self._said[ref] = message
            self._receive(message)
            self._seen.kinds[kind] += 1
        self._left -= count

    def _receive(self, message: str | bytes) -> None:
        try:
            self._peer.connection.receive(message)
        except Exception as error:
            self._seen.faults.append(f"{message!r}: " + "".join(traceback.format_exception(error)[-3:]))

    def look(self) -> None:
        """Count what came, take it if the socket is slow, and end a life that was long enough."""
        peer = self._peer
        self._hear()
        if peer.slow and self._dice.random() < 0.5:
            peer.hurry()
        if peer.closed is not None:
            self._seen.verdicts[f"closed {peer.closed}"] += 1
            self.over = True
        elif self._left <= 0:
            self.over = True
            task = asyncio.get_running_loop().create_task(self.finish())
            _running.add(task)
            task.add_done_callback(_running.discard)

    def _hear(self) -> None:
        """Count what came since the last time."""
        heard, self._peer.heard = self._peer.heard, []
        for frame in heard:
            tag = frame[0]
            self._seen.verdicts[f"$error {frame[2]['code']}" if tag == "$error" else tag] += 1
            if tag in _ANSWERS and frame[1]:
                self._answered[frame[1]] += 1

    async def finish(self) -> None:
        """Wait, with signs of life, until no handler runs any more; then every ref has its answer."""
        peer = self._peer
        while peer.closed is None and peer.connection.busy:
            peer.tell("$pong", 1)
            await asyncio.sleep(10)
        await asyncio.sleep(0.01)
        peer.slow = False
        peer.hurry()
        await asyncio.sleep(0.01)
        self._hear()
        if peer.closed is None:
            self._judge()
        peer.gone()

    def _judge(self) -> None:
        self._seen.refs += len(self._asked)
        for ref, times in self._asked.items():
            answers, perhaps = self._answered[ref], self._perhaps[ref]
            if not min(times, 1) <= answers <= times + perhaps:
                self._seen.faults.append(
                    f"ref {ref}: asked {times} times, answered {answers} times: {self._said[ref]!r}"
                )


_running: Final[set[asyncio.Task[None]]] = set()
