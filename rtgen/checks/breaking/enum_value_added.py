"""Rule `enum-value-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.ENUM_VALUE_ADDED)


RULE = BreakingRule(
    id="enum-value-added",
    level=Level.WIRE,
    summary="A list of values has one more.",
    why="Readers of the old version refuse a value that they do not know.",
    fix="Let what servers send be an open list: `anyOf: [{ enum: [...] }, { type: string }]`.",
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
      properties: { mood: { enum: [happy, sad, calm] } }
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
      properties: { mood: { enum: [happy, sad, calm] } }
""",
    ),
)
