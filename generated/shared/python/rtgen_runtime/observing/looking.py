"""A look at the server now and then: how late the event loop was, and how much waits for some of the clients."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final, Protocol

from rtgen_runtime.observing.tally import Tally

AT_ONCE: Final = 8
"""Connections that one look takes in; all have their turn, one look after the other."""


class Reader(Protocol):
    """A client for whom something may wait."""

    @property
    def waiting(self) -> int:
        """Bytes."""


class Looks:
    """Called with the loop's lag in seconds, several times a second."""

    def __init__(self, tally: Tally, readers: Collection[Reader]) -> None:
        self._tally = tally
        self._readers = readers
        self._turn: Iterator[Reader] = iter(())

    def __call__(self, lag: float) -> None:
        """Look."""
        self._tally.lag.observe(lag)
        some = tuple(islice(self._turn, AT_ONCE))
        if len(some) < AT_ONCE:
            self._turn = iter(tuple(self._readers))
        for reader in some:
            self._tally.outboxes.observe(reader.waiting)
