"""Rule `enum-single-value`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import LiteralType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.parts):
        node = part.node
        if isinstance(node, LiteralType) and len(node.values) == 1 and not node.constant and node.open_to is None:
            yield Problem(f"the enum of {part.label} lists one value", part.span, part.related, fix=node.as_constant)


RULE = Rule(
    id="enum-single-value",
    severity=Severity.WARNING,
    summary="An enum of one value.",
    why="A constant says so; an enum of one is most often a list that was not finished.",
    fix="Write `const:`, or list the other values.",
    check=_check,
    bad="""\
schemas:
  Card: { type: object, properties: { kind: { enum: [card] } } }
""",
    good="""\
schemas:
  Card: { type: object, properties: { kind: { const: card } } }
""",
    repairs="Writes `const`, where the list stands on one line.",
)
