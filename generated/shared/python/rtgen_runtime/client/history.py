"""Reading what was recorded, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from rtgen_runtime.declarations import Channel, ServerEvent
from rtgen_runtime.errors import HistoryChanged, InvalidPayload
from rtgen_runtime.frames import HistoryInfo, HistoryOptions

HISTORY_TIMEOUT: Final = 10.0
"""Seconds that one page may take."""

_page = msgspec.json.Decoder(HistoryInfo)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded event: its name in the contract, its payload, its offset."""

    event: str
    payload: Any
    offset: int


class Reading:
    """One way through a history: upwards from an offset, or downwards."""

    def __init__(self, after: int | None, before: int | None, limit: int) -> None:
        self._after = after
        self._before = before
        self._limit = limit
        self._epoch: str | None = None
        self.done = False

    def options(self) -> bytes:
        """What to ask for."""
        return msgspec.json.encode(
            HistoryOptions(limit=self._limit, after=self._after, before=self._before)
        )

    def take(self, raw: bytes, channel: Channel) -> Iterator[Recorded]:
        """The events of a page, in the direction of the reading.

        Raises:
            HistoryChanged: It is a page of another epoch.
        """
        page = _page.decode(raw)
        if self._epoch not in {None, page.epoch}:
            raise HistoryChanged("the history started over while it was being read")
        self._epoch = page.epoch
        upwards = self._after is not None
        events = page.events if upwards else page.events[::-1]
        self.done = not page.more or not events
        if events:
            reached = events[-1][1]
            self._after, self._before = (
                (reached, self._before) if upwards else (None, reached)
            )
        known = {each.tag: each for each in channel.events}
        for tag, offset, payload in events:
            event = known.get(tag)
            if not isinstance(event, ServerEvent):
                continue
            try:
                value = event.payload.decode(bytes(payload))
            except InvalidPayload:
                continue
            yield Recorded(tag.partition(".")[2], value, offset)
