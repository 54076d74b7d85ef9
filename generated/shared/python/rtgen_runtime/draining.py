"""Emptying a server without losing anything: clients are asked to move, and who stays is sent away in batches."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from typing import Final, Protocol

from rtgen_runtime import codes
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.frames import DrainInfo

_BATCH: Final = 250
_PAUSE: Final = 0.05
"""Seconds between two batches: 5,000 clients a second, the rate at which Phoenix drains."""


_SHARE: Final = 0.25
_LONGEST: Final = 3.0
"""Of a window, what is left for those who begin to move at the last moment: a share of it, at most some seconds."""


def asked(window: float) -> DrainInfo:
    """What clients are told who will be sent away in `window` seconds, so that nobody is while it moves."""
    return DrainInfo(within=window - min(window * _SHARE, _LONGEST))


class Leaver(Protocol):
    """A connection, as far as it has to go."""

    def drain(self, info: DrainInfo) -> None:
        """Ask the client to move."""

    def stop(self, code: CloseCode) -> None:
        """Close it."""


class Draining:
    """One process's. Each client is asked to move in good time, and picks a moment (docs/protocol.md)."""

    def __init__(
        self, leavers: Callable[[], Collection[Leaver]], flush: Callable[[], None]
    ) -> None:
        self._leavers = leavers
        self._flush = flush
        self._deadline = float("inf")
        self._changed = asyncio.Event()

    @property
    def has_begun(self) -> bool:
        """Whether clients have been asked."""
        return self._deadline < float("inf")

    def left(self) -> None:
        """A connection has ended."""
        if not self._leavers():
            self._changed.set()

    async def run(self, within: float) -> None:
        """Empty the server within that many seconds, and what the batches take.

        A second call while the first runs can only shorten the time; both return when all have been told.
        """
        deadline = asyncio.get_running_loop().time() + within
        if deadline < self._deadline:
            self._deadline = deadline
            self._changed.set()
            self._ask(within)
        await self._until_empty()
        await self._send_away()

    def _ask(self, within: float) -> None:
        self._flush()
        if within > 0:
            for each in tuple(self._leavers()):
                each.drain(asked(within))

    async def _until_empty(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._leavers() and clock() < self._deadline:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._deadline):
                    await self._changed.wait()

    async def _send_away(self) -> None:
        self._flush()
        stragglers = tuple(self._leavers())
        for start in range(0, len(stragglers), _BATCH):
            if start:
                await asyncio.sleep(_PAUSE)
            for each in stragglers[start : start + _BATCH]:
                each.stop(codes.STOPPING)
