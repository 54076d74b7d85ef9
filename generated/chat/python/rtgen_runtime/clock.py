"""The time as an app knows it: one object that all its parts look at, so that a test can move it for all of them."""

import time
from collections.abc import Callable

Now = Callable[[], float]
"""Seconds."""


class Clock:
    """`elapsed` is for deadlines and never goes back; `wall` is Unix time, which may."""

    __slots__ = ("_wall", "now")

    def __init__(self, elapsed: Now = time.monotonic, wall: Now = time.time) -> None:
        self.now = elapsed
        """The same as `elapsed`, without a call in between; ask anew each time."""
        self._wall = wall

    def elapsed(self) -> float:
        """Seconds since some moment."""
        return self.now()

    def wall(self) -> float:
        """Seconds since 1970."""
        return self._wall()

    def follow(self, elapsed: Now, wall: Now) -> None:
        """Look there from now on; before anything is served."""
        self.now, self._wall = elapsed, wall
