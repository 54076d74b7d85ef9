"""Rule `closed-enum-from-server`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import LiteralType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.from_server):
        node = part.node
        if isinstance(node, LiteralType) and node.open_to is None:
            texts = [value for value in node.values if isinstance(value, str)]
            if len(texts) > 1:
                yield Problem(
                    f"the server sends {part.label}, and clients refuse values they don't know", part.span, part.related
                )


RULE = Rule(
    id="closed-enum-from-server",
    severity=Severity.INFO,
    summary="A closed enum in what the server sends.",
    why="The next value breaks every client that is one version older.",
    fix="Open it: `anyOf: [{ enum: […] }, { type: string }]` keeps completion and lets new values pass.",
    check=_check,
    bad="""\
events:
  changed: { from: server, payload: { type: object, properties: { stage: { enum: [packed, sent] } } } }
""",
    good="""\
events:
  changed:
    from: server
    payload:
      type: object
      properties: { stage: { anyOf: [{ enum: [packed, sent] }, { type: string, maxLength: 32 }] } }
""",
)
