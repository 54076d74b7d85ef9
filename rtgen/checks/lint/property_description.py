"""Rule `property-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import RefType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for named, each in subject.properties:
        if not each.notes.description and not isinstance(each.type, RefType) and each.span is not None:
            yield Problem(f"`{each.name}` of `{named.name}` has no description", each.span)


RULE = Rule(
    id="property-description",
    severity=Severity.INFO,
    summary="A property without a `description`.",
    why="Units, ranges and who sets a value are what callers ask about most.",
    fix="Add `description:`, or refer to a named schema that has one.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Bid: { type: object, properties: { amount: { type: integer } } }
""",
    good="""\
schemas:
  Bid: { type: object, properties: { amount: { type: integer, description: Offered cents. } } }
""",
)
