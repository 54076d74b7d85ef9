"""Invariant 11: after the last fault everybody comes back, and what is said comes quickly again."""

from dataclasses import dataclass, field
from typing import Final

from delivery.history import Op, Record
from delivery.published import Published
from delivery.report import Invariant, Report
from delivery.streams import Streams

BACK_WITHIN: Final = 60.0
"""Seconds after the last fault."""
QUICK: Final = 1.0
"""Seconds from publishing to receiving, of 99 in 100."""


@dataclass(slots=True)
class Liveness:
    """Who is back, and how quickly something comes while a history is steady."""

    published: Published
    streams: Streams
    report: Report
    healed: float = 0.0
    since: float = 0.0
    until: float = 0.0
    took: list[float] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """The next record of the history."""
        match record.op:
            case Op.HEALED:
                self.healed = record.t
            case Op.STEADY:
                self._steady(record)
            case Op.RECV if record.t <= self.until and record.offset:
                began = self.published.by_hash[record.address].get(record.hash)
                if began is not None and began >= self.since:
                    self.took.append(record.t - began)
            case Op.CALM:
                self._calm(record)
            case _:
                pass

    def _steady(self, record: Record) -> None:
        self.since, self.until = record.t, record.until
        self.report.back = record.t - self.healed
        if self.report.back > BACK_WITHIN:
            self.report.note(Invariant.LIVENESS, f"it took {self.report.back:.1f} s until all were back", record)
        self._all_in(record, before=self.healed)  # who came later is on the way in, and judged in the end

    def _calm(self, record: Record) -> None:
        self._all_in(record)
        if not self.took:
            return
        self.took.sort()
        self.report.quick = self.took[len(self.took) * 99 // 100]
        if self.report.quick > QUICK:
            words = f"99 in 100 of {len(self.took)} came within {self.report.quick:.2f} s"
            self.report.note(Invariant.LIVENESS, words, record)
        self.took = []

    def _all_in(self, record: Record, before: float = float("inf")) -> None:
        for stream in self.streams.by_member.values():
            if stream.wanted and not stream.joined and stream.came < before:
                self.report.note(Invariant.LIVENESS, f"{stream.client} never came back to {stream.address}", record)
