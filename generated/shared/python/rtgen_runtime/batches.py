"""Events that are sent together: held for an address until the first of them has waited as long as it may.

The order of an address stays: what does not wait takes what waits along. Of events that replace one another a batch
holds only the newest, so that `batch` and `conflate` together say how often a receiver hears of a thing at most.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from rtgen_runtime.backlog import Counts, Policy
from rtgen_runtime.rooms import Target


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
    due: float
    timer: asyncio.TimerHandle
    events: dict[int, Outgoing] = field(default_factory=dict)
    slots: dict[object, int] = field(default_factory=dict)
    number: int = 0


class Batches:
    """The batches of all addresses: one timer for each address that has one, and none for receivers."""

    def __init__(
        self, deliver: Callable[[str, Outgoing], None], counts: Counts
    ) -> None:
        self._deliver = deliver
        self._counts = counts
        self._batches: dict[str, _Batch] = {}

    @property
    def addresses(self) -> int:
        """How many addresses have something waiting."""
        return len(self._batches)

    def send(self, address: str, event: Outgoing, delay: float) -> None:
        """Deliver an event at most `delay` seconds late, after what was sent to the address before."""
        if not delay:
            self.flush(address)
            self._deliver(address, event)
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + delay
        batch = self._batches.get(address)
        if batch is None:
            timer = loop.call_at(due, self.flush, address)
            batch = self._batches[address] = _Batch(due, timer)
        elif due < batch.due:
            batch.timer.cancel()
            batch.due, batch.timer = due, loop.call_at(due, self.flush, address)
        self._keep(batch, event)

    def flush(self, address: str) -> None:
        """Deliver what waits for an address."""
        batch = self._batches.pop(address, None)
        if batch is None:
            return
        batch.timer.cancel()
        for event in batch.events.values():
            self._deliver(address, event)

    def flush_all(self) -> None:
        """Deliver everything that waits."""
        for address in tuple(self._batches):
            self.flush(address)

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
