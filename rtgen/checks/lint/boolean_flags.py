"""Rule `boolean-flags`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import BooleanType, ObjectType
from rtgen.source.finding import Severity

_MOST = 3


def _check(subject: Subject) -> Iterator[Problem]:
    for named in subject.types.values():
        if isinstance(named.node, ObjectType):
            flags = [each.name for each in named.node.properties if isinstance(each.type, BooleanType)]
            if len(flags) > _MOST:
                yield Problem(f"`{named.name}` has {len(flags)} booleans: {', '.join(flags)}", named.span)


RULE = Rule(
    id="boolean-flags",
    severity=Severity.WARNING,
    summary="An object with more than three booleans.",
    why="Four booleans are sixteen states, and most of them mean nothing.",
    fix="Name the states that exist in one enum.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Call:
    type: object
    properties:
      ringing: { type: boolean }
      answered: { type: boolean }
      held: { type: boolean }
      ended: { type: boolean }
""",
    good="""\
schemas:
  Call: { type: object, properties: { state: { enum: [ringing, answered, held, ended] } } }
""",
)
