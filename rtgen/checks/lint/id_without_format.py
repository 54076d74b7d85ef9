"""Rule `id-without-format`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ends_in
from rtgen.schema.types import StringType
from rtgen.source.finding import Severity

_ENDINGS = frozenset({"id", "uuid", "guid"})


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.parts:
        node = part.node
        if isinstance(node, StringType) and ends_in(part.name, _ENDINGS) and not (node.format or node.pattern):
            yield Problem(f"{part.label} is an id, and any text is valid", part.span)


RULE = Rule(
    id="id-without-format",
    severity=Severity.WARNING,
    summary="An id as plain text.",
    why="Ids go into queries, keys and addresses; their alphabet is the first defence there.",
    fix="Add `format: uuid`, or a `pattern`.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Ticket: { type: object, properties: { seatId: { type: string, maxLength: 20 } } }
""",
    good="""\
schemas:
  Ticket: { type: object, properties: { seatId: { type: string, pattern: '^[A-Z][0-9]{1,3}$' } } }
""",
)
