"""Rule `deprecated-required`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for named, each in subject.properties:
        if each.required and each.notes.deprecated and each.span is not None:
            yield Problem(f"`{each.name}` of `{named.name}` is deprecated and still required", each.span)


RULE = Rule(
    id="deprecated-required",
    severity=Severity.WARNING,
    summary="A property that is deprecated and required.",
    why="Senders are told to stop sending it and are refused when they do.",
    fix="Take it out of `required` first.",
    check=_check,
    bad="""\
schemas:
  Rider: { type: object, required: [phone], properties: { phone: { type: string, deprecated: true } } }
""",
    good="""\
schemas:
  Rider: { type: object, properties: { phone: { type: string, deprecated: true } } }
""",
)
