"""What was published, and how that ended: the truth that every stream of receives is compared with."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from delivery.history import Kind, Op, Record
from delivery.report import Invariant, Report

Place = tuple[str, str]
"""Address and epoch."""


@dataclass(slots=True)
class Published:
    """All publications. `acked` grows with the history, so that it says what was known at a moment."""

    report: Report
    began: dict[str, Record] = field(default_factory=dict)
    """By key, those that have not ended."""
    by_hash: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    """By address and hash, when publishing it began."""
    acked: dict[Place, set[int]] = field(default_factory=lambda: defaultdict(set))
    stands: dict[str, tuple[str, float]] = field(default_factory=dict)
    """By address, the epoch of what was acknowledged last, and when it was."""
    at: dict[Place, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
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
                self.by_hash[record.address].setdefault(record.hash, record.t)
            case Op.ACK:
                self._acked(record)
            case Op.FAIL:
                self.report.failed += 1
                self.began.pop(record.key, None)
            case Op.UNKNOWN:
                self.report.unknown += 1
                self.began.pop(record.key, None)
            case Op.FORGOT:
                self.newest = {slot: last for slot, last in self.newest.items() if last.kind is not Kind.LATEST}
            case _:
                pass

    def agree(self, record: Record, digest: str) -> None:
        """Somebody says which event stands at an offset."""
        at = self.at[record.address, record.epoch]
        known = at.get(record.offset)
        if known is None:
            at[record.offset] = digest
            self.kept[digest] += 1
        elif known != digest:
            self.report.note(Invariant.ORDER, "one offset, two events", record)

    def _acked(self, record: Record) -> None:
        self.report.acked += 1
        began = self.began.pop(record.key)
        if began.kind in {Kind.CONFLATED, Kind.LATEST}:
            self.newest[began.address, began.slot] = began
        if record.offset:
            self.acked[began.address, record.epoch].add(record.offset)
            self.stands[began.address] = record.epoch, record.t
            self.agree(record, began.hash)
