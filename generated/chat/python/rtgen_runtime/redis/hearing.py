"""What one node hears from one Redis: the channels it has subscribed to, in order, as long as the wire lives.

Redis drops a subscriber that does not read, and a network may swallow a wire without a word. So nothing here promises
that all is heard: whoever listens counts, and is told when a new wire begins.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import SystemRandom
from typing import Final

from rtgen_runtime.redis.commands import LONGEST_PAUSE
from rtgen_runtime.redis.opening import NotUsable, open_wire
from rtgen_runtime.redis.target import Target
from rtgen_runtime.redis.wire import Reply, ReplyError, Wire, packed

BATCH: Final = 500
"""Channels in one command."""

_logger: Final = logging.getLogger("rtgen.redis")
_random: Final = SystemRandom()


@dataclass(slots=True)
class _Asked:
    """A command, and how many answers are to come: one for each channel."""

    command: str
    channels: list[bytes]
    open: int


class Hearing:
    """Calls `hear` with channel and message; `on_subscribed` with each channel, on each wire anew."""

    def __init__(self, target: Target, name: str) -> None:
        self._target = target
        self._name = name
        self._wire: Wire | None = None
        self._wanted: dict[bytes, None] = {}
        self._coming: dict[bytes, None] = {}
        self._leaving: dict[bytes, None] = {}
        self._asked: deque[_Asked] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.hear: Callable[[bytes, bytes], None] = lambda _channel, _message: None
        self.on_subscribed: Callable[[bytes], None] = lambda _channel: None
        self.on_down: Callable[[], None] = lambda: None
        self.reconnections = 0
        self.why = ""
        """Why the last channel that was refused was."""

    @property
    def is_up(self) -> bool:
        """Whether there is a wire."""
        return self._wire is not None

    @property
    def process(self) -> str:
        """See `Wire.process`; empty while there is none."""
        return "" if self._wire is None else self._wire.process

    async def start(self) -> None:
        """Connect.

        Raises:
            NotUsable: It can't be done.
        """
        self._use(await open_wire(self._target, self._name))

    def want(self, channel: bytes) -> None:
        """Hear a channel; all of one turn are asked for together."""
        self._wanted[channel] = None
        self._leaving.pop(channel, None)
        self._soon()
        self._coming[channel] = None

    def leave(self, channel: bytes) -> None:
        """Hear it no longer."""
        self._wanted.pop(channel, None)
        self._coming.pop(channel, None)
        self._soon()
        self._leaving[channel] = None

    def reconnect(self) -> None:
        """Hang up and begin again."""
        if self._wire is not None:
            self._wire.abort()

    async def close(self) -> None:
        """Hang up for good."""
        self._closed = True
        if self._wire is not None:
            self._wire.abort()
            self._wire = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _soon(self) -> None:
        if not self._coming and not self._leaving:
            asyncio.get_running_loop().call_soon(self._ask)

    def _ask(self) -> None:
        coming, self._coming = self._coming, {}
        leaving, self._leaving = self._leaving, {}
        self._write("SUBSCRIBE", coming)
        self._write("UNSUBSCRIBE", leaving)

    def _write(self, command: str, channels: Iterable[bytes]) -> None:
        if self._wire is not None:
            for some in _batches(channels):
                self._asked.append(_Asked(command, some, len(some)))
                self._wire.write(packed(command, *some))

    def _use(self, wire: Wire) -> None:
        self._wire = wire
        wire.hear, wire.lost = self._hear, self._lost
        self._coming.clear()
        self._asked.clear()
        self._write("SUBSCRIBE", self._wanted)

    def _hear(self, reply: Reply) -> None:
        if isinstance(reply, ReplyError):
            self._refused(str(reply))
        if type(reply) is not list or len(reply) != 3:
            return
        kind, channel, message = reply
        if kind == b"message":
            self.hear(channel, message)
            return
        self._answered()
        if kind == b"subscribe" and channel in self._wanted:
            self.on_subscribed(channel)

    def _answered(self) -> None:
        if self._asked:
            asked = self._asked[0]
            asked.open -= 1
            if asked.open <= 0:
                self._asked.popleft()

    def _refused(self, words: str) -> None:
        """One channel that is forbidden costs all of a command: ask again for each of them."""
        if words != self.why:
            _logger.warning("%s refuses: %s", self._target.name, words)
        self.why = words
        if not self._asked:
            return
        asked = self._asked.popleft()
        if len(asked.channels) > 1:
            for each in asked.channels:
                self._write(asked.command, [each])

    def _lost(self) -> None:
        if self._closed:
            return
        self._wire = None
        self.on_down()
        self._task = asyncio.get_running_loop().create_task(self._return())

    async def _return(self) -> None:
        pause = 0.0
        while not self._closed:
            await asyncio.sleep(pause * _random.uniform(0.5, 1.0))
            wire: Wire | None = None
            try:
                wire = await open_wire(self._target, self._name)
            except NotUsable:
                pass  # the commands' wire says why
            except Exception:
                _logger.exception("the way back to what is said failed")
            if wire is None:
                pause = min(LONGEST_PAUSE, max(0.02, pause * 2))
                continue
            self.reconnections += 1
            self._use(wire)
            return


def _batches(channels: Iterable[bytes]) -> Iterator[list[bytes]]:
    found = list(channels)
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]
