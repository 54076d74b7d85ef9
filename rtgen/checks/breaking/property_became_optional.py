"""Rule `property-became-optional`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PROPERTY_BECAME_OPTIONAL)


RULE = BreakingRule(
    id="property-became-optional",
    level=Level.WIRE,
    summary="A property that was always there may be left out now.",
    why="Readers of the old version refuse a message without it.",
    fix="Go on sending it until all readers have the new version.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text, lang]
      properties: { text: { type: string }, lang: { type: string } }
""",
        """\
events:
  told:
    from: server
    payload:
      type: object
      required: [text]
      properties: { text: { type: string }, lang: { type: string } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text, lang]
      properties: { text: { type: string }, lang: { type: string } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string }, lang: { type: string } }
""",
    ),
)
