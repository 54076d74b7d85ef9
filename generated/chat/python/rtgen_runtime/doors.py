"""Whether a newcomer is let in: not while the server drains, not beyond what it can hold, not faster than it says."""

import asyncio
import errno
import logging
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from rtgen_runtime import codes
from rtgen_runtime.codes import CloseCode, ErrorCode
from rtgen_runtime.declarations import RateLimit
from rtgen_runtime.limiting import Limiter

if sys.platform != "win32":
    import resource

Refusal = tuple[ErrorCode, CloseCode]

_RESERVE: Final = 64
"""File descriptors left for the store, for logs, and for telling newcomers that there is no room."""

_SAID_EVERY: Final = 10.0
"""Seconds."""

_logger: Final = logging.getLogger("rtgen")

_FULL: Final[Refusal] = (ErrorCode.OVERLOADED, codes.OVERLOADED)
"""Its verdict is *with backoff*, so who is refused does not hammer."""


@dataclass(slots=True)
class Doors:
    """The doors of one process. `most` connections at a time, `rate` new ones a second (a second's worth at once)."""

    most: int
    rate: float | None = None
    closed: bool = False
    """Whether nobody is let in any more."""
    refused: int = 0
    """Newcomers that were sent away."""
    _limiter: Limiter = field(default_factory=lambda: Limiter(0))

    def refusal(self, inside: int, now: float) -> Refusal | None:
        """Note a newcomer while `inside` are in; why it can't come in, `None` if it can."""
        if self.is_open(inside) and not self._too_fast(now):
            return None
        self.refused += 1
        return _FULL

    def is_open(self, inside: int) -> bool:
        """Whether one more could come in."""
        return not self.closed and inside < self.most

    def _too_fast(self, now: float) -> bool:
        if self.rate is None:
            return False
        limit = RateLimit(max(1, round(self.rate)), 1.0, burst=max(1, round(self.rate)))
        return self._limiter.draw("connect", limit, now) > 0


def room_for_connections() -> int:
    """How many sockets the limit on file descriptors leaves to clients."""
    if sys.platform != "win32":
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY:
            return max(1, soft - _RESERVE)
    return 1_000_000


def raise_descriptor_limit() -> None:
    """Take all the file descriptors that the system allows this process; for programs, not for libraries."""
    if sys.platform != "win32":
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class NoDescriptors:
    """What a loop does with errors of its own: that there is no file descriptor left is said now and then.

    The loop stops accepting for a second, and tries again; each try may fail a hundred times.
    """

    def __init__(self) -> None:
        self._said = float("-inf")

    def __call__(
        self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]
    ) -> None:
        """One error."""
        problem = context.get("exception")
        if not isinstance(problem, OSError) or problem.errno not in (
            errno.EMFILE,
            errno.ENFILE,
        ):
            loop.default_exception_handler(context)
        elif loop.time() - self._said >= _SAID_EVERY:
            self._said = loop.time()
            _logger.error("no file descriptor is left: newcomers have to wait")
