"""Rule `money-as-number`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ends_in
from rtgen.schema.types import NumberType
from rtgen.source.finding import Severity

_MONEY = frozenset({"price", "amount", "cost", "total", "subtotal", "balance", "fee", "tax", "salary"})


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.parts:
        if isinstance(part.node, NumberType) and not part.node.integer and ends_in(part.name, _MONEY):
            yield Problem(f"{part.label} looks like money, and is a floating-point number", part.span)


RULE = Rule(
    id="money-as-number",
    severity=Severity.WARNING,
    summary="An amount of money as a floating-point number.",
    why="0.1 + 0.2 is not 0.3 at either end, and sums drift.",
    fix="Send whole cents as `type: integer`, or decimal text with a `pattern`; name the currency beside it.",
    check=_check,
    bad="""\
schemas:
  Offer: { type: object, properties: { price: { type: number } } }
""",
    good="""\
schemas:
  Offer: { type: object, properties: { priceCents: { type: integer } } }
""",
)
