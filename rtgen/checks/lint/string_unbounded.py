"""Rule `string-unbounded`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.sizes import longest_text
from rtgen.checks.subject import Subject
from rtgen.schema.types import StringType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.from_client):
        if isinstance(part.node, StringType) and longest_text(part.node) is None:
            yield Problem(f"{part.label} comes from clients and may have any length", part.span, part.related)


RULE = Rule(
    id="string-unbounded",
    severity=Severity.WARNING,
    summary="A string from clients without a limit.",
    why="Memory, storage and every other member's screen take what one client sends.",
    fix="Add `maxLength`, a `format`, or a `pattern` such as `^[a-z0-9-]{1,64}$`.",
    check=_check,
    bad="""\
events:
  send: { from: client, payload: { type: object, properties: { body: { type: string } } } }
""",
    good="""\
events:
  send: { from: client, payload: { type: object, properties: { body: { type: string, maxLength: 2000 } } } }
""",
)
