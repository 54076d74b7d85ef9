"""Whether a newcomer is let in: not while the server drains, not beyond what it can hold, not faster than it says."""

import asyncio
import errno
import logging
import sys
from dataclasses import dataclass
from typing import Any, Final

from rtgen_runtime import codes
from rtgen_runtime.answers import error_info
from rtgen_runtime.codes import CloseCode, ErrorCode
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.turns import Turns

if sys.platform != "win32":
    import resource


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a newcomer is told in place of a welcome."""

    info: ErrorInfo
    close: CloseCode = codes.OVERLOADED
    """Its verdict is *with backoff*, so who is refused does not hammer."""


_RESERVE: Final = 64
"""File descriptors left for the store, for logs, and for telling newcomers that there is no room."""

_SAID_EVERY: Final = 10.0
"""Seconds."""

_logger: Final = logging.getLogger("rtgen")

_FULL: Final = Refusal(error_info(ErrorCode.OVERLOADED, codes.OVERLOADED.reason))
_TOO_MANY: Final = "too many come at once"


@dataclass(slots=True)
class Doors:
    """The doors of one process: `most` connections at a time, newcomers as fast as `turns` allow.

    How many are let in is bounded by what that costs (docs/adr/0030): after the death of a node all its clients come at
    once, and those that are here already are served meanwhile.
    """

    most: int
    turns: Turns
    closed: bool = False
    """Whether nobody is let in any more."""
    admitted: int = 0
    early: int = 0
    """Newcomers that were told to come at another moment."""
    full: int = 0
    """Newcomers that there was no room for, or that came while the server drained."""

    @property
    def refused(self) -> int:
        """Newcomers that were sent away."""
        return self.early + self.full

    def refusal(self, inside: int, now: float) -> Refusal | None:
        """Note a newcomer while `inside` are in; why it can't come in, `None` if it can."""
        if not self.is_open(inside):
            self.full += 1
            return _FULL
        wait = self.turns.draw(now)
        if not wait:
            self.admitted += 1
            return None
        self.early += 1
        return Refusal(error_info(ErrorCode.OVERLOADED, _TOO_MANY, wait=wait))

    def is_open(self, inside: int) -> bool:
        """Whether one more could come in."""
        return not self.closed and inside < self.most


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
