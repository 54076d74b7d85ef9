"""How long a handler holds up everybody: an awaitable is driven step by step, and each step is timed."""

import inspect
import time
import types
from collections.abc import Awaitable, Callable, Generator
from typing import Any

Tell = Callable[[float], None]
"""Hears how many seconds passed."""


def timed(
    handle: Callable[[Any], object], step: Tell, whole: Tell
) -> Callable[[Any], object]:
    """The same function; `step` hears of every stretch without an `await` in it, `whole` of the time to its end."""

    def called(payload: Any) -> object:
        started = time.perf_counter()
        given = handle(payload)
        step(time.perf_counter() - started)
        if inspect.isawaitable(given):
            return _watched(given, started, step, whole)
        return given

    return called


async def _watched(
    given: Awaitable[object], started: float, step: Tell, whole: Tell
) -> object:
    try:
        return await _stepwise(given, step)
    finally:
        whole(time.perf_counter() - started)


@types.coroutine
def _stepwise(given: Awaitable[object], step: Tell) -> Generator[Any, Any, object]:
    """What `yield from` does (PEP 380), with a clock around every step."""
    steps: Any = given.__await__()
    go, sent = getattr(steps, "send", lambda _: next(steps)), None
    while True:
        started = time.perf_counter()
        try:
            yielded = go(sent)
        except StopIteration as end:
            result: object = end.value
            return result
        finally:
            step(time.perf_counter() - started)
        try:
            sent, go = (yield yielded), getattr(steps, "send", lambda _: next(steps))
        except BaseException as error:
            if not hasattr(steps, "throw"):
                raise
            sent, go = error, steps.throw
