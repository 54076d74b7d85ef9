"""Rule `array-unbounded`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import ArrayType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.from_client):
        if isinstance(part.node, ArrayType) and part.node.max_items is None:
            yield Problem(f"{part.label} comes from clients and may have any number of items", part.span, part.related)


RULE = Rule(
    id="array-unbounded",
    severity=Severity.WARNING,
    summary="A list from clients without a limit.",
    why="Work that is done once an item is done as often as one client likes.",
    fix="Add `maxItems`.",
    check=_check,
    bad="""\
events:
  tag: { from: client, payload: { type: object, properties: { ids: { type: array, items: { type: integer } } } } }
""",
    good="""\
events:
  tag:
    from: client
    payload: { type: object, properties: { ids: { type: array, maxItems: 50, items: { type: integer } } } }
""",
)
