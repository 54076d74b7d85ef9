"""Rule `property-case`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ONE_WORD, style
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    styled = [(named, each, style(each.name)) for named, each in subject.properties]
    told = [found for _, _, found in styled if found not in {ONE_WORD, ""}]
    usual = max(dict.fromkeys(told), key=told.count, default="")
    for named, each, found in styled:
        if found not in {ONE_WORD, "", usual} and each.span is not None:
            message = f"`{each.name}` of `{named.name}` is in {found}, and most properties here are in {usual}"
            yield Problem(message, each.span)


RULE = Rule(
    id="property-case",
    severity=Severity.WARNING,
    summary="Properties of one contract in several cases.",
    why="Whoever writes a payload must look every name up; one case can be remembered.",
    fix="Write it as the others are written.",
    check=_check,
    bad="""\
schemas:
  Order: { type: object, properties: { paidAt: { const: a }, sentAt: { const: a }, total_cents: { type: integer } } }
""",
    good="""\
schemas:
  Order: { type: object, properties: { paidAt: { const: a }, sentAt: { const: a }, totalCents: { type: integer } } }
""",
)
