"""Rule `enum-value-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.ENUM_VALUE_REMOVED)


RULE = BreakingRule(
    id="enum-value-removed",
    level=Level.WIRE,
    summary="A list of values has one less.",
    why="Senders of the old version still send it, and what was recorded before may have it.",
    fix="Go on accepting it until no old sender is left.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [mood]
      properties: { mood: { enum: [happy, sad] } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [mood]
      properties: { mood: { enum: [happy] } }
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
      properties: { mood: { enum: [happy, sad] } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [mood]
      properties: { mood: { enum: [happy] } }
""",
    ),
)
