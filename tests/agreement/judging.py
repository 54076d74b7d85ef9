"""All judges on the same texts: the generated Python, the generated TypeScript, and `jsonschema`."""

import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agreement.contracts import compiled, named, placed, written
from agreement.ends import Case, Verdict, python_verdicts, typescript_verdicts
from agreement.material import Schema
from agreement.reference import Reference, holds_infinity

UNEXPLAINED: Final = "unexplained"
"""The class of a difference from the reference that is in no class on the list."""

_PACKAGES = itertools.count()


@dataclass(frozen=True, slots=True)
class Family:
    """Schemas, and what is asked about them: pairs of a schema's name and a text."""

    schemas: Mapping[str, Schema]
    asked: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judges said about one text. `difference` is the class, `""` where the reference agrees."""

    python: Verdict
    typescript: Verdict
    difference: str

    gap: bool = False
    """Whether both ends differ in the one way that `docs/validation.md` owns up to."""

    @property
    def fault(self) -> str:
        """What is wrong with it, for people; empty when nothing is."""
        if self.gap:
            return ""
        if self.python != self.typescript:
            return f"Python {self.python}, TypeScript {self.typescript}"
        if self.difference == UNEXPLAINED:
            return f"both ends {self.python}, jsonschema otherwise, in no class on the list"
        return ""


@dataclass(frozen=True, slots=True)
class Round:
    """Judgements by family, in the order of `asked`; `None` for families that the compiler refused."""

    judgements: tuple[tuple[Judgement, ...] | None, ...]
    refused: Counter[str]


def judged(families: Sequence[Family]) -> Round:
    """Compile the families as one contract and have all judges judge."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = compiled(folder, [each.schemas for each in families])
        if made.contract is None:
            return Round((None,) * len(families), made.refused)
        package = f"agreement_{next(_PACKAGES)}"
        written(folder, made.contract, package)
        cases = [
            Case(named(schema, index), text)
            for index in sorted(made.accepted)
            for schema, text in families[index].asked
        ]
        verdicts = zip(
            python_verdicts(folder, package, cases), typescript_verdicts(folder, package, cases), strict=True
        )
        answers = (
            tuple(_judgements(family, verdicts)) if index in made.accepted else None
            for index, family in enumerate(families)
        )
        return Round(tuple(answers), made.refused)


def _judgements(family: Family, verdicts: Iterator[tuple[Verdict, Verdict]]) -> Iterator[Judgement]:
    reference = Reference({name: placed(schema, schemas="$defs") for name, schema in family.schemas.items()})
    for schema, text in family.asked:
        python, typescript = next(verdicts)
        ours = python is None
        difference = ""
        if reference.accepts(schema, text) != ours:
            difference = reference.difference(schema, text, ours=ours) or UNEXPLAINED
        gap = ours and typescript == ("malformed", "") and holds_infinity(text)
        yield Judgement(python, typescript, difference, gap)
