"""Rule `untyped-value`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import AnyType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.from_client:
        if isinstance(part.node, AnyType):
            yield Problem(f"{part.label} may be any value at all", part.span)


RULE = Rule(
    id="untyped-value",
    severity=Severity.WARNING,
    summary="A value from clients that no schema judges.",
    why="`{}`, `true` and an object without properties accept everything; the handler gets what an attacker likes.",
    fix="Say what it is: a `type`, its properties, or a union of the cases.",
    check=_check,
    bad="""\
events:
  tracked: { from: client, payload: { type: object, properties: { details: {} } } }
""",
    good="""\
events:
  tracked: { from: client, payload: { type: object, properties: { details: { type: string, maxLength: 200 } } } }
""",
)
