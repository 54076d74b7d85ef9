"""How often one connection may send what: token buckets, and the end for who takes no notice.

Tokens come back evenly; a bucket holds `burst` of them (the classic scheme, for instance RFC 2698's meters).
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from rtgen_runtime.declarations import RateLimit

MOST_REFUSED: Final = 1_200
"""Refused frames within `WINDOW` seconds; an honest client that is twice too fast stays below, a flood does not."""
WINDOW: Final = 60.0


class Kind(Enum):
    """Frames of the protocol that have a limit of their own, whatever the contract says."""

    PING = "$ping"
    MEMBERSHIP = "$join"
    """Joins and leaves together."""
    STATE = "$state"
    MEMBERS = "$members"
    HISTORY = "$history"


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
class _Bucket:
    tokens: float
    since: float


@dataclass(slots=True)
class Limiter:
    """The buckets of one connection. A bucket is made when it is first drawn from."""

    channels: int
    _buckets: dict[str | Kind, _Bucket] = field(default_factory=dict)
    _window: float = float("-inf")
    _refused: int = 0

    def protocol(self, kind: Kind, now: float) -> float:
        """Draw for a frame of the protocol: 0 when it may pass, else in how many seconds one may."""
        return self.draw(kind, protocol_limits(self.channels)[kind], now)

    def draw(self, key: str | Kind, limit: RateLimit, now: float) -> float:
        """Draw a token: 0 when there was one, else in how many seconds there will be."""
        rate = limit.count / limit.seconds
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(limit.burst, now)
        elapsed = max(0.0, now - bucket.since)
        bucket.tokens = min(float(limit.burst), bucket.tokens + elapsed * rate)
        bucket.since = now
        if bucket.tokens >= 1.0:
            bucket.tokens -= 1.0
            return 0.0
        return (1.0 - bucket.tokens) / rate

    def floods(self, now: float) -> bool:
        """Note a refused frame; whether it was one too many."""
        if now - self._window >= WINDOW:
            self._window, self._refused = now, 0
        self._refused += 1
        return self._refused > MOST_REFUSED
