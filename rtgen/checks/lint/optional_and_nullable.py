"""Rule `optional-and-nullable`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import LiteralType, NullType, TypeNode, UnionType
from rtgen.source.finding import Severity


def _is_nullable(node: TypeNode) -> bool:
    if isinstance(node, UnionType):
        return any(isinstance(each, NullType) for each in node.members)
    return isinstance(node, LiteralType) and None in node.values


def _check(subject: Subject) -> Iterator[Problem]:
    for named, each in subject.properties:
        if not each.required and _is_nullable(each.type) and each.span is not None:
            yield Problem(f"`{each.name}` of `{named.name}` may be absent and may be null", each.span)


RULE = Rule(
    id="optional-and-nullable",
    severity=Severity.WARNING,
    summary="A property that is optional and nullable.",
    why="Absent, null and a value are three states, and readers in two languages tell two apart.",
    fix="Require it, or don't accept `null`.",
    check=_check,
    bad="""\
schemas:
  Profile: { type: object, properties: { nickname: { type: [string, 'null'] } } }
""",
    good="""\
schemas:
  Profile: { type: object, required: [nickname], properties: { nickname: { type: [string, 'null'] } } }
""",
)
