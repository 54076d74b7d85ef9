"""Rule `discriminator-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.judging import judged
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level
from rtgen.schema.changes import Kind


def _check(pair: Pair) -> Iterator[Breach]:
    return judged(pair, Kind.DISCRIMINATOR_CHANGED)


RULE = BreakingRule(
    id="discriminator-changed",
    level=Level.WIRE,
    summary="What tells the cases of a union apart is another property.",
    why="Each version looks for its own.",
    fix="Keep the old property; add the new one beside it.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload:
      anyOf:
        - { type: object, required: [kind], properties: { kind: { const: a } } }
        - { type: object, required: [kind], properties: { kind: { const: b } } }
""",
        """\
events:
  say:
    from: client
    payload:
      anyOf:
        - { type: object, required: [type], properties: { type: { const: a } } }
        - { type: object, required: [type], properties: { type: { const: b } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload:
      anyOf:
        - { type: object, required: [kind], properties: { kind: { const: a } } }
        - { type: object, required: [kind], properties: { kind: { const: b } } }
""",
        """\
events:
  say:
    from: client
    payload:
      anyOf:
        - { type: object, required: [kind], properties: { kind: { const: b } } }
        - { type: object, required: [kind], properties: { kind: { const: a } } }
""",
    ),
)
