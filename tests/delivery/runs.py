"""A set of numbers that mostly come one after the other, in the memory of its runs."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(slots=True)
class Runs:
    """Numbers, as runs without a gap: `starts` and `ends` (both included), in order."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, number: int) -> bool:
        """Put one in; whether it was new."""
        at = bisect_right(self.starts, number)  # the run before this place may hold it
        if at and number <= self.ends[at - 1]:
            return False
        joins_before = at > 0 and self.ends[at - 1] == number - 1
        joins_behind = at < len(self.starts) and self.starts[at] == number + 1
        if joins_before and joins_behind:
            self.ends[at - 1] = self.ends.pop(at)
            self.starts.pop(at)
        elif joins_before:
            self.ends[at - 1] = number
        elif joins_behind:
            self.starts[at] = number
        else:
            self.starts.insert(at, number)
            self.ends.insert(at, number)
        return True
