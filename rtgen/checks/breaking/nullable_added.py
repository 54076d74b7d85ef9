"""Rule `nullable-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.NULLABLE_ADDED)


RULE = BreakingRule(
    id="nullable-added",
    level=Level.WIRE,
    summary="A value may be `null` now.",
    why="Readers of the old version refuse `null`.",
    fix="Let the property be optional, and leave it out instead.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: string } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: [string, 'null'] } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: string } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: [string, 'null'] } }
""",
    ),
)
