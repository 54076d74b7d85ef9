"""Speaking from other threads: where a framework runs plain functions, and in workers of one's own."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar, overload

from rtgen_runtime.errors import UsageError
from rtgen_runtime.life import Life

T = TypeVar("T")

PATIENCE: Final = 30.0
"""Seconds that a thread waits for the event loop."""


class Threaded:
    """Base of what other threads may speak through."""

    life: Life

    @overload
    def from_thread(self, speak: Callable[[], Coroutine[Any, Any, T]]) -> T: ...

    @overload
    def from_thread(self, speak: Callable[[], T]) -> T: ...

    def from_thread(self, speak: Callable[[], Any]) -> Any:
        """Speak from another thread, where an app must not be touched: `app.from_thread(lambda: room.posted(message))`.

        Gives what an emitter gives, and raises what it raises. A thread waits `threads.PATIENCE` seconds at most.

        Raises:
            UsageError: Nothing serves the app now, or this is the thread that does.
        """
        return call_from_thread(self.life.loop, speak)


def call_from_thread(
    loop: asyncio.AbstractEventLoop | None,
    speak: Callable[[], Awaitable[Any] | Any],
) -> Any:
    """Call something on the loop that serves, await what it gives if it must be awaited, and give the result.

    What it raises is raised here. A thread that has waited `PATIENCE` seconds gives up with `TimeoutError`; what it
    asked for is cancelled.

    Raises:
        UsageError: Nothing serves, or this is the loop's own thread, which would wait for itself.
    """
    if loop is None or not loop.is_running():
        raise UsageError("nothing serves the app: no event loop can speak for it")
    try:
        here = asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        if here is loop:
            raise UsageError("this is the event loop's own thread: speak without it")

    async def on_the_loop() -> Any:
        given = speak()
        return await given if inspect.isawaitable(given) else given

    future = asyncio.run_coroutine_threadsafe(on_the_loop(), loop)
    try:
        return future.result(PATIENCE)
    except TimeoutError:
        future.cancel()
        raise
