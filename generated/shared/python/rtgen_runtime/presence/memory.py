"""Presence in this process: enough for one process, since nobody else serves its members."""

import secrets
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rtgen_runtime.presence.interface import (
    Change,
    Delta,
    Heard,
    Listing,
    Shown,
    Version,
)

_NOBODY: Final = Listing(Version("", 0), 0)


def _random_epoch() -> str:
    return secrets.token_hex(4)


@dataclass(slots=True)
class _Address:
    epoch: str
    number: int = 0
    states: dict[str, bytes] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


class MemoryPresence:
    """The embedded default. An address that nobody is present at costs nothing."""

    def __init__(self, new_epoch: Callable[[], str] = _random_epoch) -> None:
        self._new_epoch = new_epoch
        self._addresses: dict[str, _Address] = {}
        self._heard: Heard = lambda _address, _delta: None

    @property
    def addresses(self) -> int:
        """How many addresses somebody is present at."""
        return len(self._addresses)

    def listen(self, heard: Heard) -> None:
        """Say once where deltas go."""
        self._heard = heard

    async def apply(self, address: str, changes: Sequence[Change]) -> None:
        """Take over what changed on this node."""
        kept = self._addresses.get(address)
        if kept is None:
            kept = _Address(self._new_epoch())
        join: list[Shown] = []
        update: list[Shown] = []
        leave: list[str] = []
        for who, state in changes:
            before = kept.states.get(who)
            if state is None:
                if before is not None:
                    leave.append(who)
                    del kept.states[who]
                    kept.order.remove(who)
            elif before != state:
                (join if before is None else update).append(Shown(who, state))
                kept.states[who] = state
                if before is None:
                    insort(kept.order, who)
        if not (join or update or leave):
            return
        kept.number += 1
        if kept.states:
            self._addresses[address] = kept
        else:
            self._addresses.pop(address, None)
        version = Version(kept.epoch, kept.number)
        self._heard(
            address,
            Delta(version, len(kept.states), tuple(join), tuple(update), tuple(leave)),
        )

    async def summary(self, address: str) -> Listing:
        """Version and count, without people."""
        kept = self._addresses.get(address)
        if kept is None:
            return _NOBODY
        return Listing(Version(kept.epoch, kept.number), len(kept.states))

    async def page(self, address: str, after: str, limit: int, size: int) -> Listing:
        """People after `after`, at most `limit`, and within `size` bytes if more than one."""
        kept = self._addresses.get(address)
        if kept is None:
            return _NOBODY
        start = bisect_right(kept.order, after) if after else 0
        people: list[Shown] = []
        for who in kept.order[start : start + limit]:
            shown = Shown(who, kept.states[who])
            size -= len(shown.state) + len(who.encode()) + 8
            if size < 0 and people:
                break
            people.append(shown)
        following = people[-1].who if start + len(people) < len(kept.order) else ""
        return Listing(
            Version(kept.epoch, kept.number),
            len(kept.states),
            tuple(people),
            following if people else "",
        )
