"""How the processes that serve one contract are one server to its clients.

Laws that every broker keeps:

- an address is heard from `ready` until `left`, and some seconds longer, so that clients that reconnect cost nothing;
- what one process says at an address is heard by each other one in the order in which it was said, and after every
  record that it had been told of before;
- news of an address come in the order of its offsets, to the process that made them too, and before `record` returns.
  What may be missing is for the listener to notice: an offset that is not the next one;
- what is heard is what was encoded once: nobody encodes a payload again, and nothing that is heard is run.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from rtgen_runtime.broker.words import Control, News, Word

T = TypeVar("T")


class Ears(Protocol):
    """Who hears it: the hub of one process."""

    def said(self, address: str, word: Word) -> None:
        """Another process says something to the members of an address."""

    def news(self, address: str, news: News) -> None:
        """Something of an address is kept, or is no more."""

    def deaf(self, address: str) -> None:
        """An address is not heard any longer: what is known of it will be out of date."""

    def control(self, control: Control) -> None:
        """Another process says something about connections."""


class Broker(Protocol):
    """One process's way to the others."""

    def listen(self, ears: Ears) -> None:
        """Say once who hears."""

    def hears(self, address: str) -> bool:
        """Whether an address is heard now, and will be for some seconds at least."""

    async def ready(self, address: str) -> None:
        """Hear an address, from before this returns.

        Raises:
            StoreUnavailable: It can't be heard now.
        """

    def members(self, address: str, count: int) -> None:
        """So many members of an address are here now; with none left it need not be heard for long."""

    def elsewhere(self, address: str) -> int:
        """How many members of an address the other processes have, as far as was heard."""

    def say(self, address: str, word: Word) -> None:
        """Tell the other processes; at most once, without waiting."""

    async def record(
        self, address: str, kept: "asyncio.Future[T]", news: Callable[[T], News]
    ) -> T:
        """Wait until the store has kept something and all were told of it that listen; what the store gave.

        Raises:
            StoreUnavailable: Nothing was kept, and nobody told.
        """

    def control(self, control: Control) -> None:
        """Tell the other processes something about connections."""

    async def drained(self) -> None:
        """Wait until all that is on its way to the store has got there."""
