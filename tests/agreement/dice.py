"""Choices, made by hypothesis: so its seed tells a run, and its engine tries the neighbours of what it has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


@cache
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@dataclass(frozen=True, slots=True)
class Dice:
    """The few kinds of choice that makers need, each one draw."""

    draw: st.DrawFn

    def between(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return self.draw(_integers(low, high))

    def choice(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.between(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.between(0, 99) < percent

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """So many different ones."""
        rest = list(options)
        return [rest.pop(self.between(0, len(rest) - 1)) for _ in range(min(count, len(rest)))]
