"""Rule `property-added-required`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PROPERTY_ADDED_REQUIRED)


RULE = BreakingRule(
    id="property-added-required",
    level=Level.WIRE,
    summary="A property was added that must be there.",
    why="Senders of the old version do not send it, and what was recorded before does not have it.",
    fix="Let it be optional, and require it in the next major version.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
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
      properties: { text: { type: string } }
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
