"""What a history is, said as simply as can be: the model that every store is compared with."""

from dataclasses import dataclass, field

from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Cap, Entry, PageQuery, Span

MOST_BYTES = 40
SIZE = HistorySize(keep=6, seconds=50.0, bytes=MOST_BYTES)
ADDRESSES = ("rooms/a", "rooms/b", "rooms/%7B%2A%7D")


@dataclass
class ModelAddress:
    """All events ever published, and which of them are still to be had."""

    published: list[Entry] = field(default_factory=list)
    top: int = 0
    invalidated: int = 0

    def append(self, tag: str, payload: bytes, now: float) -> None:
        self.top += 1
        self.published.append(Entry(self.top, tag, payload, now))

    def invalidate(self) -> None:
        self.top += 1
        self.invalidated = self.top
        self.published.clear()

    def prune(self, now: float) -> None:
        """The newest that fit, and no older than the first that is too old."""
        kept = self.published[-SIZE.keep :]
        while kept and (kept[0].recorded + SIZE.seconds < now or sum(len(each.payload) for each in kept) > MOST_BYTES):
            kept = kept[1:]
        self.published = kept

    def read(self, after: int | None, cap: Cap) -> Span:
        oldest = self.published[0].offset if self.published else self.top + 1
        entries: list[Entry] = []
        if after is not None and after < self.top:
            for entry in reversed(self.published):
                if len(entries) == cap.events or sum(len(each.payload) for each in [entry, *entries]) > cap.bytes:
                    break
                entries.insert(0, entry)
        return Span("", self.top, oldest, self.invalidated, tuple(entries))

    def page(self, query: PageQuery, cap: Cap) -> tuple[tuple[Entry, ...], bool]:
        above = query.after if query.after is not None else 0
        below = query.before if query.before is not None else self.top + 1
        found = [entry for entry in self.published if above < entry.offset < below]
        page: list[Entry] = []
        rest = list(found) if query.after is not None else list(reversed(found))
        while rest and len(page) < min(query.limit, cap.events):
            if page and sum(len(each.payload) for each in [*page, rest[0]]) > cap.bytes:
                break
            page.append(rest.pop(0))
            if len(page[0].payload) > cap.bytes:
                break
        return tuple(sorted(page, key=lambda entry: entry.offset)), bool(rest)
