"""What a test asserts about: events that came, and refusals."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from rtgen_runtime.client.events import Events, Received
from rtgen_runtime.errors import (
    ConnectionClosed,
    DomainError,
    RealtimeError,
    RequestFailed,
)

T = TypeVar("T")

Refusal = DomainError | RequestFailed | ConnectionClosed


class Heard(Generic[T]):
    """The events of one kind that a client got, from when this was made."""

    def __init__(
        self, events: Events[T], settle: Callable[[], Awaitable[None]]
    ) -> None:
        self.events: list[Received[T]] = []
        """All of them, with offsets and senders."""
        self.ended = False
        """Whether there will be none any more: the channel was left, or the server put the client out."""
        self.error: RealtimeError | None = None
        """Why it ended, unless the client wanted it."""
        self._settle = settle
        self._taken = 0
        self._collecting = asyncio.ensure_future(self._collect(events))

    @property
    def payloads(self) -> list[T]:
        """The payloads of all of them."""
        return [event.payload for event in self.events]

    async def next(self) -> T:
        """The first that was not taken yet.

        Raises:
            AssertionError: There is none, and none will come before time passes.
        """
        await self._settle()
        if self._taken == len(self.events):
            raise AssertionError(f"nothing came after {self._taken} events")
        self._taken += 1
        return self.events[self._taken - 1].payload

    async def rest(self) -> list[T]:
        """All that were not taken yet; empty if nothing came."""
        await self._settle()
        rest = self.payloads[self._taken :]
        self._taken = len(self.events)
        return rest

    async def _collect(self, events: Events[T]) -> None:
        try:
            async for received in events.listen():
                self.events.append(received)
        except RealtimeError as error:
            self.error = error
        self.ended = True


@dataclass(slots=True)
class Caught:
    """The refusal that a block met."""

    error: Refusal | None = None


@contextmanager
def refused(code: str | int) -> Iterator[Caught]:
    """The block is refused: with this error code, or with this close code of the connection.

    Raises:
        AssertionError: It is not, or for another reason.
    """
    caught = Caught()
    try:
        yield caught
    except (DomainError, RequestFailed, ConnectionClosed) as error:
        caught.error = error
        if error.code != code:
            raise AssertionError(
                f"refused with {error.code!r}, not {code!r}"
            ) from error
        return
    raise AssertionError(f"not refused; {code!r} was expected")
