"""Rule `bound-tightened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.BOUND_TIGHTENED)


RULE = BreakingRule(
    id="bound-tightened",
    level=Level.WIRE,
    summary="A length, a range, a count or a step allows less.",
    why="Senders of the old version send what is refused now; what was recorded before may be too long.",
    fix="Keep the old bound for what is accepted; send less than it allows.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 200 } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 100 } }
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 200 } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string, maxLength: 100 } }
""",
    ),
)
