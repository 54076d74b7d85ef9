"""Rule `property-type-conflict`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import ArrayType, BooleanType, NumberType, StringType, TypeNode
from rtgen.source.finding import Related, Severity
from rtgen.source.span import Span


def _kind(node: TypeNode) -> str:
    match node:
        case StringType():
            return "a string"
        case NumberType():
            return "a number"
        case BooleanType():
            return "a boolean"
        case ArrayType():
            return "a list"
        case _:
            return ""


def _check(subject: Subject) -> Iterator[Problem]:
    first: dict[str, tuple[str, Span | None]] = {}
    for named, each in subject.properties:
        kind = _kind(subject.resolved(each.type))
        if not kind:
            continue
        other, span = first.setdefault(each.name, (kind, each.span))
        if other != kind and each.span is not None:
            related = () if span is None else (Related(f"{other} here", span),)
            yield Problem(f"`{each.name}` of `{named.name}` is {kind}, and elsewhere {other}", each.span, related)


RULE = Rule(
    id="property-type-conflict",
    severity=Severity.WARNING,
    summary="One property name with values of different types.",
    why="An `id` that is a number here and a string there gets compared, and is never equal.",
    fix="Give the two things two names, or one type.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Order: { type: object, properties: { id: { type: string } } }
  Parcel: { type: object, properties: { id: { type: integer } } }
""",
    good="""\
schemas:
  Order: { type: object, properties: { id: { type: string } } }
  Parcel: { type: object, properties: { id: { type: string } } }
""",
)
