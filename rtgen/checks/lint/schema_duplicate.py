"""Rule `schema-duplicate`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import NamedType, ObjectType, TypeNode
from rtgen.source.finding import Related, Severity


def _check(subject: Subject) -> Iterator[Problem]:
    first: dict[TypeNode, NamedType] = {}
    for named in subject.types.values():
        node = named.node
        if named.from_schemas and isinstance(node, ObjectType) and len(node.properties) > 1:
            other = first.setdefault(node, named)
            if other is not named:
                related = (Related(f"`{other.name}`", other.span),)
                yield Problem(f"`{named.name}` is the same as `{other.name}`", named.span, related)


RULE = Rule(
    id="schema-duplicate",
    severity=Severity.WARNING,
    summary="Two named schemas that say the same.",
    why="Both languages get two types for one thing, and one of them will be forgotten at the next change.",
    fix="Keep one, and refer to it with `$ref`.",
    check=_check,
    bad="""\
schemas:
  Point: { type: object, properties: { x: { type: integer }, y: { type: integer } } }
  Place: { type: object, properties: { x: { type: integer }, y: { type: integer } } }
""",
    good="""\
schemas:
  Point: { type: object, properties: { x: { type: integer }, y: { type: integer } } }
  Place: { type: object, properties: { at: { $ref: '#/schemas/Point' } } }
""",
)
