"""The newest events of addresses with members, kept ready for those who come back: a storm reads the store once.

Idea: a tail listens to its address before it reads the store, and is told every event in the order in which members
get it. So it is up to date at every moment, and a join that takes from it and goes live in one step misses nothing.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Self

from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Cap, Entry, History, Position, Span
from rtgen_runtime.history.recovery import Known, Page, recover

MOST_BYTES: Final = 32 * 1024 * 1024
"""Payload bytes that all tails of a process may hold; beyond it those that were longest unused forget their events."""


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """One event as it travels: encoded once, however many members replay it. `size` is that of its payload."""

    offset: int
    recorded: float
    size: int
    frame: bytes

    @classmethod
    def of(cls, entry: Entry, frame: bytes) -> Self:
        """A recorded event, and its frame."""
        return cls(entry.offset, entry.recorded, len(entry.payload), frame)


Encode = Callable[[str, Entry], bytes]
"""An event of an address as it travels."""

Replay = Page[KeptEvent]


@dataclass(slots=True)
class _Tail:
    """What is known of one address. `whole`: as many events as a join may replay are here, or all there are."""

    size: HistorySize
    epoch: str = ""
    top: int = -1
    oldest: int = 1
    invalidated: int = 0
    whole: bool = False
    bytes: int = 0
    entries: deque[KeptEvent] = field(default_factory=deque)
    loading: asyncio.Task[None] | None = None
    heard: list[tuple[Position, KeptEvent]] = field(default_factory=list)

    @property
    def known(self) -> Known[KeptEvent]:
        return Known(
            self.epoch, self.top, self.oldest, self.invalidated, tuple(self.entries)
        )

    def answers(self, since: tuple[str, int] | None) -> bool:
        """Whether the verdict on a position can be told from what is here."""
        if self.top < 0:
            return False
        if since is None or self.whole or since[0] != self.epoch:
            return True
        offset = since[1]
        if offset >= self.top or offset < self.invalidated or offset + 1 < self.oldest:
            return True
        return bool(self.entries) and self.entries[0].offset <= offset + 1

    def add(self, event: KeptEvent, cap: Cap) -> None:
        """The next event; what one join could not replay, or the history forgets, goes."""
        self.top = event.offset
        self.entries.append(event)
        self.bytes += event.size
        if self.size.bytes is not None:
            cap = Cap(cap.events, min(cap.bytes, self.size.bytes))
        most = min(cap.events, self.size.keep)
        self.oldest = max(self.oldest, self.top - self.size.keep + 1)
        while len(self.entries) > most or (self.bytes > cap.bytes and self.entries):
            self.bytes -= self.entries.popleft().size

    def expire(self, now: float) -> None:
        """Forget what is too old for the history."""
        while self.entries and self.entries[0].recorded < now - self.size.seconds:
            gone = self.entries.popleft()
            self.bytes -= gone.size
            self.oldest = max(self.oldest, gone.offset + 1)

    def forget(self) -> None:
        """Keep the position only."""
        self.entries.clear()
        self.bytes, self.whole = 0, False


def _fill(
    tail: _Tail,
    span: Span,
    after: int | None,
    cap: Cap,
    encode: Callable[[Entry], bytes],
) -> None:
    """Take over what a store holds; what was heard since the read began comes behind it."""
    tail.forget()
    tail.epoch, tail.top = span.epoch, span.top
    tail.oldest, tail.invalidated = span.oldest, span.invalidated
    tail.entries.extend(KeptEvent.of(entry, encode(entry)) for entry in span.entries)
    tail.bytes = sum(event.size for event in tail.entries)
    tail.whole = after is not None and after < span.top
    for position, event in tail.heard:
        if position == (tail.epoch, tail.top + 1):
            tail.add(event, cap)
        elif position.epoch != tail.epoch or position.offset > tail.top:
            tail.top = -1  # what was read is not what members hear: read again
            return


class Tails:
    """The tails of one process."""

    def __init__(
        self,
        history: History,
        cap: Cap,
        clock: Callable[[], float],
        encode: Encode,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._encode = encode
        self._history = history
        self._cap = cap
        self._clock = clock
        self._most_bytes = most_bytes
        self._tails: OrderedDict[str, _Tail] = OrderedDict()
        self._bytes = 0

    async def ready(
        self, address: str, size: HistorySize, since: tuple[str, int] | None
    ) -> None:
        """Read what `replay` needs, unless it is here. One read serves all who wait for the same.

        Raises:
            StoreUnavailable: The store can't be read now.
        """
        tail = self._tails.get(address)
        if tail is None:
            tail = self._tails[address] = _Tail(size)
        while not tail.answers(since):
            if tail.loading is None:
                load = self._load(address, tail, since)
                tail.loading = asyncio.get_running_loop().create_task(load)
            await asyncio.shield(tail.loading)

    def replay(self, address: str, since: tuple[str, int] | None) -> Replay | None:
        """What a member gets that goes live in this very step; `None`: call `ready` again."""
        tail = self._tails.get(address)
        if tail is None or not tail.answers(since):
            return None
        self._tails.move_to_end(address)
        before = tail.bytes
        tail.expire(self._clock())
        self._count(tail.bytes - before)
        return recover(
            tail.known, since, most_events=self._cap.events, most_bytes=self._cap.bytes
        )

    def hear(self, address: str, position: Position, event: KeptEvent) -> bool:
        """An event, in the order of offsets; false when it does not follow what members have."""
        tail = self._tails.get(address)
        if tail is None:
            return True
        if tail.loading is not None:
            tail.heard.append((position, event))
        if tail.top < 0:
            return True
        if position != (tail.epoch, tail.top + 1):
            self.drop(address)
            return False
        if tail.entries or tail.whole:
            before = tail.bytes
            tail.add(event, self._cap)
            self._count(tail.bytes - before)
        else:
            tail.top = event.offset
            tail.oldest = max(tail.oldest, tail.top - tail.size.keep + 1)
        return True

    def drop(self, address: str) -> None:
        """Nobody is there any more, or what is known is no longer right."""
        tail = self._tails.pop(address, None)
        if tail is not None:
            self._count(-tail.bytes)
            tail.bytes = 0

    async def _load(
        self, address: str, tail: _Tail, since: tuple[str, int] | None
    ) -> None:
        """Read; what was heard meanwhile, and is not part of it, comes behind."""
        after = None if since is None else since[1]
        try:
            span = await self._history.read(address, tail.size, after, self._cap)
            before = tail.bytes
            _fill(tail, span, after, self._cap, partial(self._encode, address))
        finally:
            tail.loading = None
            tail.heard.clear()
        if self._tails.get(address) is tail:
            self._count(tail.bytes - before)

    def _count(self, more: int) -> None:
        self._bytes += more
        while self._bytes > self._most_bytes:
            fullest = next((each for each in self._tails.values() if each.bytes), None)
            if fullest is None:
                return
            self._bytes -= fullest.bytes
            fullest.forget()
