"""The broker of a process that serves alone: nobody else is to be told."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from rtgen_runtime.broker.interface import Ears
from rtgen_runtime.broker.words import Control, News, Word
from rtgen_runtime.history.recording import Recorder

T = TypeVar("T")


class Alone:
    """The embedded default."""

    def __init__(self) -> None:
        self._recorder = Recorder()
        self._ears: Ears | None = None

    def listen(self, ears: Ears) -> None:
        """Say once who hears."""
        self._ears = ears

    def hears(self, _address: str) -> bool:
        """Always."""
        return True

    async def ready(self, _address: str) -> None:
        """There is nothing to wait for."""

    def members(self, _address: str, _count: int) -> None:
        """Nobody wants to know."""

    def elsewhere(self, _address: str) -> int:
        """None."""
        return 0

    def say(self, _address: str, _word: Word) -> None:
        """Nobody is told."""

    async def record(
        self, address: str, kept: "asyncio.Future[T]", news: Callable[[T], News]
    ) -> T:
        """Wait for the store, then tell the members that are here."""

        def tell(given: T) -> None:
            if self._ears is not None:
                self._ears.news(address, news(given))

        return await self._recorder.record(address, kept, tell)

    def control(self, _control: Control) -> None:
        """Nobody is told."""

    async def drained(self) -> None:
        """Wait until the store has answered for everything."""
        await self._recorder.drained()
