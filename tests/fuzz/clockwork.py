"""An event loop whose time passes only when nothing else is left to do, and then at once."""

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time that somebody wanted to wait has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("nothing is left to do, and somebody still waits")
        self.now += max(0.0, timeout)
        return super().select(0)

    def get_map(self) -> Mapping[Any, Any]:
        return super().get_map()


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop for code that does no I/O: an hour of `asyncio.sleep` takes no time."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now
