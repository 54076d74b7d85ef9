"""Questions of a worker to the exchange, and their answers."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from rtgen_runtime.bus.messages import Answer, Ask, Failure, Question, Speak
from rtgen_runtime.errors import StoreUnavailable, TooManyOutcomes

T = TypeVar("T")

MOST_WAITING: Final = 64 * 1024 * 1024
"""Bytes that the exchange may be behind; then nothing more is asked of it, and what is said is dropped."""


@cache
def _decoder(of: Any) -> "msgspec.msgpack.Decoder[Any]":
    return msgspec.msgpack.Decoder(of)


class Asking:
    """Those of one worker. `send` sends a message, `waiting` says how many bytes were not taken yet."""

    def __init__(
        self, send: Callable[[object], None], waiting: Callable[[], int]
    ) -> None:
        self._send = send
        self._waiting = waiting
        self._number = 0
        self._open: dict[int, tuple[asyncio.Future[Any], Any]] = {}
        self._over = ""

    def ask(self, question: Question, of: Any) -> "asyncio.Future[Any]":
        """The answer, which is of type `of`. The question is sent when this returns.

        Raises:
            StoreUnavailable: In the future: the exchange is gone or behind, or what it keeps can't be reached.
            TooManyOutcomes: In the future.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        why = self._over
        if not why and self._waiting() > MOST_WAITING:
            why = "too much waits for the process that keeps things"
        if why:
            future.set_exception(StoreUnavailable(why))
            return future
        self._number += 1
        self._open[self._number] = future, of
        self._send(Ask(self._number, question))
        return future

    def say(self, message: Speak) -> None:
        """Something that needs no answer, and counts for the questions behind it."""
        self._send(message)

    def answered(self, answer: Answer) -> None:
        """One has its answer."""
        future, of = self._open.pop(answer.number)
        if not future.done():
            future.set_result(_decoder(of).decode(answer.value))

    def failed(self, failure: Failure) -> None:
        """One has none."""
        future, _ = self._open.pop(failure.number)
        kind = TooManyOutcomes if failure.full else StoreUnavailable
        if not future.done():
            future.set_exception(kind(failure.words))

    def over(self, words: str) -> None:
        """There will be no more answers."""
        self._over = words
        waiting, self._open = self._open, {}
        for future, _ in waiting.values():
            if not future.done():
                future.set_exception(StoreUnavailable(words))

    async def drained(self) -> None:
        """Wait for the answers to all that was asked."""
        while self._open:
            await asyncio.wait([future for future, _ in self._open.values()])
            await asyncio.sleep(0)
