"""What is planned for a play, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chaos.outages import Outages
from chaos.world import People
from delivery.report import Report


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how many, how often."""

    seconds: float
    faults: int
    people: People
    fill: int = 0
    """Events that are acknowledged before what is held is measured, so that histories are full; 0: memory is not."""
    steady: float = 2.0
    """Seconds in which all talk after the last fault; whether events come quickly is judged from 30 on."""
    mutation: str = ""
    only: Sequence[str] = ()
    """The faults to choose from; all of them by default."""


@dataclass(slots=True)
class Fault:
    """One that happened; times are seconds since 1970."""

    name: str
    began: float
    ended: float = 0.0
    words: str = ""


@dataclass(slots=True)
class Sample:
    """How it stood at a moment."""

    t: float
    acked: int
    away: int


@dataclass(slots=True)
class Outcome:
    """One play."""

    seed: int
    faults: list[Fault] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    outages: Outages = field(default_factory=Outages)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    """What was held before the faults, and after."""
    began: float = 0.0
    """When faults began."""
    healed: float = 0.0
    """When the last one was over."""
    ended: float = 0.0
    judged: float = 0.0
    """Seconds that the checker took."""

    @property
    def kinds(self) -> Counter[str]:
        """How often each fault happened."""
        return Counter(each.name for each in self.faults)

    @property
    def acked_with_faults(self) -> int:
        """Recorded events that were acknowledged from when faults began until the last one was over."""
        found = [each.acked for each in self.samples if self.began <= each.t <= self.healed]
        return found[-1] - found[0] if found else 0

    def fault_at(self, t: float, heard_of: float) -> str:
        """The fault that a loss at a moment is due to, by its name: the newest one that went on, or was just over."""
        found = [each for each in self.faults if each.began <= t <= each.ended + heard_of]
        return max(found, key=lambda each: each.began).name if found else ""
