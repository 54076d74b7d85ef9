"""Rule `closed-object-from-server`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import ObjectType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.from_server:
        if isinstance(part.node, ObjectType) and part.node.extra is None:
            yield Problem(f"the server sends {part.label}, and clients refuse it once it has a new property", part.span)


RULE = Rule(
    id="closed-object-from-server",
    severity=Severity.WARNING,
    summary="A closed object in what the server sends.",
    why="With `additionalProperties: false` a client that is one version older refuses every message that grew.",
    fix="Remove `additionalProperties: false`; validation of the declared properties stays exact.",
    check=_check,
    bad="""\
events:
  moved: { from: server, payload: { type: object, properties: { x: { type: integer } }, additionalProperties: false } }
""",
    good="""\
events:
  moved: { from: server, payload: { type: object, properties: { x: { type: integer } } } }
""",
)
