"""Rule `payload-not-object`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.contract.model import ClientEvent
from rtgen.schema.types import ArrayType, BooleanType, LiteralType, NumberType, StringType
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel, event in subject.events:
        carried = [("payload", event.payload)]
        if isinstance(event, ClientEvent):
            carried.append(("reply", event.reply))
        for word, node in carried:
            if node is None or event.span is None:
                continue
            if isinstance(subject.resolved(node), StringType | NumberType | BooleanType | LiteralType | ArrayType):
                yield Problem(f"the {word} of {event} of {channel} is no object", event.span)


RULE = Rule(
    id="payload-not-object",
    severity=Severity.WARNING,
    summary="A payload or a reply that is a bare value or a list.",
    why="Nothing can be added to it later without breaking everybody who reads it.",
    fix="Make it an object with one property.",
    check=_check,
    bad="""\
events:
  renamed: { from: server, payload: { type: string } }
""",
    good="""\
events:
  renamed: { from: server, payload: { type: object, required: [name], properties: { name: { type: string } } } }
""",
)
