"""Rule `format-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.FORMAT_CHANGED)


RULE = BreakingRule(
    id="format-changed",
    level=Level.WIRE,
    summary="A text has another format.",
    why="Formats are asserted at both ends: a text of the one is refused as the other.",
    fix="Add a property with the new format beside the old one.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [at]
      properties: { at: { type: string } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [at]
      properties: { at: { type: string, format: date } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [at]
      properties: { at: { type: string, format: date } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [at]
      properties: { at: { type: string } }
""",
    ),
)
