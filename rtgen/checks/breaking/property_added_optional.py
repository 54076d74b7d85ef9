"""Rule `property-added-optional`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PROPERTY_ADDED_OPTIONAL)


RULE = BreakingRule(
    id="property-added-optional",
    level=Level.WIRE,
    summary="A property was added that may be left out.",
    why="A reader of the old version whose schema is closed refuses a message that has it.",
    fix="Leave the object open (no `additionalProperties: false`), or release the readers first.",
    check=_check,
    breaking=(
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
      properties: { text: { type: string }, lang: { type: string } }
      additionalProperties: false
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
)
