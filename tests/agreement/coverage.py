"""What a run has seen, whether it was enough, and how it is told."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Final

from agreement.reference import CLASSES
from agreement.samples import WORDS

from rtgen.schema.keywords import FORMATS

FULL: Final = 200_000
"""Instances of a full run."""

WORD: Final = 500
"""Schemas of a full run that each word stands in, at least; a smaller run owes its share."""

FORMAT: Final = 50
"""The same for each format."""

VERDICT: Final = 0.3
"""The share of the instances that each verdict has, at least."""

NEAR: Final = 0.2
"""The share of the instances that are one edit away from one that was judged valid, at least."""


@dataclass(slots=True)
class Coverage:
    """Counts of a run. An instance is a text for a schema; no two of one schema are the same."""

    instances: int = 0
    valid: int = 0
    near: int = 0
    """Made by one edit from an instance that both ends judged valid."""
    schemas: int = 0
    words: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """Families of schemas that the compiler refused, by the rule."""
    gaps: int = 0
    """Numbers like `1e400` where the contract declares nothing: Python's decoder skips them, TypeScript refuses."""
    differences: Counter[str] = field(default_factory=Counter)
    """Verdicts that differ from the reference's, by the class on the list."""
    codes: Counter[str] = field(default_factory=Counter)
    """First codes of what was refused."""

    def add(self, other: "Coverage") -> None:
        """Count what another round has seen, too."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def shortfalls(self) -> list[str]:
        """What the run has too little of."""
        share = min(self.instances / FULL, 1)
        return [f"{what}: {seen} of {needed}" for what, seen, needed in self._demands(share) if seen < needed]

    def _demands(self, share: float) -> Iterator[tuple[str, int, int]]:
        for word in WORDS:
            yield f"schemas with `{word}`", self.words[word], round(WORD * share)
        for name in FORMATS:
            yield f"schemas with `format: {name}`", self.words[f"format: {name}"], round(FORMAT * share)
        yield "valid instances", self.valid, round(VERDICT * self.instances)
        yield "invalid instances", self.instances - self.valid, round(VERDICT * self.instances)
        yield "instances one edit from valid", self.near, round(NEAR * self.instances)

    def table(self) -> str:
        """All counts, for people."""
        rows = [
            ("instances", self.instances, ""),
            ("valid", self.valid, _percent(self.valid, self.instances)),
            ("invalid", self.instances - self.valid, _percent(self.instances - self.valid, self.instances)),
            ("one edit from valid", self.near, _percent(self.near, self.instances)),
            ("schemas", self.schemas, ""),
            ("the known gap", self.gaps, ""),
        ]
        lines = [f"  {what:24} {count:8}  {share}" for what, count, share in rows]
        lines += [
            "",
            "schemas with each word:",
            *_columns(self.words, [*WORDS, *(f"format: {each}" for each in FORMATS)]),
        ]
        lines += ["", "first codes of what was refused:", *_columns(self.codes, sorted(self.codes))]
        lines += ["", "families refused by the compiler, by rule:", *_columns(self.refused, sorted(self.refused))]
        known = [*CLASSES, *sorted(self.differences.keys() - set(CLASSES))]
        lines += ["", "differences from jsonschema, by class:", *_columns(self.differences, known)]
        return "\n".join(lines)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %"


def _columns(counts: Counter[str], names: list[str], across: int = 3) -> Iterator[str]:
    cells = [f"  {name:24} {counts[name]:8}" for name in names]
    for start in range(0, len(cells), across):
        yield "".join(cells[start : start + across])
