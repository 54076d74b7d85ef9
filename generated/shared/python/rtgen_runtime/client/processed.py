"""Up to where an application has processed the recorded events of a channel: what it may keep for its next start.

The wire's position moves before listeners hear of an event, so it is not that: a program that keeps it, and dies with
events in its queues, would never see them.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from rtgen_runtime.frames import Position

Load = Callable[[], Awaitable[Position | None]]
"""Loads data from elsewhere, and gives the position that was read *before* the data (`None`: none is known)."""

Positions = Mapping[str, Position]
"""Epoch and offset by address."""


@dataclass(slots=True)
class Mark:
    """One recorded event that `waiting` iterations still have to finish."""

    position: Position
    waiting: int

    def done(self) -> None:
        """An iteration has finished it: it asked for the next one, or was closed."""
        self.waiting -= 1


@dataclass(slots=True)
class Processed:
    """Of one channel. An event that no iteration listens to is processed when it comes."""

    _reached: Position | None = None
    _marks: deque[Mark] = field(default_factory=deque)

    @property
    def position(self) -> Position | None:
        """Everything up to here was processed."""
        self._advance()
        return self._reached

    def reach(self, position: Position | None, waiting: int = 0) -> Mark | None:
        """An event is given to so many iterations, or a join was answered with this position."""
        if position is None:
            return None
        mark = Mark(position, waiting)
        self._marks.append(mark)
        self._advance()
        return mark

    def _advance(self) -> None:
        while self._marks and self._marks[0].waiting <= 0:
            self._reached = self._marks.popleft().position
