"""Rule `date-without-format`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ends_in
from rtgen.schema.types import StringType
from rtgen.source.finding import Severity

_ENDINGS = frozenset({"at", "timestamp", "date", "datetime", "birthday"})


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.parts:
        node = part.node
        if isinstance(node, StringType) and ends_in(part.name, _ENDINGS) and not (node.format or node.pattern):
            yield Problem(f"{part.label} looks like a date, and any text is valid", part.span)


RULE = Rule(
    id="date-without-format",
    severity=Severity.WARNING,
    summary="A date or a moment as plain text.",
    why="`03/04/26` is a valid message then, and each reader guesses.",
    fix="Add `format: date-time`, or `format: date`.",
    check=_check,
    bad="""\
schemas:
  Trip: { type: object, properties: { departsAt: { type: string } } }
""",
    good="""\
schemas:
  Trip: { type: object, properties: { departsAt: { type: string, format: date-time } } }
""",
)
