"""What a check found: violations by invariant, and counts that say how much was looked at."""

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum

from delivery.history import Record


class Invariant(IntEnum):
    """The twelve; each has its text in the failure message."""

    NO_SILENT_LOSS = 1
    NO_PHANTOM = 2
    NO_DUPLICATE = 3
    ORDER = 4
    NO_GAP = 5
    REALM = 6
    ONE_OUTCOME = 7
    EFFECT_ONCE = 8
    CONFLATION = 9
    PRESENCE = 10
    LIVENESS = 11
    BOUNDS = 12


@dataclass(frozen=True, slots=True)
class Violation:
    """One, with the record that shows it."""

    invariant: Invariant
    words: str
    record: Record | None = None

    def __str__(self) -> str:
        at = "" if self.record is None else f"\n    {self.record.line()}"
        return f"{self.invariant.value} {self.invariant.name.lower()}: {self.words}{at}"


@dataclass(slots=True)
class Report:
    """The result of one check."""

    published: int = 0
    acked: int = 0
    failed: int = 0
    unknown: int = 0
    received: int = 0
    told_lost: int = 0
    """Recorded events that a member did not get, and was told so."""
    silent_lost: int = 0
    duplicates: int = 0
    inversions: int = 0
    requests: int = 0
    recoveries: Counter[str] = field(default_factory=Counter)
    """Rejoins by outcome: `recovered`, or the reason why not."""
    back: float = 0.0
    """Seconds after the last fault in which everybody was back."""
    quick: float = 0.0
    """Seconds in which 99 of 100 events came afterwards."""
    violations: list[Violation] = field(default_factory=list)

    def note(self, invariant: Invariant, words: str, record: Record | None = None) -> None:
        """It was broken."""
        self.violations.append(Violation(invariant, words, record))

    @property
    def broken(self) -> set[Invariant]:
        """The invariants that do not hold."""
        return {each.invariant for each in self.violations}

    def __str__(self) -> str:
        recoveries = ", ".join(f"{name} {count}" for name, count in sorted(self.recoveries.items())) or "none"
        counts = (
            f"checked {self.received} received of {self.published} published messages: {self.acked} acked, "
            f"{self.failed} failed, {self.unknown} unknown, told lost {self.told_lost}, "
            f"silent lost {self.silent_lost}, duplicates {self.duplicates}, inversions {self.inversions}, "
            f"requests {self.requests}; recoveries: {recoveries}"
        )
        return "\n".join([counts, *map(str, self.violations[:20])])
