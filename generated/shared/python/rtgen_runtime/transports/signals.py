"""SIGTERM in somebody else's server: the clients move elsewhere first, then the server is told.

Servers close every WebSocket as soon as they are told to stop, before their applications hear of it. So the signal is
taken here, and passed on to the handler that was there when the clients are gone.
"""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator

Drain = Callable[[float | None], Awaitable[None]]


@contextlib.contextmanager
def draining_at_sigterm(drain: Drain, *, wanted: bool = True) -> Iterator[None]:
    """While the block runs, where the handler that is there can be called: one set by `signal.signal`.

    A second signal ends the waiting. Handlers that an event loop has can't be found; they stay as they are.
    """
    handler = signal.getsignal(signal.SIGTERM)
    if not (wanted and callable(handler) and _is_ours_to_take(handler)):
        yield
        return
    passing = _Passing(drain, handler)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, passing.taken)
    try:
        yield
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, handler)


class _Passing:
    """Takes the signal, and passes it on when it is time."""

    def __init__(self, drain: Drain, handler: Callable[[int, None], object]) -> None:
        self._drain = drain
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()

    def taken(self) -> None:
        """The signal came; the second time, in a hurry."""
        work = self._hurry() if self._tasks else self._drain_and_tell()
        self._tasks.add(asyncio.get_running_loop().create_task(work))

    async def _drain_and_tell(self) -> None:
        await self._drain(None)
        self._handler(signal.SIGTERM, None)

    async def _hurry(self) -> None:
        await self._drain(0.0)


def _is_ours_to_take(handler: object) -> bool:
    """Whether signals come to this thread, and this handler is one that we can call."""
    module = str(getattr(handler, "__module__", ""))
    return (
        sys.platform != "win32"
        and threading.current_thread() is threading.main_thread()
        and module.partition(".")[0] not in {"asyncio", "uvloop"}
    )
