"""Rule `enum-closed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.ENUM_CLOSED)


RULE = BreakingRule(
    id="enum-closed",
    level=Level.WIRE,
    summary="An open list of values became a closed one.",
    why="Senders of the old version may send any value.",
    fix="Keep it open.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [mood]
      properties: { mood: { anyOf: [{ enum: [happy, sad] }, { type: string }] } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [mood]
      properties: { mood: { enum: [happy, sad] } }
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [mood]
      properties: { mood: { anyOf: [{ enum: [happy, sad] }, { type: string }] } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [mood]
      properties: { mood: { enum: [happy, sad] } }
""",
    ),
)
