"""Rule `property-removed-required`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PROPERTY_REMOVED_REQUIRED)


RULE = BreakingRule(
    id="property-removed-required",
    level=Level.WIRE,
    summary="A property that readers could count on is gone.",
    why="Readers of the old version refuse a message without it.",
    fix="Let it become optional for the readers first; remove it when all of them have that version.",
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
      properties: { text: { type: string } }
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
      properties: { text: { type: string } }
""",
    ),
)
