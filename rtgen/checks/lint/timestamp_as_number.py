"""Rule `timestamp-as-number`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ends_in
from rtgen.schema.types import NumberType
from rtgen.source.finding import Severity

_ENDINGS = frozenset({"at", "timestamp", "date", "datetime"})


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.parts:
        if isinstance(part.node, NumberType) and ends_in(part.name, _ENDINGS):
            yield Problem(f"{part.label} looks like a moment, and is a number", part.span)


RULE = Rule(
    id="timestamp-as-number",
    severity=Severity.WARNING,
    summary="A moment in time as a number.",
    why="Seconds or milliseconds, since when: Python and JavaScript have different habits.",
    fix="Write `{ type: string, format: date-time }`.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Reading: { type: object, properties: { takenAt: { type: integer } } }
""",
    good="""\
schemas:
  Reading: { type: object, properties: { takenAt: { type: string, format: date-time } } }
""",
)
