"""Bounds: what a number in a contract may be, and whether a range holds anything."""

import math
from dataclasses import dataclass
from decimal import Decimal

from rtgen.schema.types import NumberType
from rtgen.source.finding import Finding, error
from rtgen.source.nodes import MappingNode, Node, Scalar, kind

MAX_SAFE = 2**53 - 1
"""The largest integer that both languages hold exactly."""

_UNSAFE_HINT = f"Stay within ±{MAX_SAFE} (2^53-1), or send it as a string."


def unsafe_integer(node: Node) -> Finding | None:
    """A finding when a literal is an integer that JavaScript would round."""
    match node:
        case Scalar(value=bool()):
            return None
        case Scalar(value=int(number)) if abs(number) > MAX_SAFE:
            pass
        case Scalar(value=float(number)) if number.is_integer() and abs(number) > MAX_SAFE:
            pass
        case _:
            return None
    return error("unsafe-integer", f"`{node.text}` is beyond what both languages hold exactly", node.span, _UNSAFE_HINT)


def is_number(node: Node | None) -> bool:
    """Whether a node is a number; `true` is none."""
    return isinstance(node, Scalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


@dataclass(slots=True)
class Bounds:
    """Reads the numeric keywords of one schema, and keeps what is wrong with them."""

    node: MappingNode
    findings: list[Finding]

    def number(self, word: str) -> Decimal | None:
        """A bound of numbers: the double it rounds to, by its shortest text."""
        value = self.node.get(word)
        if value is None:
            return None
        if not isinstance(value, Scalar) or not is_number(value):
            self.findings.append(error("wrong-type", f"`{word}` must be a number, not {kind(value)}", value.span))
            return None
        unsafe = unsafe_integer(value)
        if unsafe is not None:
            self.findings.append(unsafe)
            return None
        number = value.value
        return Decimal(repr(number)) if isinstance(number, float) else Decimal(str(number))

    def count(self, word: str) -> int | None:
        """A bound of lengths and counts: an integer from 0."""
        value = self.node.get(word)
        if value is None:
            return None
        number = value.value if isinstance(value, Scalar) and is_number(value) else None
        if not isinstance(number, int | float) or number < 0 or number != math.floor(number) or number > MAX_SAFE:
            self.findings.append(error("wrong-type", f"`{word}` must be a whole number from 0", value.span))
            return None
        return int(number)

    def flag(self, word: str) -> bool:
        """A keyword that is true or false; false when absent."""
        value = self.node.get(word)
        if value is None or (isinstance(value, Scalar) and isinstance(value.value, bool)):
            return value is not None and bool(value.value) if isinstance(value, Scalar) else False
        self.findings.append(error("wrong-type", f"`{word}` must be true or false, not {kind(value)}", value.span))
        return False

    def counts(self, low: str, high: str) -> tuple[int | None, int | None]:
        """Two counts that bound a range, with a finding where nothing is in it."""
        least, most = self.count(low), self.count(high)
        if least is not None and most is not None and least > most:
            message = f"nothing can be valid: `{low}` is {least} and `{high}` is {most}"
            self.findings.append(error("impossible-range", message, self.node.key_span(low), f"Raise `{high}`."))
        return least, most

    def number_type(self, *, integer: bool) -> NumberType:
        """The type node of a number with this schema's bounds."""
        made = NumberType(
            integer,
            self.number("minimum"),
            self.number("maximum"),
            self.number("exclusiveMinimum"),
            self.number("exclusiveMaximum"),
            self.number("multipleOf"),
        )
        if made.multiple_of is not None and made.multiple_of <= 0:
            span = self.node.key_span("multipleOf")
            self.findings.append(error("wrong-value", "`multipleOf` must be above 0", span, "Write the step."))
        elif _is_empty(made):
            word = next(word for word in _LOWER if word in self.node)
            message = "nothing can be valid: no number is within these bounds"
            self.findings.append(error("impossible-range", message, self.node.key_span(word), "Widen the bounds."))
        return made


_LOWER = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")


def _is_empty(made: NumberType) -> bool:
    lows = [(bound, strict) for bound, strict in ((made.minimum, 0), (made.exclusive_minimum, 1)) if bound is not None]
    highs = [(bound, strict) for bound, strict in ((made.maximum, 0), (made.exclusive_maximum, 1)) if bound is not None]
    step = made.multiple_of if made.multiple_of is not None else (Decimal(1) if made.integer else None)
    if made.integer:
        lows.append((Decimal(-MAX_SAFE), 0))
        highs.append((Decimal(MAX_SAFE), 0))
    if not lows or not highs:
        return False
    low, low_strict = max(lows)
    high, negated = min((bound, -strict) for bound, strict in highs)
    if low > high or (low == high and (low_strict or negated)):
        return True
    return step is not None and not _has_step(low, bool(low_strict), high, bool(negated), step)


def _has_step(low: Decimal, low_strict: bool, high: Decimal, high_strict: bool, step: Decimal) -> bool:
    if (high - low) > 2 * step:
        return True
    first = math.ceil(low / step)
    candidates = (Decimal(first + index) * step for index in range(4))
    return any(
        (low < each if low_strict else low <= each) and (each < high if high_strict else each <= high)
        for each in candidates
    )
