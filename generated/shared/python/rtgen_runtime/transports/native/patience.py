"""Sockets that have so many seconds each, all the same: the oldest is the first to go.

So they stand in one line, and the wheel knows the line instead of each of them: whoever leaves in time leaves nothing.
"""

from collections.abc import Callable
from typing import Protocol

from rtgen_runtime.wheel import Wheel


class Abortable(Protocol):
    """A socket, whatever it is doing."""

    def abort(self) -> None:
        """Reset it."""


class Patience:
    """The line. Who is in it when its time has come is reset."""

    __slots__ = ("_clock", "_due", "_wheel", "scheduled", "seconds")

    def __init__(
        self, seconds: float, clock: Callable[[], float], wheel: Wheel
    ) -> None:
        self.scheduled = float("inf")
        self.seconds = seconds
        self._clock = clock
        self._wheel = wheel
        self._due: dict[Abortable, float] = {}

    def enter(self, socket: Abortable) -> None:
        """Its time begins."""
        self._due[socket] = self._clock() + self.seconds
        if len(self._due) == 1:
            self._wheel.add(self)

    def leave(self, socket: Abortable) -> None:
        """It needs no more time."""
        self._due.pop(socket, None)

    def tick(self, now: float) -> None:
        """Called by the wheel."""
        while self.next_deadline() <= now:
            socket = next(iter(self._due))
            del self._due[socket]
            socket.abort()

    def next_deadline(self) -> float:
        """Called by the wheel."""
        return next(iter(self._due.values()), float("inf"))
