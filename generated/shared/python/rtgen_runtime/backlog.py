"""What waits for a client that is slow: where frames may be dropped, and where the newest replaces an older one.

A client is slow while its socket has not taken all that it was given. What it gets in the end is a part of what was
sent, in the order in which it was sent: a newer frame of a slot leaves the older one out, it does not take its place.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """What was sent, and what delivery policies did, for all clients of one server."""

    sent: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By tag: how many events, and to how many receivers in all."""
    invalid: dict[str, int] = field(default_factory=dict)
    """By tag: events of the server's own that broke the contract."""
    written: int = 0
    """Bytes given to sockets."""

    dropped: int = 0
    """Volatile events that a slow client did not get."""
    conflated: int = 0
    """Events that a newer one replaced before a slow client could take them."""
    overflowed: int = 0
    """Clients that were closed because too much waited for them."""

    def refuse(self, tag: str) -> None:
        """An event of the server's own breaks the contract."""
        self.invalid[tag] = self.invalid.get(tag, 0) + 1

    def give(self, tag: str, receivers: int) -> None:
        """An event goes to so many."""
        events, frames = self.sent.get(tag, (0, 0))
        self.sent[tag] = events + 1, frames + receivers


@dataclass(frozen=True, slots=True)
class Policy:
    """How one event may be spared; events that must all arrive have none.

    `slot` names what the event is the newest of; `None` for events that replace nothing.
    """

    volatile: bool = False
    slot: Hashable = None


class Backlog:
    """Frames in the order in which they were sent, with what may be left out; `size` in bytes."""

    __slots__ = ("_counts", "_frames", "_number", "_slots", "_volatile", "size")

    def __init__(self, counts: Counts) -> None:
        self.size = 0
        self._counts = counts
        self._number = 0
        self._frames: dict[int, tuple[bytes, Policy | None]] = {}
        self._slots: dict[Hashable, int] = {}
        self._volatile: OrderedDict[int, None] = OrderedDict()

    def add(self, frame: bytes, policy: Policy | None, room: int) -> bool:
        """Keep a frame within `room` bytes for all; false when that is impossible without losing what must arrive."""
        if policy is not None and policy.slot is not None:
            older = self._slots.get(policy.slot)
            if older is not None:
                self._forget(older)
                self._counts.conflated += 1
        while self.size + len(frame) > room and self._volatile:
            self._forget(next(iter(self._volatile)))
            self._counts.dropped += 1
        if self.size + len(frame) > room:
            if policy is None or not policy.volatile:
                return False
            self._counts.dropped += 1
            return True
        self._keep(frame, policy)
        return True

    def take(self) -> list[bytes]:
        """All that waits, for writing; nothing waits afterwards."""
        frames = [frame for frame, _ in self._frames.values()]
        self._frames.clear()
        self._slots.clear()
        self._volatile.clear()
        self.size = 0
        return frames

    def _keep(self, frame: bytes, policy: Policy | None) -> None:
        self._number += 1
        self._frames[self._number] = frame, policy
        self.size += len(frame)
        if policy is None:
            return
        if policy.slot is not None:
            self._slots[policy.slot] = self._number
        if policy.volatile:
            self._volatile[self._number] = None

    def _forget(self, number: int) -> None:
        frame, policy = self._frames.pop(number)
        self.size -= len(frame)
        self._volatile.pop(number, None)
        if policy is not None and policy.slot is not None:
            del self._slots[policy.slot]
