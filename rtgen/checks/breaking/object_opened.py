"""Rule `object-opened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.OBJECT_OPENED)


RULE = BreakingRule(
    id="object-opened",
    level=Level.WIRE,
    summary="An object takes undeclared properties now.",
    why="What others relay may hold more than it declares; a closed reader of the old version refuses it.",
    fix="Release the readers first.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    relay: true
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
      additionalProperties: false
""",
        """\
events:
  say:
    from: client
    relay: true
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
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
      properties: { text: { type: string } }
      additionalProperties: false
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
""",
    ),
)
