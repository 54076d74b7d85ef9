"""Events that are sent together: of an address they go at once after a quiet time, and then at intervals.

So a lone event is not held back, and what comes behind it waits for as long as its contract says at most. The order of
an address stays: what does not wait takes what waits along. Of events that replace one another a batch holds only the
newest, so that `batch` and `conflate` together say how often a receiver hears of a thing at most.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rtgen_runtime.backlog import Counts, Policy
from rtgen_runtime.rooms import Target

_NEVER: Final = float("inf")


class Outgoing(NamedTuple):
    """One encoded event on its way to members; `offset` 0 for one that is not recorded, `target` `None` for all.

    `latest`: what a member gets with its join is as new, or newer.
    """

    offset: int
    frame: bytes
    policy: Policy | None = None
    target: Target | None = None
    latest: bool = False
    tag: str = "$presence"


@dataclass(slots=True)
class _Batch:
    """Of one address: what waits there, and when the last one went. Times are the event loop's."""

    due: float = _NEVER
    """When it goes; infinity while nothing waits."""
    sent: float = -_NEVER
    rest: float = 0.0
    """How long `sent` matters."""
    timer: asyncio.Handle | None = None
    events: dict[int, Outgoing] = field(default_factory=dict)
    slots: dict[object, int] = field(default_factory=dict)
    number: int = 0

    def call(self, handle: asyncio.Handle) -> None:
        """This is its only timer from now on."""
        if self.timer is not None:
            self.timer.cancel()
        self.timer = handle


class Batches:
    """The batches of all addresses: one timer for each that was spoken to of late, and none for receivers."""

    def __init__(
        self, deliver: Callable[[str, Sequence[Outgoing]], None], counts: Counts
    ) -> None:
        self._deliver = deliver
        self._counts = counts
        self._batches: dict[str, _Batch] = {}

    @property
    def addresses(self) -> int:
        """How many addresses have something waiting."""
        return sum(bool(batch.events) for batch in self._batches.values())

    def send(self, address: str, event: Outgoing, delay: float) -> None:
        """Deliver an event at most `delay` seconds late, after what was sent to the address before."""
        if not delay:
            self.flush(address)
            self._deliver(address, (event,))
            return
        loop = asyncio.get_running_loop()
        batch = self._batches.get(address)
        if batch is None:
            batch = self._batches[address] = _Batch()
        batch.rest = max(batch.rest, delay)
        now = loop.time()
        due = max(now, batch.sent + delay)
        if due < batch.due:
            batch.due = due
            at_once = due <= now  # with what else is said in this turn
            batch.call(
                loop.call_soon(self.flush, address)
                if at_once
                else loop.call_at(due, self.flush, address)
            )
        self._keep(batch, event)

    def flush(self, address: str) -> None:
        """Deliver what waits for an address."""
        batch = self._batches.get(address)
        if batch is None or not batch.events:
            return
        loop = asyncio.get_running_loop()
        events = tuple(batch.events.values())
        batch.events.clear()
        batch.slots.clear()
        batch.due, batch.sent = _NEVER, loop.time()
        batch.call(loop.call_later(batch.rest, self._forget, address))
        self._deliver(address, events)

    def flush_all(self) -> None:
        """Deliver everything that waits, and forget when it was."""
        for address in tuple(self._batches):
            self.flush(address)
            self._forget(address)

    def _forget(self, address: str) -> None:
        """It has been quiet there for so long that nothing has to wait."""
        batch = self._batches.get(address)
        if batch is not None and not batch.events:
            del self._batches[address]
            if batch.timer is not None:
                batch.timer.cancel()

    def _keep(self, batch: _Batch, event: Outgoing) -> None:
        batch.number += 1
        if event.policy is not None and event.policy.slot is not None:
            slot = event.policy.slot, event.target
            older = batch.slots.get(slot)
            if older is not None:
                del batch.events[older]
                self._counts.conflated += 1
            batch.slots[slot] = batch.number
        batch.events[batch.number] = event
