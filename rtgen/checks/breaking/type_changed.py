"""Rule `type-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.TYPE_CHANGED)


RULE = BreakingRule(
    id="type-changed",
    level=Level.WIRE,
    summary="A value is of another type.",
    why="One side sends what the other refuses, unless one of the types allows all of the other.",
    fix="Add a property with the new type beside the old one.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [count]
      properties: { count: { type: integer } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [count]
      properties: { count: { type: string } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [count]
      properties: { count: { type: integer } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [count]
      properties: { count: { type: number } }
""",
    ),
)
