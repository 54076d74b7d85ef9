"""Is the event loop alive? A handler that computes or blocks for long stands in the way of everybody.

The loop is asked to call back every `EVERY` seconds; how late it does is the lag. In debug mode a thread looks from
outside while the loop stands still, and names the function that stands there.
"""

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

EVERY: Final = 0.1
_HERE: Final = str(Path(__file__).parent)

_logger: Final = logging.getLogger("rtgen.lag")


class LoopWatch:
    """Measures one event loop. `observe` gets each lag in seconds; from `warn_after` on a warning is logged."""

    def __init__(self, warn_after: float, *, names_culprits: bool = False) -> None:
        self.observe: Callable[[float], None] = lambda _: None
        self.last = 0.0
        """The newest lag."""
        self.worst = 0.0
        """The largest lag so far."""
        self.blocks = 0
        """How often it was `warn_after` or more."""
        self._warn_after = warn_after
        self.names_culprits = names_culprits
        self._timer: asyncio.TimerHandle | None = None
        self._outside: _Outside | None = None

    @property
    def running(self) -> bool:
        """Whether it measures."""
        return self._timer is not None

    def start(self) -> None:
        """Watch the running loop; again does nothing."""
        if self._timer is not None:
            return
        if self.names_culprits or _logger.isEnabledFor(logging.DEBUG):
            self._outside = _Outside(self._warn_after)
        self._again(asyncio.get_running_loop())

    def stop(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._outside is not None:
            self._outside.stop()
            self._outside = None

    def _again(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + EVERY
        self._timer = loop.call_at(due, self._called, loop, due)

    def _called(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        lag = max(0.0, loop.time() - due)
        culprit = "" if self._outside is None else self._outside.alive()
        self.last = lag
        self.worst = max(self.worst, lag)
        self.observe(lag)
        if lag >= self._warn_after:
            self.blocks += 1
            where = f" in {culprit}" if culprit else ""
            _logger.warning("the event loop stood still for %.1f s%s", lag, where)
        self._again(loop)


class _Outside(threading.Thread):
    """Looks at the loop's thread from another one, and remembers who was at work when it stood still."""

    def __init__(self, patience: float) -> None:
        super().__init__(name="rtgen-lag", daemon=True)
        self._watched = threading.get_ident()
        self._patience = patience
        self._seen = time.monotonic()
        self._culprit = ""
        self._ended = threading.Event()
        self.start()

    def alive(self) -> str:
        """The loop turns; who had held it up, if anybody."""
        self._seen = time.monotonic()
        culprit, self._culprit = self._culprit, ""
        return culprit

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Look again and again."""
        while not self._ended.wait(self._patience / 4):
            silent = time.monotonic() - self._seen
            if silent >= self._patience / 2 and not self._culprit:
                self._culprit = culprit_of(sys._current_frames().get(self._watched))


def culprit_of(frame: FrameType | None) -> str:
    """The function that the runtime called, the handler as a rule, and where it stands; empty for none of a user."""
    place = called = ""
    while frame is not None and not frame.f_code.co_filename.startswith(_HERE):
        code, file = frame.f_code, Path(frame.f_code.co_filename).name
        called = code.co_qualname
        place = place or f"{called} ({file}:{frame.f_lineno})"
        frame = frame.f_back
    return f"{called}, at {place}" if frame is not None and place else ""
