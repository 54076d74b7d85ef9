"""Rule `map-unbounded`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import AnyType, MapType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.from_client):
        node = part.node
        # Of a map of anything `untyped-value` speaks.
        if isinstance(node, MapType) and node.max_properties is None and not isinstance(node.values, AnyType):
            yield Problem(f"{part.label} comes from clients and may have any number of keys", part.span, part.related)


RULE = Rule(
    id="map-unbounded",
    severity=Severity.WARNING,
    summary="A map from clients without a limit.",
    why="The client chooses the keys, and as many as fit into a frame.",
    fix="Add `maxProperties`, or declare the properties there are.",
    check=_check,
    bad="""\
events:
  vote:
    from: client
    payload: { type: object, properties: { marks: { type: object, additionalProperties: { type: integer } } } }
""",
    good="""\
events:
  vote:
    from: client
    payload:
      type: object
      properties: { marks: { type: object, maxProperties: 20, additionalProperties: { type: integer } } }
""",
)
