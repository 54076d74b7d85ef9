"""Rule `schema-unused`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for named in subject.contract.types:
        if named.from_schemas and named.name not in subject.contract.referenced:
            yield Problem(f"nothing refers to the schema `{named.name}`", named.span)


RULE = Rule(
    id="schema-unused",
    severity=Severity.WARNING,
    summary="A named schema that nothing uses.",
    why="It becomes code at both ends that nobody calls, and often a misspelt reference is behind it.",
    fix="Refer to it with `$ref`, or remove it.",
    check=_check,
    bad="""\
schemas:
  Mesage: { type: object, properties: { id: { type: integer } } }
""",
    good="""\
schemas:
  Message: { type: object, properties: { id: { type: integer } } }
channels:
  room:
    address: room
    events:
      posted: { from: server, payload: { $ref: '#/schemas/Message' } }
""",
)
