"""Calling a handler: through the middleware where there is any, at once where nothing has to be awaited."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from rtgen_runtime.deadline import Deadline
from rtgen_runtime.failures import failure
from rtgen_runtime.middleware import Call, around
from rtgen_runtime.scopes import MemberScope

if TYPE_CHECKING:
    from rtgen_runtime.app import App
    from rtgen_runtime.declarations import ClientEvent
    from rtgen_runtime.frames import ErrorInfo

_MOST_KINDS: Final = 1024
AWAITABLE: Final[dict[type, bool]] = {}
"""By the types of what handlers gave, but for generators."""

Handle = Callable[[Any], object]
"""Calls the handler with a payload; gives what it gives, which may have to be awaited."""


def must_be_awaited(given: object) -> TypeGuard[Awaitable[Any]]:
    """The same as `inspect.isawaitable`, which takes a microsecond, by looking at most types once."""
    kind = type(given)
    if kind is GeneratorType:
        return inspect.isawaitable(given)
    known = AWAITABLE.get(kind)
    if known is None:
        if len(AWAITABLE) >= _MOST_KINDS:
            AWAITABLE.clear()
        known = AWAITABLE[kind] = inspect.isawaitable(given)
    return known


class Calls:
    """The calls of one app. Whatever a handler does, exactly one of `done` and `failed` is called."""

    __slots__ = ("_app", "_tally")

    def __init__(self, app: "App") -> None:
        self._app = app
        self._tally = app.tally

    def make(
        self,
        name: str,
        context: MemberScope[Any, Any, Any],
        payload: object,
        handle: Handle,
        *,
        received: float,
        event: "ClientEvent | None",
        done: Callable[[Any], None],
        failed: Callable[["ErrorInfo"], None],
    ) -> Awaitable[None] | None:
        """Call a handler. `done` may raise too, such as for a reply that the contract forbids."""
        tag = name if event is None else event.tag
        key, began = (context.channel, name), time.perf_counter()
        if self._app.debug is not None:
            handle = self._app.debug.handler(f"{context.channel}.{name}", handle)
        try:
            if self._app.middleware:
                call = Call(context.channel, name, context, payload, received)
                given: object = self._around(call, handle)
            else:
                given = handle(payload)
            if must_be_awaited(given):
                guard = Guard(failed, tag, event, context)
                return self.finish(given, guard, done, key, began)
            done(given)
        except (Exception, asyncio.CancelledError) as error:
            if not Guard(failed, tag, event, context).takes(error):
                raise
        self._tally.handled(key, time.perf_counter() - began)
        return None

    def _around(self, call: Call, handle: Handle) -> Awaitable[object]:
        async def innermost(changed: Call) -> object:
            given = handle(changed.payload)
            return await given if inspect.isawaitable(given) else given

        return around(self._app.middleware, innermost)(call)

    async def finish(
        self,
        given: Awaitable[object],
        guard: "Guard",
        done: Callable[[Any], None],
        key: tuple[str, str],
        began: float,
    ) -> None:
        """Await what a handler gave; `key` is of its histogram, `began` a time of `perf_counter`."""
        with guard:
            async with Deadline(self._app.settings.handler_deadline):
                value = await given
            done(value)
        self._tally.handled(key, time.perf_counter() - began)


class Guard:
    """Reports what is raised inside, and goes on; but when the server stops, the work stops."""

    __slots__ = ("_context", "_event", "_failed", "_tag")

    def __init__(
        self,
        failed: Callable[["ErrorInfo"], None],
        tag: str,
        event: "ClientEvent | None",
        context: MemberScope[Any, Any, Any],
    ) -> None:
        self._failed = failed
        self._context = context
        self._tag = tag
        self._event = event

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, _kind: object, error: BaseException | None, _trace: object
    ) -> bool:
        return error is not None and self.takes(error)

    def takes(self, error: BaseException) -> bool:
        """Report it; false for what must go on up."""
        if not isinstance(error, Exception | asyncio.CancelledError):
            return False
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            return False
        session = self._context.session
        self._failed(failure(error, self._tag, self._event, session))
        return True


def _is_cancelled() -> bool:
    """Whether somebody cancelled this task; a handler may also raise `CancelledError` by itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
