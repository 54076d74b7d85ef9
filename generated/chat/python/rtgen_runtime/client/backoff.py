"""When to try again: full jitter from the first attempt, so that a thousand clients don't come back at once."""

from collections.abc import Callable
from typing import Final

BASE: Final = 0.5
CAP: Final = 20.0
STABLE: Final = 10.0
"""Seconds after which a connection or a membership counts as good, and the back-off starts over."""
LONGEST: Final = 3600.0
"""Seconds that a server may make a client wait, at most."""


def backoff(failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait after so many failures in a row; `random` gives 0 to 1."""
    return float(min(CAP, BASE * 2 ** min(failures, 16)) * random())
