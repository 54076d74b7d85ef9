"""Rule `enum-opened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.ENUM_OPENED)


RULE = BreakingRule(
    id="enum-opened",
    level=Level.WIRE,
    summary="A closed list of values became an open one.",
    why="Readers of the old version refuse values that are not on their list.",
    fix="Release the readers first.",
    check=_check,
    breaking=(
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
      properties: { mood: { anyOf: [{ enum: [happy, sad] }, { type: string }] } }
""",
    ),
    harmless=(
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
      properties: { mood: { anyOf: [{ enum: [happy, sad] }, { type: string }] } }
""",
    ),
)
