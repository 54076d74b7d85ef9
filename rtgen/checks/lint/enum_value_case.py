"""Rule `enum-value-case`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ONE_WORD, style
from rtgen.schema.types import LiteralType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.parts):
        if isinstance(part.node, LiteralType):
            styles = dict.fromkeys(style(value) for value in part.node.values if isinstance(value, str))
            mixed = [each for each in styles if each not in {ONE_WORD, ""}]
            if len(mixed) > 1:
                yield Problem(
                    f"the values of {part.label} are in {mixed[0]} and in {mixed[1]}", part.span, part.related
                )


RULE = Rule(
    id="enum-value-case",
    severity=Severity.WARNING,
    summary="Values of one enum in several cases.",
    why="The values are compared as text in two languages; a mixed list is misremembered.",
    fix="Write all values in one case.",
    check=_check,
    bad="""\
schemas:
  Stage: { enum: [in_progress, waitingForPickup, done] }
""",
    good="""\
schemas:
  Stage: { enum: [inProgress, waitingForPickup, done] }
""",
)
