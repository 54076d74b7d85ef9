"""How often one connection may send what: token buckets, and the end for who takes no notice.

Tokens come back evenly; a bucket holds `burst` of them (the classic scheme, for instance RFC 2698's meters). What is
kept of a bucket is when it will be full again, which says how many tokens are in it now: the virtual scheduling of
ITU-T I.371, Annex A. A bucket that is not kept is full.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from rtgen_runtime.declarations import RateLimit

MOST_REFUSED: Final = 1_200
"""Refused frames within `WINDOW` seconds; an honest client that is twice too fast stays below, a flood does not."""
WINDOW: Final = 60.0

_ROUNDING: Final = 1e-8
"""Seconds that sums of floats may be off; nobody is refused for them."""
_FULL: Final = float("-inf")


class Kind(Enum):
    """Frames of the protocol that have a limit of their own, whatever the contract says."""

    PING = "$ping"
    MEMBERSHIP = "$join"
    """Joins and leaves together."""
    STATE = "$state"
    MEMBERS = "$members"
    HISTORY = "$history"


@cache
def protocol_limits(channels: int) -> dict[Kind, RateLimit]:
    """The limits of one connection; one that comes back joins all its `channels` at once, and may leave them again."""
    return {
        Kind.PING: RateLimit(2, 1.0, burst=10),
        Kind.MEMBERSHIP: RateLimit(20, 1.0, burst=2 * channels + 20),
        Kind.STATE: RateLimit(5, 1.0, burst=max(20, channels)),
        Kind.MEMBERS: RateLimit(10, 1.0, burst=max(40, channels)),
        Kind.HISTORY: RateLimit(10, 1.0, burst=max(40, channels)),
    }


@dataclass(slots=True)
class Limiter:
    """The buckets of one connection."""

    channels: int
    _joins: float = _FULL
    """Of `Kind.MEMBERSHIP`: every connection draws from it, most from no other one."""
    _others: dict[str | Kind, float] | None = None
    _window: float = float("-inf")
    _refused: int = 0

    def protocol(self, kind: Kind, now: float) -> float:
        """Draw for a frame of the protocol: 0 when it may pass, else in how many seconds one may."""
        return self.draw(kind, protocol_limits(self.channels)[kind], now)

    def draw(self, key: str | Kind, limit: RateLimit, now: float) -> float:
        """Draw a token: 0 when there was one, else in how many seconds there will be."""
        each = limit.seconds / limit.count
        full_at = max(self._full_at(key), now) + each
        wait = full_at - now - limit.burst * each
        if wait > _ROUNDING:
            return wait
        self._keep(key, full_at)
        return 0.0

    def floods(self, now: float) -> bool:
        """Note a refused frame; whether it was one too many."""
        if now - self._window >= WINDOW:
            self._window, self._refused = now, 0
        self._refused += 1
        return self._refused > MOST_REFUSED

    def _full_at(self, key: str | Kind) -> float:
        if key is Kind.MEMBERSHIP:
            return self._joins
        return _FULL if self._others is None else self._others.get(key, _FULL)

    def _keep(self, key: str | Kind, full_at: float) -> None:
        if key is Kind.MEMBERSHIP:
            self._joins = full_at
        elif self._others is None:
            self._others = {key: full_at}
        else:
            self._others[key] = full_at
