"""A worker's end of the bus, as a broker: it listens to the addresses that its members are at, and a while longer."""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar

from rtgen_runtime.broker.interface import Ears
from rtgen_runtime.broker.words import Control, News, Word
from rtgen_runtime.bus.asking import MOST_WAITING, Asking
from rtgen_runtime.bus.messages import (
    TO_WORKER,
    Answer,
    Asked,
    Begin,
    Count,
    Failure,
    Gone,
    Hear,
    Kept,
    Leave,
    Members,
    Present,
    Ready,
    Report,
    Retire,
    Revoked,
    Said,
    Say,
    Subject,
    Tell,
    Told,
    ToWorker,
)
from rtgen_runtime.bus.pipe import Pipe
from rtgen_runtime.presence.interface import Delta

T = TypeVar("T")

LINGER: Final = 5.0
"""Seconds, twice that at most, for which an address without members is still heard."""


class Branch:
    """One worker's. `others` and what `App` needs of it is set before `start`."""

    def __init__(self, *, linger: float = LINGER) -> None:
        self._linger = linger
        self._pipe: Pipe[ToWorker] | None = None
        self._ears: Ears | None = None
        self._begun: asyncio.Future[Begin] | None = None
        self._hearing: dict[str, asyncio.Future[Any]] = {}
        self._here: dict[str, int] = {}
        self._idle: OrderedDict[str, float] = OrderedDict()
        self._sweeping: asyncio.TimerHandle | None = None
        self._counted: dict[str, None] = {}
        self._elsewhere: dict[int, dict[str, int]] = {}
        self.asking = Asking(self._send, lambda: self._waiting)
        self.dropped = 0
        """Events that the others did not hear, since too much waited already."""
        self.on_presence: Callable[[str, Delta], None] = lambda _address, _delta: None
        self.on_revoked: Callable[[Revoked], None] = lambda _revoked: None
        self.on_asked: Callable[[Subject], str] = lambda _about: ""
        self.on_retire: Callable[[], None] = lambda: None
        self.on_lost: Callable[[], None] = lambda: None

    async def start(self, end: socket.socket) -> Begin:
        """Speak over this socket; what the exchange says first.

        Raises:
            StoreUnavailable: It has hung up.
        """
        self._begun = asyncio.get_running_loop().create_future()
        self._pipe = await Pipe.on(end, TO_WORKER, self._hear, self._lost)
        return await self._begun

    def ready_to_serve(self) -> None:
        """Tell the exchange that this worker serves from now on."""
        self._send(Ready())

    def listen(self, ears: Ears) -> None:
        """Say once who hears."""
        self._ears = ears

    def hears(self, address: str) -> bool:
        """Whether the exchange has said so, and an end is not near."""
        heard = self._hearing.get(address)
        return heard is not None and heard.done() and address not in self._idle

    async def ready(self, address: str) -> None:
        """Ask for an address, unless it is heard; then it is heard `LINGER` seconds more."""
        heard = self._hearing.get(address)
        if heard is None:
            heard = self.asking.ask(Hear(address), bool)
            self._hearing[address] = heard
            heard.add_done_callback(lambda _: self._heard(address))
        if address not in self._here:
            self._let_idle(address)
        if not heard.done():
            await asyncio.shield(heard)

    def members(self, address: str, count: int) -> None:
        """Tell the others with the end of this turn."""
        if count:
            self._here[address] = count
            self._idle.pop(address, None)
        else:
            self._here.pop(address, None)
            self._let_idle(address)
        if not self._counted:
            asyncio.get_running_loop().call_soon(self._count)
        self._counted[address] = None

    def elsewhere(self, address: str) -> int:
        """As the exchange has told."""
        return sum(each.get(address, 0) for each in self._elsewhere.values())

    def say(self, address: str, word: Word) -> None:
        """Tell the other workers, unless too much waits already."""
        if self._waiting > MOST_WAITING:
            self.dropped += 1
        else:
            self._send(Say(address, word))

    async def record(
        self, _address: str, kept: "asyncio.Future[T]", _news: Callable[[T], News]
    ) -> T:
        """Wait for the exchange: it tells all workers, this one too, before it answers."""
        return await asyncio.shield(kept)

    def control(self, control: Control) -> None:
        """Tell the other workers."""
        self._send(Tell(control))

    async def drained(self) -> None:
        """Wait for all answers."""
        await self.asking.drained()

    @property
    def _waiting(self) -> int:
        return 0 if self._pipe is None else self._pipe.waiting

    def _send(self, message: object) -> None:
        if self._pipe is not None:
            self._pipe.send(message)

    def _hear(self, message: ToWorker) -> None:
        ears = self._ears
        match message:
            case Answer():
                self.asking.answered(message)
            case Failure():
                self.asking.failed(message)
            case Kept(address, news) if ears is not None:
                ears.news(address, news)
            case Said(address, word) if ears is not None:
                ears.said(address, word)
            case Told(control) if ears is not None:
                ears.control(control)
            case Present(address, delta):
                self.on_presence(address, delta)
            case Members(worker, address, count):
                self._note(worker, address, count)
            case _:
                self._hear_of_process(message)

    def _hear_of_process(self, message: ToWorker) -> None:
        match message:
            case Gone(worker):
                self._elsewhere.pop(worker, None)
            case Revoked():
                self.on_revoked(message)
            case Asked(number, about):
                self._send(Report(number, self.on_asked(about)))
            case Retire():
                self.on_retire()
            case Begin(members=members):
                for each in members:
                    self._note(*each)
                if self._begun is not None:
                    self._begun.set_result(message)

    def _note(self, worker: int, address: str, count: int) -> None:
        counts = self._elsewhere.setdefault(worker, {})
        if count:
            counts[address] = count
        else:
            counts.pop(address, None)

    def _count(self) -> None:
        counted, self._counted = self._counted, {}
        for address in counted:
            self._send(Count(address, self._here.get(address, 0)))

    def _heard(self, address: str) -> None:
        heard = self._hearing.get(address)
        if heard is None or heard.cancelled() or heard.exception() is not None:
            self._hearing.pop(address, None)

    def _let_idle(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        self._idle.pop(address, None)
        self._idle[address] = loop.time() + self._linger
        if self._sweeping is None:
            self._sweeping = loop.call_later(self._linger, self._sweep)

    def _sweep(self) -> None:
        """Stop listening to what nobody here needs; one timer for all of them, while there are any."""
        loop = asyncio.get_running_loop()
        self._sweeping, now = None, loop.time()
        while self._idle and next(iter(self._idle.values())) <= now:
            address, _ = self._idle.popitem(last=False)
            heard = self._hearing.get(address)
            if heard is None:
                continue
            if not heard.done():
                self._idle[address] = now + self._linger
                continue
            del self._hearing[address]
            self._send(Leave(address))
            if self._ears is not None:
                self._ears.deaf(address)
        if self._idle:
            self._sweeping = loop.call_later(self._linger, self._sweep)

    def _lost(self) -> None:
        words = "the process that keeps things is gone"
        self.asking.over(words)
        if self._begun is not None and not self._begun.done():
            self._begun.cancel()
        self.on_lost()
