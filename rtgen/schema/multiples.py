"""`multipleOf`, exactly: `Decimal` refuses to divide where the quotient has more than 28 digits."""

from decimal import Decimal
from fractions import Fraction


def is_multiple(value: Decimal, step: Decimal) -> bool:
    """Whether a value is a whole number of steps; `step` is above 0."""
    return (Fraction(value) / Fraction(step)).denominator == 1
