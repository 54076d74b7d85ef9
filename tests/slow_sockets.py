"""A socket that a test makes slow, and takes from as it likes."""

from collections.abc import Callable, Sequence


class SlowSocket:
    """A link whose peer takes everything while `fast`, else only what `take` says."""

    def __init__(self, *, fast: bool = True) -> None:
        self.fast = fast
        self.taken: list[bytes] = []
        self.writes: list[list[bytes]] = []
        self.waiting: list[bytes] = []
        self.closed: list[int] = []
        self.writable: Callable[[], None] = lambda: None

    def write(self, frames: Sequence[bytes]) -> None:
        self.writes.append(list(frames))
        (self.taken if self.fast and not self.waiting else self.waiting).extend(frames)

    def buffered(self) -> int:
        return sum(map(len, self.waiting))

    def close(self, code: int, reason: str) -> None:
        self.closed.append(code)

    def take(self) -> None:
        """The peer takes all that was written."""
        if self.waiting:
            self.taken += self.waiting
            self.waiting = []
            self.writable()

    def hurry(self) -> None:
        """The peer takes all that was written, and all that comes."""
        self.fast = True
        self.take()
