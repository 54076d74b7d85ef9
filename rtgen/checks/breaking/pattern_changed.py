"""Rule `pattern-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PATTERN_CHANGED)


RULE = BreakingRule(
    id="pattern-changed",
    level=Level.WIRE,
    summary="A text has another pattern.",
    why="Nobody can compare all patterns; a text that one of the two refuses is shown where one is found.",
    fix="Accept both: let the new pattern be a choice with the old one.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [code]
      properties: { code: { type: string, pattern: '^[a-z]+$' } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [code]
      properties: { code: { type: string, pattern: '^[a-c]+$' } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [code]
      properties: { code: { type: string, pattern: '^[a-z]+$' } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [code]
      properties: { code: { type: string } }
""",
    ),
)
