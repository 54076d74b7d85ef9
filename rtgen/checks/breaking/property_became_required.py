"""Rule `property-became-required`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PROPERTY_BECAME_REQUIRED)


RULE = BreakingRule(
    id="property-became-required",
    level=Level.WIRE,
    summary="A property that could be left out must be there now.",
    why="Senders of the old version leave it out.",
    fix="Keep it optional, and give it a default where it is read.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string }, lang: { type: string } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text, lang]
      properties: { text: { type: string }, lang: { type: string } }
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
      properties: { text: { type: string }, lang: { type: string } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text, lang]
      properties: { text: { type: string }, lang: { type: string } }
""",
    ),
)
