"""Times at which something is due, in one heap. What was settled meanwhile stays there, and is skipped when due."""

import heapq
from dataclasses import dataclass, field


@dataclass(slots=True)
class Deadlines:
    """Names with times; `due` gives a name once for each time that was set."""

    _heap: list[tuple[float, str, int]] = field(default_factory=list)

    def set(self, at: float, address: str = "", ref: int = 0) -> None:
        """Something of an address, or of a request's ref, is due then."""
        if at != float("inf"):
            heapq.heappush(self._heap, (at, address, ref))

    def next(self) -> float:
        """The first of them; infinity when there is none."""
        return self._heap[0][0] if self._heap else float("inf")

    def due(self, now: float) -> list[tuple[float, str, int]]:
        """What is due by now, the oldest first."""
        found = []
        while self._heap and self._heap[0][0] <= now:
            found.append(heapq.heappop(self._heap))
        return found

    def clear(self) -> None:
        """Nothing is due any more."""
        self._heap.clear()
