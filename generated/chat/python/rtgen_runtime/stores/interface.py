"""What a server keeps beyond a connection's life: its history, its newest values, the outcomes of its requests."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, Protocol, runtime_checkable

from rtgen_runtime.history.interface import History


class LatestValue(NamedTuple):
    """A newest value, and the version of the contract of who published it; empty where that is not known."""

    payload: bytes
    version: str = ""


class LatestValues(Protocol):
    """The newest payload of each `latest` event of an address, and of each value of its key."""

    def put(
        self, address: str, tag: str, key: str, payload: bytes
    ) -> "asyncio.Future[None]":
        """Keep a payload in the place of the one before; puts of one key keep their order.

        Raises:
            StoreUnavailable: In the future. The one before stays.
        """

    def remove(self, address: str, tag: str, key: str) -> "asyncio.Future[None]":
        """Keep nothing for a key.

        Raises:
            StoreUnavailable: In the future. It stays.
        """

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        """All of an address, by tag and key.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """


class Standing(Enum):
    """What a store knows about a request when somebody wants to begin it."""

    NEW = auto()
    """Nothing: whoever asked has it now, and must settle or release it."""
    OPEN = auto()
    """Somebody works on it."""
    ABANDONED = auto()
    """Whoever worked on it has stopped without saying how it went."""
    SETTLED = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to `claim`; `digest`, `outcome` and `version` are those of the request that came first."""

    standing: Standing
    digest: bytes = b""
    outcome: bytes = b""
    version: str = ""


class Outcomes(Protocol):
    """How requests went that may be sent again. An owner is a subject or a client, a request one of its refs."""

    async def claim(
        self, owner: str, request: str, digest: bytes, window: float
    ) -> Claim:
        """Begin a request, unless it was begun before.

        Raises:
            TooManyOutcomes: This owner, or all together, have more remembered than the store takes.
            StoreUnavailable: Nothing was begun.
        """

    def settle(
        self, owner: str, request: str, outcome: bytes, window: float
    ) -> "asyncio.Future[None]":
        """Remember how a claimed request went, for `window` seconds from now.

        Raises:
            StoreUnavailable: In the future. After a restart it counts as abandoned.
        """

    def release(self, owner: str, request: str) -> "asyncio.Future[None]":
        """Forget a claimed request: it had no effect, and may be begun again.

        Raises:
            StoreUnavailable: In the future. After a restart it counts as abandoned.
        """


@runtime_checkable
class MayForget(Protocol):
    """Outcomes of a store that may lose what it was told while its servers go on, as a Redis that starts empty.

    It is a capability of its own: without it a store is believed to forget nothing before its time.
    """

    async def remembers(self, owner: str, window: float) -> bool:
        """Whether what was begun for this owner in the last `window` seconds is known.

        Raises:
            StoreUnavailable: Nothing can be said about it now.
        """


class Store(Protocol):
    """All of it in one place: `MemoryStore`, `SqliteStore`."""

    @property
    def history(self) -> History:
        """Recorded events."""

    @property
    def latest(self) -> LatestValues:
        """Newest values."""

    @property
    def outcomes(self) -> Outcomes:
        """How requests went."""

    @property
    def session_key(self) -> bytes:
        """Secret bytes that stay the same as long as what is kept; empty where that is no longer than a process."""

    async def close(self) -> None:
        """Keep what was given, and let go of files and connections; everything raises `StoreUnavailable` then."""


@runtime_checkable
class KeepsVersions(Protocol):
    """A store that remembers which version of the contract wrote a thing. What others keep counts as the newest's.

    It is a capability of its own, so that a store without it is a store.
    """

    def speak(self, version: str) -> None:
        """All that is kept from now on is of this version of the contract."""


@runtime_checkable
class VersionedValues(Protocol):
    """Newest values of such a store."""

    async def written(self, address: str) -> Mapping[tuple[str, str], LatestValue]:
        """As `LatestValues.read`, with their versions.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """


@runtime_checkable
class MovesAddresses(Protocol):
    """A store that can give an address another name, for channels whose address is another one than it was."""

    def move(self, before: str, address: str) -> "asyncio.Future[None]":
        """What is kept of an address is that of another one from now on, with its offsets, unless that has its own.

        What is asked afterwards sees it. The first address stays, empty, and goes on counting where it was, so that
        no offset is used twice. Moving what is not there does nothing.

        Raises:
            StoreUnavailable: In the future. Nothing was moved.
        """


async def values_of(
    latest: LatestValues, address: str
) -> Mapping[tuple[str, str], LatestValue]:
    """All newest values of an address, with their versions as far as the store knows them.

    Raises:
        StoreUnavailable: Nothing can be said about the address now.
    """
    if isinstance(latest, VersionedValues):
        return await latest.written(address)
    found = await latest.read(address)
    return {name: LatestValue(payload) for name, payload in found.items()}
