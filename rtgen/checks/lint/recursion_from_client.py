"""Rule `recursion-from-client`."""

from collections.abc import Iterator

from rtgen.checks.parts import names_reached
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    sent = {part.label for part in subject.from_client}
    for named in subject.types.values():
        if not named.from_schemas or f"`{named.name}`" not in sent:
            continue
        if named.name in names_reached(subject.types, [named.node]):
            yield Problem(f"`{named.name}` contains itself, and clients send it", named.span)


RULE = Rule(
    id="recursion-from-client",
    severity=Severity.WARNING,
    summary="A recursive schema in what clients send.",
    why="No schema can say how deep it goes: only the limits of frames and of nesting end it.",
    fix="Send a flat list with the id of each item's parent.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Folder: { type: object, properties: { inside: { type: array, items: { $ref: '#/schemas/Folder' } } } }
events:
  saved: { from: client, payload: { $ref: '#/schemas/Folder' } }
""",
    good="""\
schemas:
  Folder: { type: object, properties: { id: { type: string }, parent: { type: string } } }
events:
  saved: { from: client, payload: { $ref: '#/schemas/Folder' } }
""",
)
