"""Rule `number-unbounded`."""

from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import NumberType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for part in once(subject.from_client):
        node = part.node
        if isinstance(node, NumberType):
            low = node.minimum is not None or node.exclusive_minimum is not None
            high = node.maximum is not None or node.exclusive_maximum is not None
            if not (low and high):
                word = "upper " if low else "lower " if high else ""
                yield Problem(f"{part.label} comes from clients and has no {word}bound", part.span, part.related)


RULE = Rule(
    id="number-unbounded",
    severity=Severity.WARNING,
    summary="A number from clients without bounds.",
    why="A negative amount or a page of a billion rows is a valid message then.",
    fix="Add `minimum` and `maximum`.",
    strict=True,
    check=_check,
    bad="""\
events:
  buy: { from: client, payload: { type: object, properties: { count: { type: integer } } } }
""",
    good="""\
events:
  buy: { from: client, payload: { type: object, properties: { count: { type: integer, minimum: 1, maximum: 99 } } } }
""",
)
