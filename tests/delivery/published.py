"""What was published, and how that ended: the truth that every stream of receives is compared with."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from delivery.history import Kind, Op, Record
from delivery.report import Invariant, Report

Place = tuple[str, str]
"""Address and epoch."""


@dataclass(slots=True)
class Published:
    """All publications. `tops` and `acked` grow with the history, so that they say what was known at a moment."""

    report: Report
    began: dict[str, Record] = field(default_factory=dict)
    by_hash: set[tuple[str, str]] = field(default_factory=set)
    acked: dict[Place, dict[int, Record]] = field(default_factory=lambda: defaultdict(dict))
    at: dict[tuple[str, str, int], str] = field(default_factory=dict)
    """The hash that an offset stands for, as the first who knew it said."""
    kept: Counter[str] = field(default_factory=Counter)
    """At how many offsets something stands, by its hash."""
    newest: dict[tuple[str, str], Record] = field(default_factory=dict)
    """Of conflated and latest events: the last one of each slot that was published, and not refused."""

    def take(self, record: Record) -> None:
        """The next record of the history."""
        match record.op:
            case Op.PUBLISH:
                self.report.published += 1
                self.began[record.key] = record
                self.by_hash.add((record.address, record.hash))
            case Op.ACK:
                self._acked(record)
            case Op.FAIL:
                self.report.failed += 1
            case Op.UNKNOWN:
                self.report.unknown += 1
            case Op.FORGOT:
                self.newest = {slot: last for slot, last in self.newest.items() if last.kind is not Kind.LATEST}
            case _:
                pass

    def agree(self, record: Record, digest: str) -> None:
        """Somebody says which event stands at an offset."""
        at = record.address, record.epoch, record.offset
        known = self.at.get(at)
        if known is None:
            self.at[at] = digest
            self.kept[digest] += 1
        elif known != digest:
            self.report.note(Invariant.ORDER, "one offset, two events", record)

    def _acked(self, record: Record) -> None:
        self.report.acked += 1
        began = self.began[record.key]
        if began.kind in {Kind.CONFLATED, Kind.LATEST}:
            self.newest[began.address, began.slot] = began
        if record.offset:
            self.acked[began.address, record.epoch][record.offset] = began
            self.agree(record, began.hash)
