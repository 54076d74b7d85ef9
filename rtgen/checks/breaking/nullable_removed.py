"""Rule `nullable-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.NULLABLE_REMOVED)


RULE = BreakingRule(
    id="nullable-removed",
    level=Level.WIRE,
    summary="A value may not be `null` any more.",
    why="Senders of the old version still send `null`.",
    fix="Go on accepting `null` until no old sender is left.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: [string, 'null'] } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: string } }
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: [string, 'null'] } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [lang]
      properties: { lang: { type: string } }
""",
    ),
)
