"""What a newer version has recorded, and this one can't tell its members: they are told nothing more, and lose nothing.

While processes are exchanged one by one an older process hears what newer ones record, as those have converted it for
it, where the store keeps that (`versions/older.py`). Where not, what fits its own contract it passes on. What does not
can't be converted here, since the newer version is not known; to deliver it would move positions past an event that
every client refuses. So the address is *held* from there on: members keep the position
before it, and get the rest, converted, from the newer process that they move to.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rtgen_runtime.broker.words import Recorded
from rtgen_runtime.declarations import Contract, HistorySize, ServerEvent
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.history.interface import Cap, History, Position, Span
from rtgen_runtime.history.recovery import Page
from rtgen_runtime.history.tails import Replay
from rtgen_runtime.versions.choosing import is_served

_logger: Final = logging.getLogger("rtgen.versions")


class Ahead:
    """The addresses of one process that are held."""

    def __init__(
        self,
        contract: Contract,
        refuse: Callable[[str, str], None] = lambda _what, _why: None,
    ) -> None:
        self._contract: Final = contract
        self._refuse: Final = refuse
        self._from: Final[dict[str, Position]] = {}

    def holds(self, address: str, news: Recorded) -> bool:
        """Whether members must not be told."""
        held = self._from.get(address)
        if held is not None and held.epoch == news.epoch:
            return True
        if self._fits(news.event, news.payload, news.version):
            return False
        self._hold(address, Position(news.epoch, news.offset), news.event, news.version)
        return True

    def forget(self, address: str) -> None:
        """Nobody is there any more, or everybody begins afresh."""
        self._from.pop(address, None)

    def known(self, address: str, since: tuple[str, int] | None) -> Replay | None:
        """What a member gets that has heard of it already, from a newer process: nothing, and stays where it is."""
        held = self._from.get(address)
        if held is None or since is None:
            return None
        epoch, offset = since
        is_beyond = epoch == held.epoch and offset >= held.offset
        return Page(epoch, offset, recovered=True) if is_beyond else None

    def clipped(self, address: str, span: Span) -> Span:
        """What a store holds, up to where members can be told."""
        for entry in span.entries:
            if not self._fits(entry.tag, entry.payload, entry.version):
                at = Position(span.epoch, entry.offset)
                self._hold(address, at, entry.tag, entry.version)
                break
        held = self._from.get(address)
        if held is None or held.epoch != span.epoch or held.offset > span.top:
            return span
        entries = tuple(each for each in span.entries if each.offset < held.offset)
        top = held.offset - 1
        return replace(span, top=top, oldest=min(span.oldest, top + 1), entries=entries)

    def _fits(self, tag: str, payload: bytes, version: str) -> bool:
        """Whether clients of this version accept an event; what they don't know they ignore."""
        if not version or is_served(self._contract, version):
            return True
        _, event = self._contract.events.get(tag, (None, None))
        if not isinstance(event, ServerEvent):
            return True
        try:
            event.payload.verify(payload)
        except InvalidPayload:
            return False
        return True

    def _hold(self, address: str, at: Position, tag: str, version: str) -> None:
        known = self._from.get(address)
        if known is not None and known.epoch == at.epoch and known.offset <= at.offset:
            return
        self._from[address] = at
        self._refuse("recorded", "")  # nothing is lost: members get it elsewhere
        words = (
            "%s of version %s does not fit %s: members here wait for a newer process"
        )
        _logger.info(words, tag, version, self._contract.version)


class ClippedHistory:
    """A history that is read up to where this version's members can be told."""

    def __init__(self, history: History, ahead: Ahead) -> None:
        self._history = history
        self._ahead = ahead
        self.append: Final = history.append
        self.invalidate: Final = history.invalidate
        self.page: Final = history.page

    async def read(
        self, address: str, size: HistorySize, after: int | None, cap: Cap
    ) -> Span:
        """The newest events."""
        span = await self._history.read(address, size, after, cap)
        return self._ahead.clipped(address, span)
