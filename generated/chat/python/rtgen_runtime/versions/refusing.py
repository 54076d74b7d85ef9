"""What other processes say and this one can't take: counted always, and told in the log once in a while."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

EVERY: Final = 60.0
"""Seconds between two lines in the log about one kind of thing."""

_logger: Final = logging.getLogger("rtgen.versions")


class Refusals:
    """`clock` gives seconds; `told` is how a line begins."""

    def __init__(
        self,
        told: str = "not understood from another process",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts: Counter[str] = Counter()
        """By what it was."""
        self._told = told
        self._clock = clock
        self._said: dict[str, tuple[float, int]] = {}

    def note(self, what: str, why: str) -> None:
        """Something of a kind was refused, and why; without a reason it is no more than counted.

        What a message says of itself is no kind: there are few of them.
        """
        self.counts[what] += 1
        now, count = self._clock(), self.counts[what]
        last, before = self._said.get(what, (-EVERY, 0))
        if not why or now - last < EVERY:
            return
        self._said[what] = now, count
        more = f" ({count - before} of them since the last line)" if before else ""
        _logger.warning("%s: %s, %s%s", self._told, what, why[:200], more)
