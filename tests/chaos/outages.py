"""How long clients were without their hall, and how long events took, second by second."""

from collections import defaultdict
from dataclasses import dataclass, field

from delivery.history import Op, Record


@dataclass(slots=True)
class Outages:
    """Watches a history beside the checker."""

    all: list[tuple[float, float]] = field(default_factory=list)
    """When a client lost its connection, and for how many seconds it was out."""
    received: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """By second, recorded events that listeners got."""
    out: dict[tuple[str, str], float] = field(default_factory=dict)
    """By client and address: since when."""
    inside: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, record: Record) -> None:
        """The next record of the history."""
        match record.op:
            case Op.RECV:
                self.received[int(record.t)] += record.offset > 0
            case Op.JOINED:
                self.inside[record.client].add(record.address)
                began = self.out.pop((record.client, record.address), None)
                if began is not None:
                    self.all.append((began, record.t - began))
            case Op.LOST | Op.RESYNC:
                for address in self.inside.pop(record.client, ()):
                    self.out.setdefault((record.client, address), record.t)
            case Op.LEFT if record.reason in {"", "never", "token"}:
                self.inside.pop(record.client, None)
                self.out.pop((record.client, record.address), None)
            case _:
                pass
