"""Everything in this process: the embedded default, gone when it stops."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.memory import MemoryHistory
from rtgen_runtime.stores.interface import Claim, LatestValue
from rtgen_runtime.stores.outcomes import OutcomeLimits, OutcomeTable

MOST_VALUES: Final = 1_000_000
"""Newest values that one process keeps."""


class MemoryLatest:
    """Newest values in this process. A value that there is no room for is refused, never an older one dropped."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most = most
        self._count = 0
        self._version = ""
        self._values: dict[str, dict[tuple[str, str], LatestValue]] = {}

    def speak(self, version: str) -> None:
        """What is put from now on is of this version of the contract."""
        self._version = version

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload; done at once."""
        values = self._values.get(address, {})
        if (tag, key) not in values:
            if self._count >= self._most:
                return _failed(f"{self._most} newest values are kept already")
            self._count += 1
        value = LatestValue(payload, self._version)
        self._values.setdefault(address, values)[tag, key] = value
        return _done()

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key; done at once."""
        values = self._values.get(address, {})
        if values.pop((tag, key), None) is not None:
            self._count -= 1
            if not values:
                del self._values[address]
        return _done()

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address."""
        values = self._values.get(address, {})
        return {name: value.payload for name, value in values.items()}

    def move(self, before: str, address: str) -> None:
        """Give values another address; those that it has stay."""
        found = self._values.pop(before, None)
        if found is None:
            return
        own = self._values.setdefault(address, {})
        self._count -= len(own.keys() & found.keys())
        self._values[address] = {**found, **own}

    async def written(self, address: str) -> Mapping[tuple[str, str], LatestValue]:
        """The same, with their versions."""
        return dict(self._values.get(address, {}))


class MemoryOutcomes:
    """Outcomes in this process."""

    def __init__(
        self,
        limits: OutcomeLimits | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table = OutcomeTable(limits or OutcomeLimits())
        self._clock = clock

    def speak(self, version: str) -> None:
        """What is begun from now on is of this version of the contract."""
        self._table.version = version

    async def claim(
        self, owner: str, request: str, digest: bytes, window: float
    ) -> Claim:
        """Begin a request, unless it was begun before."""
        now = self._clock()
        return self._table.claim(owner, request, digest, now + window, now)

    def settle(
        self, owner: str, request: str, outcome: bytes, window: float
    ) -> "asyncio.Future[None]":
        """Remember how it went; done at once."""
        self._table.settle(owner, request, outcome, self._clock() + window)
        return _done()

    def release(self, owner: str, request: str) -> "asyncio.Future[None]":
        """Forget it; done at once."""
        self._table.release(owner, request)
        return _done()


class MemoryStore:
    """All of it in this process."""

    def __init__(
        self,
        *,
        history: MemoryHistory | None = None,
        outcomes: OutcomeLimits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.latest = MemoryLatest()
        self.history = history or MemoryHistory(latest=self.latest, clock=clock)
        self.outcomes = MemoryOutcomes(outcomes, clock=clock)

    def speak(self, version: str) -> None:
        """All that is kept from now on is of this version of the contract."""
        self.history.speak(version)
        self.latest.speak(version)
        self.outcomes.speak(version)

    def move(self, before: str, address: str) -> "asyncio.Future[None]":
        """Give what is kept of an address to another; done at once."""
        self.history.move(before, address)
        self.latest.move(before, address)
        return _done()

    @property
    def session_key(self) -> bytes:
        """None: nothing here outlives the process."""
        return b""

    async def close(self) -> None:
        """There is nothing to let go of."""


def _done() -> "asyncio.Future[None]":
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


def _failed(words: str) -> "asyncio.Future[None]":
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_exception(StoreUnavailable(words))
    return future
