"""A history in this process: gone when it stops, which a new epoch tells the clients."""

from collections import deque
from dataclasses import dataclass, field

from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Entry, Page, ReplayCap


@dataclass(slots=True)
class _Stream:
    """One address. `top` outlives the entries: an offset is never used twice in an epoch."""

    top: int = 0
    bytes: int = 0
    entries: deque[Entry] = field(default_factory=deque)

    def prune(self, size: HistorySize, now: float) -> None:
        """Forget what is too old or too much."""
        while self.entries and self._first_is_surplus(size, now):
            self.bytes -= len(self.entries.popleft().payload)

    def _first_is_surplus(self, size: HistorySize, now: float) -> bool:
        too_many = len(self.entries) > size.keep
        too_old = self.entries[0].recorded + size.seconds < now
        return (
            too_many or too_old or (size.bytes is not None and self.bytes > size.bytes)
        )


class MemoryHistory:
    """The embedded default. Streams are made by publishing only, so that joins can't fill the memory."""

    def __init__(self, epoch: str) -> None:
        self._epoch = epoch
        self._streams: dict[str, _Stream] = {}

    @property
    def epoch(self) -> str:
        """One for the process: every stream begins with it."""
        return self._epoch

    @property
    def addresses(self) -> int:
        """How many addresses have ever had an event."""
        return len(self._streams)

    def append(
        self, address: str, size: HistorySize, tag: str, payload: bytes, now: float
    ) -> int:
        """Keep an event; its offset, consecutive from 1."""
        stream = self._streams.setdefault(address, _Stream())
        stream.top += 1
        stream.entries.append(Entry(stream.top, tag, payload, now))
        stream.bytes += len(payload)
        stream.prune(size, now)
        return stream.top

    async def read(
        self,
        address: str,
        size: HistorySize,
        since: tuple[str, int] | None,
        cap: ReplayCap,
        now: float,
    ) -> Page:
        """What a member that stands at `since` has missed, all of it or nothing."""
        stream = self._streams.get(address, _Stream())
        stream.prune(size, now)
        if since is None:
            return Page(self._epoch, stream.top)
        epoch, offset = since
        if epoch != self._epoch or offset > stream.top:
            return Page(self._epoch, stream.top, reason="epoch_changed")
        oldest = stream.entries[0].offset if stream.entries else stream.top + 1
        if offset + 1 < oldest:
            return Page(self._epoch, stream.top, reason="too_old")
        missed = stream.top - offset
        if missed > cap.events:
            return Page(self._epoch, stream.top, reason="too_many")
        entries = tuple(stream.entries)[len(stream.entries) - missed :]
        if sum(len(entry.payload) for entry in entries) > cap.bytes:
            return Page(self._epoch, stream.top, reason="too_many")
        return Page(self._epoch, stream.top, entries, recovered=True)
