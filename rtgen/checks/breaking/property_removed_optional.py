"""Rule `property-removed-optional`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.PROPERTY_REMOVED_OPTIONAL)


RULE = BreakingRule(
    id="property-removed-optional",
    level=Level.WIRE,
    summary="A property that could be left out is gone.",
    why="A closed object refuses messages of old senders that have it; an open one drops it.",
    fix="Mark it `deprecated` and keep it until nobody sends it any more.",
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
      additionalProperties: false
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [text]
      properties: { text: { type: string } }
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
)
