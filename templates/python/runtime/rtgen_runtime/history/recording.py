"""Publishing recorded events: the store first, then the members, in the order of offsets."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Pending:
    """An event on its way to the store, and how members get it."""

    kept: "asyncio.Future[Any]"
    deliver: Callable[[Any], None]


class Recorder:
    """Delivers what the store has acknowledged, even when its publisher has stopped waiting.

    One line for each address that has events on their way: the head is delivered as soon as it is acknowledged, and
    nothing overtakes it. An event that the store refused is taken out.
    """

    def __init__(self) -> None:
        self._lines: Final[dict[str, deque[_Pending]]] = {}

    async def record(
        self, address: str, kept: "asyncio.Future[T]", deliver: Callable[[T], None]
    ) -> T:
        """Wait for the store, and give what it gave; members have the event in their outboxes when this returns.

        Raises:
            StoreUnavailable: Nothing was kept or sent.
        """
        if self.add(address, kept, deliver):
            return kept.result()
        return await asyncio.shield(kept)

    def add(
        self, address: str, kept: "asyncio.Future[T]", deliver: Callable[[T], None]
    ) -> bool:
        """The same for whoever does not wait; whether it is done already."""
        line = self._lines.setdefault(address, deque())
        line.append(_Pending(kept, deliver))
        if kept.done() and len(line) == 1:
            self._advance(address)
            return True
        kept.add_done_callback(lambda _: self._advance(address))
        return False

    async def drained(self) -> None:
        """Wait until the store has answered for everything."""
        while self._lines:
            waiting = [each.kept for line in self._lines.values() for each in line]
            await asyncio.wait(waiting)
            await asyncio.sleep(0)

    def _advance(self, address: str) -> None:
        line = self._lines.get(address)
        while line and line[0].kept.done():
            pending = line.popleft()
            if not pending.kept.cancelled() and pending.kept.exception() is None:
                pending.deliver(pending.kept.result())
        if not line:
            self._lines.pop(address, None)
