"""One Redis, as one node uses it: a wire for commands, another one to listen, and what is heard of each address."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from rtgen_runtime.broker.interface import Ears
from rtgen_runtime.broker.words import News, Word
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.interface import Position
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.arriving import ARRIVE, LOST
from rtgen_runtime.redis.commands import Commands
from rtgen_runtime.redis.hearing import Hearing
from rtgen_runtime.redis.lines import Hole, Line, Lines, State
from rtgen_runtime.redis.messages import NotUnderstood, Numbered
from rtgen_runtime.redis.names import Names, Place
from rtgen_runtime.redis.people_scripts import COUNT, LIST, REFRESH, REMEMBER, SHOW
from rtgen_runtime.redis.saying import Saying
from rtgen_runtime.redis.scripts import (
    APPEND,
    BASE,
    CLAIM,
    FORGET,
    HOLE,
    PUT,
    READ,
    SETTLE,
    TOPS,
    VALUES,
    Script,
)
from rtgen_runtime.redis.target import Target
from rtgen_runtime.redis.wire import Argument, Reply, Wire
from rtgen_runtime.versions.refusing import Refusals

MOST_MISSED: Final = 1000
"""Events of an address that a node reads to close a hole; with more, its members join again."""
SHORT: Final = 600_000
"""Milliseconds for which an epoch is kept that nothing was ever published in, and nobody asks for."""
LONG: Final = 24 * 3600_000
"""Milliseconds for which an address is remembered at least after its last event."""

_logger: Final = logging.getLogger("rtgen.redis")
_SCRIPTS: Final = (
    *(APPEND, FORGET, READ, BASE, HOLE, TOPS, PUT, VALUES, CLAIM, SETTLE, ARRIVE),
    *(SHOW, LIST, COUNT, REMEMBER, REFRESH, LOST),
)

Heard = Callable[[str, list[bytes], bytes], None]
"""Gets an address, the fields of a message, and its body."""


class Shard:
    """`node` is this process's name, as no other has it; `clock` gives Unix time where a test wants to."""

    def __init__(
        self,
        target: Target,
        contract: str,
        version: str = "",
        *,
        node: str = "",
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.target = target
        self.version = version
        self.node = node or secrets.token_hex(6)
        self.names = Names(target.prefix, contract, target.database)
        self.commands = Commands(target, f"rtgen:{self.node}", self._greet)
        self.hearing = Hearing(target, f"rtgen:{self.node}:hears")
        self.saying = Saying(self.commands, self.node)
        self.commands.gathered = self.saying.flush
        self.lines = Lines(lambda: self.ears, self._hole)
        self.ears: Ears | None = None
        self.session_key = b""
        self._refusals = Refusals(f"not understood, from {target.name}")
        self.refused = self._refusals.counts
        """Messages that were not understood, by what was wrong with them."""
        self.handlers: dict[bytes, Heard] = {}
        """What is done with presence, words and counts, by kind."""
        self.on_control: Callable[[list[bytes], bytes], None] = lambda _head, _body: (
            None
        )
        self.on_behind: Callable[[], None] = lambda: None
        """Called when an address is heard again, and something may have been missed."""
        self.on_loss: Callable[[], None] = lambda: None
        """Called when this Redis turns out to have lost something, perhaps; commands can be sent soon."""
        self.on_tick: Callable[[int, float], None] = lambda _number, _sent: None
        self._clock = clock
        self._channels: dict[bytes, Line] = {}
        self._subscribing: dict[str, asyncio.Future[None]] = {}
        self._commanded = f"{self.node}-"
        self._own = f"1w {self.node} ".encode()
        self._number = 0
        self.generation = b""
        """What ends when this Redis may have lost something, as it was found."""

    @property
    def is_up(self) -> bool:
        """Whether it can be told and heard."""
        return self.commands.is_up and self.hearing.is_up

    async def start(self) -> None:
        """Connect, and take part.

        Raises:
            NotUsable: It can't be done.
        """
        self.hearing.hear, self.hearing.on_subscribed = self._hear, self._subscribed
        await self.commands.start()
        for own in self.names.control, self.names.node(self.node):
            self.hearing.want(own)
        await self.hearing.start()

    async def close(self) -> None:
        """Send what waits, and hang up; what others know of this node ends with its lease."""
        await self.commands.drained()
        await self.lines.close()
        await self.hearing.close()
        await self.commands.close()

    def now(self) -> str:
        """Milliseconds for scripts: a test's clock, or empty for Redis's own."""
        return "" if self._clock is None else str(int(self._clock() * 1000))

    def fresh(self) -> str:
        """Something random, for epochs."""
        return secrets.token_hex(4)

    def twin(self) -> bytes:
        """The name of one command, however often it is sent."""
        self._number += 1
        return self.names.twin(f"{self._commanded}{self._number}".encode())

    def run(
        self, script: Script, then: Callable[[Reply], None], *arguments: Argument
    ) -> None:
        """Have Redis run a script; `then` gets its answer, or a `StoreUnavailable`."""
        self.commands.send(then, *script.call(*arguments))

    async def ask(self, script: Script, *arguments: Argument) -> Any:
        """The answer of a script.

        Raises:
            StoreUnavailable: There is none.
        """
        return await self.commands.ask(*script.call(*arguments))

    def keep(
        self,
        place: Place,
        script: Script,
        arguments: Sequence[Argument],
        news: Callable[[Position], News],
    ) -> "asyncio.Future[Position]":
        """Run a script that tells everybody; done when the members here know what it has made, as all others do."""
        kept: asyncio.Future[Position] = asyncio.get_running_loop().create_future()

        def answered(reply: Reply) -> None:
            if isinstance(reply, StoreUnavailable):
                if not kept.done():
                    kept.set_exception(reply)
                return
            epoch, offset, number = reply[0].decode(), reply[1], reply[2]
            position = Position(epoch, offset)
            line = self.lines.get(place.address)
            if line is not None:
                told = news(position)
                self.lines.made(line, Numbered(number, epoch, offset, told))
            self.lines.when(line, epoch, number, partial(_settle, kept, position))

        self.run(script, answered, *arguments)
        return kept

    async def reached(self, address: str, epoch: str, number: int) -> None:
        """Wait until members here know everything up to a number: what is read then is not ahead of what is heard."""
        line = self.lines.get(address)
        if line is None or not epoch or line.has(epoch, number):
            return
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lines.when(line, epoch, number, partial(_settle, reached, None))
        await reached

    def hears(self, address: str) -> bool:
        """Whether an address is heard, as far as can be known."""
        line = self.lines.get(address)
        return line is not None and line.state is not State.NEW

    async def ready(self, address: str) -> None:
        """Hear an address from before this returns.

        Raises:
            StoreUnavailable: It can't be heard now.
        """
        if self.hears(address):
            return
        waiting = self._subscribing.get(address)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            self._subscribing[address] = waiting
            place = self.names.place(address)
            self._channels[place.channel] = self.lines.begin(address)
            self.hearing.want(place.channel)
        try:
            async with asyncio.timeout(self.target.patience):
                await asyncio.shield(waiting)
        except TimeoutError:
            words = self.hearing.why or "Redis is away"
            raise StoreUnavailable(f"{words}: an address can't be heard") from None

    def base(self, line: Line) -> None:
        """Ask where an address stands that is heard from now on."""
        place = self.names.place(line.address)
        self.run(BASE, partial(self._based, line), place.meta, place.counts)

    def leave(self, address: str) -> None:
        """Hear an address no longer."""
        place = self.names.place(address)
        self._channels.pop(place.channel, None)
        self._subscribing.pop(address, None)
        self.hearing.leave(place.channel)
        self.lines.end(address)

    def refuse(self, why: str) -> None:
        """Count a message that was not understood; the log says it now and then."""
        self._refusals.note(why, "from another program or a newer runtime")

    async def _greet(self, wire: Wire) -> None:
        for script in _SCRIPTS:
            await wire.ask("SCRIPT", "LOAD", script.text)
        names = self.names
        arrived = await wire.ask(
            *ARRIVE.call(
                *(names.generation, names.process, names.session_key, names.lost),
                *(names.ended, self.fresh(), wire.process),
                *(
                    int(self.target.keeps_epoch),
                    self.session_key or secrets.token_hex(32),
                    self.generation,
                ),
            )
        )
        generation, key, now = arrived
        self.session_key = self.session_key or key
        self.commands.note_time(now / 1000)
        if self.generation and generation != self.generation:
            _logger.warning(
                "%s may have lost something: epochs change", self.target.name
            )
            self.on_loss()
        self.generation = generation

    def _hear(self, channel: bytes, message: bytes) -> None:
        if message.startswith(self._own):
            return
        try:
            kind, fields, body = messages.split(message)
            line = self._channels.get(channel)
            if line is not None:
                self._hear_of(line, kind, fields, body)
            elif channel == self.names.control:
                self.on_control(fields, body)
            elif kind == messages.TICK and channel == self.names.node(self.node):
                self._came_back(fields)
        except NotUnderstood as problem:
            self.refuse(str(problem))
        except Exception:  # one message must not cost the others
            self.refuse("body")
            _logger.exception("a message could not be acted on")

    def _hear_of(
        self, line: Line, kind: bytes, fields: list[bytes], body: bytes
    ) -> None:
        if kind in {messages.RECORD, messages.VALUE, messages.DROP, messages.FORGET}:
            self.lines.heard(line, messages.news_of(kind, fields, body))
        elif kind == messages.WORD:
            if not fields:
                raise NotUnderstood("shape")
            self._hear_words(line, body)
        else:
            handler = self.handlers.get(kind)
            if handler is None:
                raise NotUnderstood("kind")
            handler(line.address, fields, body)

    def _hear_words(self, line: Line, body: bytes) -> None:
        try:
            words = messages.words_of(body)
        except NotUnderstood:
            words = self._understood(messages.apart(body))
        for word in words:
            try:
                self.lines.said(line, word)
            except Exception:  # one word must not cost the others
                self.refuse("body")
                _logger.exception("a word could not be acted on")

    def _understood(self, packed: list[bytes]) -> list[Word]:
        found = []
        for each in packed:
            try:
                found.append(messages.word_of(each))
            except NotUnderstood as problem:
                self.refuse(str(problem))
        return found

    def _subscribed(self, channel: bytes) -> None:
        line = self._channels.get(channel)
        if line is None:
            return
        line.subscribed = True
        if line.state is State.NEW:
            self.base(line)
        elif line.state is State.BEHIND:
            self.on_behind()

    def _based(self, line: Line, reply: Reply) -> None:
        waiting = self._subscribing.pop(line.address, None)
        if isinstance(reply, StoreUnavailable):  # asked again when Redis is back
            if waiting is not None and not waiting.done():
                waiting.set_exception(reply)
                waiting.exception()
            return
        epoch, offset, number, counts = reply
        handler = self.handlers.get(messages.COUNT)
        for name, count in zip(counts[::2], counts[1::2], strict=True):
            if name[:1] == b"m" and handler is not None:
                handler(line.address, [name[1:], count], b"")
        if line.state is State.NEW:
            self.lines.based(line, epoch.decode(), number, offset)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _hole(self, line: Line) -> Hole:
        place = self.names.place(line.address)
        reply = await self.ask(
            HOLE,
            *(place.meta, place.stream, place.latest, self.names.generation),
            *(self.fresh(), line.epoch, line.offset, MOST_MISSED, SHORT),
        )
        try:
            return hole_of(reply)
        except NotUnderstood as problem:  # somebody else has written there
            self.refuse(str(problem))
            return Hole(reply[0].decode(), reply[2], reply[1])

    def _came_back(self, fields: list[bytes]) -> None:
        try:
            number, sent = int(fields[0]), float(fields[1])
        except (ValueError, IndexError):
            raise NotUnderstood("shape") from None
        self.on_tick(number, sent)


def hole_of(reply: Reply) -> Hole:
    """What a node has not heard, as `HOLE` has it."""
    epoch, offset, number, forgotten, entries, values = reply
    name = epoch.decode()
    records = []
    for at, body, _ in entries:
        kept = messages.kept_of(body)
        records.append(messages.record_of(kept, name, int(at)))
    found = []
    for value in values:
        head, _, body = value.partition(b"\n")
        if head[:1] == messages.VALUE:
            kept = messages.kept_of(body)
            news = messages.of_kept(messages.VALUE, kept, name, 0)
            found.append((int(head[1:]), news))
    return Hole(name, number, offset, forgotten, tuple(records), tuple(found))


def _settle(future: "asyncio.Future[Any]", value: Any) -> None:
    if not future.done():
        future.set_result(value)
