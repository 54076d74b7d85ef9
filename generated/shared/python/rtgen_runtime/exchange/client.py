"""One worker, as the exchange sees it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from rtgen_runtime.bus.messages import Failure, FromWorker
from rtgen_runtime.bus.pipe import Pipe


@dataclass(slots=True, eq=False)
class Client:
    """`number` is never used again, `name` says which worker of how many it is."""

    number: int
    name: str
    pipe: "Pipe[FromWorker]"
    addresses: set[str] = field(default_factory=set)
    """What it hears."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many members it has, by address."""
    version: str = ""
    """Of the contract, as the worker says."""
    claims: dict[tuple[str, str], float] = field(default_factory=dict)
    """Requests that it works on, by owner and ref, and for how long their end is remembered."""
    ready: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def is_ready(self) -> bool:
        """Whether it serves."""
        return self.ready.done() and not self.ready.cancelled()

    def send(self, message: object) -> None:
        """Tell it something."""
        self.pipe.send(message)

    def answer(self, number: int, value: Any) -> None:
        """What its question gave."""
        self.pipe.send(("answer", number, value))

    def fail(self, number: int, words: str, *, full: bool = False) -> None:
        """Why its question has no answer."""
        self.pipe.send(Failure(number, words, full))
