"""Rule `const-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.CONST_CHANGED)


RULE = BreakingRule(
    id="const-changed",
    level=Level.WIRE,
    summary="A constant has another value.",
    why="Each version refuses the other's.",
    fix="Make it a choice of both values.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [kind]
      properties: { kind: { const: one } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [kind]
      properties: { kind: { const: two } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [kind]
      properties: { kind: { const: one } }
""",
        """\
events:
  say:
    from: client
    payload:
      type: object
      required: [kind]
      properties: { kind: { enum: [one, two] } }
""",
    ),
)
