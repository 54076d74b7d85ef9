"""So many a second and no more: who comes too early is told when it is their turn, each another moment.

A token bucket, kept as when it will be full again (as in `limiting.py`), and a line: everybody who found no token gets
the next free moment behind the last who was told one. So a crowd that comes at once comes back at the rate, without
anything being kept of anybody. Who comes at their moment and finds that somebody else has taken the token is told
another one; who does not come leaves a token for the next.
"""

from dataclasses import dataclass

_ROUNDING = 1e-8
"""Seconds that sums of floats may be off; nobody is sent away for them."""


@dataclass(slots=True)
class Turns:
    """`rate` tokens a second, and as many as a second's at once; `None` for no limit."""

    rate: float | None
    _full_at: float = float("-inf")
    _last: float = float("-inf")
    """The latest moment that somebody was told."""

    def draw(self, now: float) -> float:
        """Take a token: 0 when there was one, else in how many seconds it is the asker's turn."""
        if self.rate is None:
            return 0.0
        each = 1.0 / self.rate
        full_at = max(self._full_at, now) + each
        wait = full_at - now - max(1.0, each)
        if wait <= _ROUNDING:
            self._full_at = full_at
            return 0.0
        self._last = max(self._last + each, now + wait)
        return self._last - now

    def wait(self, now: float) -> float:
        """Until the turn of the last who was told one: as long as the line is now, in seconds."""
        return max(0.0, self._last - now)
