"""Rule `bound-loosened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.BOUND_LOOSENED)


RULE = BreakingRule(
    id="bound-loosened",
    level=Level.WIRE,
    summary="A length, a range, a count or a step allows more.",
    why="Readers of the old version validate too, and refuse what is beyond their bound.",
    fix="Release the readers first.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 100 } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 200 } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 100 } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 200 } }
""",
    ),
)
