"""Rule `condition-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.CONDITION_CHANGED)


RULE = BreakingRule(
    id="condition-changed",
    level=Level.WIRE,
    summary="A rule beside the type changed: a condition, a dependency, property names, places of items.",
    why="Nobody can compare all conditions; a value that one of the two refuses is shown where one is found.",
    fix="Keep the old condition for what is accepted.",
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
      properties: { count: { type: integer, not: { const: 3 } } }
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
      properties: { count: { type: integer, not: { const: 3 } } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [count]
      properties: { count: { type: integer } }
""",
    ),
)
