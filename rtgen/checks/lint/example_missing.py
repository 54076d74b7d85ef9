"""Rule `example-missing`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import ObjectType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for named in subject.types.values():
        if named.from_schemas and isinstance(named.node, ObjectType) and not named.notes.has_examples:
            yield Problem(f"the schema `{named.name}` has no examples", named.span)


RULE = Rule(
    id="example-missing",
    severity=Severity.INFO,
    summary="A named object schema without `examples`.",
    why="Examples are checked against the schema, and they show a reader at once what a value looks like.",
    fix="Add `examples:` with one real value.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Seat: { type: object, properties: { row: { type: integer } } }
""",
    good="""\
schemas:
  Seat: { type: object, properties: { row: { type: integer } }, examples: [{ row: 12 }] }
""",
)
