"""When a client needs a new token: before the old one ends, and once after the server refused it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

Token = str | Callable[[], Awaitable[str]]
"""A token, or where to get one: called before each connection and for each renewal. Only the latter can be renewed."""

EARLIEST: Final = 0.8
LATEST: Final = 0.9
"""Renewal comes within these parts of the token's life, at random, so that many clients don't come at once."""
_AGAIN: Final = 1.0
"""Seconds between two attempts, at least."""


@dataclass(slots=True)
class Renewal:
    """One client's. `at` is when to ask for a token next; infinity for never."""

    is_possible: bool = False
    """Whether there is somebody to ask for another token."""
    at: float = float("inf")
    ref: int = 0
    """Of the `$auth` that waits for its answer; 0 for none."""
    is_under_way: bool = False
    """Whether somebody is being asked, or an `$auth` waits."""
    _ends: float = float("inf")
    _refused: bool = False

    def holds(self, ttl: float | None, now: float, random: Callable[[], float]) -> None:
        """The server accepted a token, for `ttl` seconds (`None`: for good)."""
        self.ref, self.is_under_way, self._refused = 0, False, False
        self.at = self._ends = float("inf")
        if ttl is not None:
            self._ends = now + ttl
        if ttl is not None and self.is_possible:
            self.at = now + max(ttl, _AGAIN) * (
                EARLIEST + (LATEST - EARLIEST) * random()
            )

    def wait(self) -> None:
        """Somebody is being asked; nothing else to do meanwhile."""
        self.at, self.is_under_way = float("inf"), True

    def failed(self, now: float) -> None:
        """No token, or none that the server took: again, halfway to the end of the old one, while it lasts."""
        self.ref, self.is_under_way = 0, False
        left = self._ends - now
        self.at = now + max(_AGAIN, left / 2) if left > _AGAIN else float("inf")

    def ask_anew(self) -> bool:
        """The server wants a new token: whether to connect with one. Not twice without a welcome between."""
        was_refused, self._refused = self._refused, True
        return self.is_possible and not was_refused

    def stop(self) -> None:
        """The connection is gone."""
        self.at, self.ref, self.is_under_way = float("inf"), 0, False
