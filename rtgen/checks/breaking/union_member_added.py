"""Rule `union-member-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.UNION_MEMBER_ADDED)


RULE = BreakingRule(
    id="union-member-added",
    level=Level.WIRE,
    summary="A choice has one more case.",
    why="Readers of the old version refuse a case that they do not know.",
    fix="Release the readers first.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [id]
      properties: { id: { type: string } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [id]
      properties: { id: { type: [string, integer] } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [id]
      properties: { id: { type: string } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [id]
      properties: { id: { type: [string, integer] } }
""",
    ),
)
