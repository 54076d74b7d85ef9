"""When to try again: full jitter from the first attempt, so that a thousand clients don't come back at once."""

from collections.abc import Callable
from typing import Final

BASE: Final = 0.5
CAP: Final = 20.0
STABLE: Final = 10.0
"""Seconds after which a connection counts as good, and the back-off starts over."""


def backoff(attempt: int, random: Callable[[], float]) -> float:
    """Seconds to wait before an attempt, counted from 0; `random` gives 0 to 1."""
    return float(min(CAP, BASE * 2 ** min(attempt, 16)) * random())
