"""How often a connection may err, and how often it is told so where no ref waits for the answer."""

from dataclasses import dataclass
from typing import Final

MOST_INVALID: Final = 120
"""Invalid frames within `WINDOW` seconds; an honest client with a bug sends a few, a hostile one gets closed."""
WINDOW: Final = 60.0
SAMPLE_EVERY: Final = 1.0
"""Seconds between two ref-0 errors of one connection."""


@dataclass(slots=True)
class ErrorBudget:
    """Counts one connection's errors."""

    _window: float = float("-inf")
    _in_window: int = 0
    _sampled: float = float("-inf")
    _since_sample: int = 0

    def invalid(self, now: float) -> bool:
        """Note an invalid frame; false when it was one too many."""
        if now - self._window >= WINDOW:
            self._window, self._in_window = now, 0
        self._in_window += 1
        return self._in_window <= MOST_INVALID

    def sample(self, now: float) -> int:
        """Note a ref-0 error: how many to report now, 0 for *not now*."""
        self._since_sample += 1
        if now - self._sampled < SAMPLE_EVERY:
            return 0
        self._sampled = now
        count, self._since_sample = self._since_sample, 0
        return count
