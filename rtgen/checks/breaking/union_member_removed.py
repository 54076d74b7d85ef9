"""Rule `union-member-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.UNION_MEMBER_REMOVED)


RULE = BreakingRule(
    id="union-member-removed",
    level=Level.WIRE,
    summary="A choice has one case less.",
    why="Senders of the old version still send it, and what was recorded before may have it.",
    fix="Go on accepting it until no old sender is left.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [id]
      properties: { id: { type: [string, integer] } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [id]
      properties: { id: { type: string } }
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [id]
      properties: { id: { type: [string, integer] } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [id]
      properties: { id: { type: string } }
""",
    ),
)
