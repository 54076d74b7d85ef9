"""Rule `object-closed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.OBJECT_CLOSED)


RULE = BreakingRule(
    id="object-closed",
    level=Level.WIRE,
    summary="An object refuses undeclared properties now.",
    why="Senders of the old version may send more than they declare: a client's own objects, or a relay's.",
    fix="Leave it open; say in the description what is read.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
      additionalProperties: false
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
      additionalProperties: false
""",
    ),
)
