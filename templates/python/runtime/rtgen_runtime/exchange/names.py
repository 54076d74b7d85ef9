"""Addresses with another name for workers of an older version: both mean the same while the workers are exchanged."""

from collections import OrderedDict
from typing import Final

import msgspec

from rtgen_runtime.bus.messages import ClaimRequest, Keeping, Move, Release, Settle

_MOST: Final = 100_000
"""Names that are remembered; beyond it the oldest are forgotten, as if their last old worker were gone."""


class Names:
    """Older names of addresses, as workers of the newer version have told them."""

    def __init__(self) -> None:
        self._now: OrderedDict[str, str] = OrderedDict()
        self._before: dict[str, list[str]] = {}

    def add(self, before: str, address: str) -> None:
        """What one worker calls `before` is what another one calls `address`."""
        if before in self._now:
            return
        if len(self._now) >= _MOST:
            gone, of = self._now.popitem(last=False)
            self._before[of].remove(gone)
            if not self._before[of]:
                del self._before[of]
        self._now[before] = address
        self._before.setdefault(address, []).append(before)

    def now(self, question: Keeping) -> Keeping:
        """The same question by the newer name."""
        if not self._now or isinstance(
            question, Move | ClaimRequest | Settle | Release
        ):
            return question
        address = self._now.get(question.address)
        if address is None:
            return question
        asked: Keeping = msgspec.structs.replace(question, address=address)
        return asked

    def all(self, address: str) -> list[str]:
        """Under which names there may be members of an address."""
        return [address, *self._before.get(address, ())]
