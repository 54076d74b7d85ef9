"""Recorded emits that nobody awaited did nothing; in debug mode the line that forgot the `await` is named."""

import functools
import inspect
import sys
import types
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any, TypeVar

S = TypeVar("S")

Tell = Callable[[str, str], None]
"""Hears the name of the method, and the place of the call."""


class Awaited(Coroutine[Any, Any, Any]):
    """A coroutine that tells when it is thrown away without having begun."""

    def __init__(
        self, inner: Coroutine[Any, Any, Any], forgotten: Callable[[], None]
    ) -> None:
        self._inner = inner
        self._forgotten: Callable[[], None] | None = forgotten

    def __await__(self) -> Generator[Any, Any, Any]:
        self._forgotten = None
        return self._inner.__await__()

    def send(self, value: Any) -> Any:
        """As the coroutine does."""
        self._forgotten = None
        return self._inner.send(value)

    def throw(self, *error: Any) -> Any:
        """As the coroutine does."""
        self._forgotten = None
        return self._inner.throw(*error)

    def close(self) -> None:
        """As the coroutine does; who closes it has not forgotten it."""
        self._forgotten = None
        self._inner.close()

    def __del__(self) -> None:
        if self._forgotten is not None:
            self._inner.close()
            self._forgotten()


def watched(kind: type[S], tell: Tell) -> type[S]:
    """A class like this one, whose `async` methods tell when they were called and not awaited."""
    members: dict[str, Any] = {"__slots__": (), "__module__": kind.__module__}
    for name in dir(kind):
        method = getattr(kind, name)
        if not name.startswith("_") and inspect.iscoroutinefunction(method):
            members[name] = _watching(name, method, tell)
    made: Any = types.new_class(
        kind.__name__, (kind,), exec_body=lambda body: body.update(members)
    )
    watching: type[S] = made
    return watching


def _watching(name: str, method: Callable[..., Any], tell: Tell) -> Callable[..., Any]:
    @functools.wraps(method)
    def called(*arguments: Any, **named: Any) -> Awaited:
        caller = sys._getframe(1)
        code, file = caller.f_code, Path(caller.f_code.co_filename).name
        place = f"{code.co_qualname} ({file}:{caller.f_lineno})"
        return Awaited(method(*arguments, **named), lambda: tell(name, place))

    return called
