"""What stands around every handler of an app: logging, timing, refusing, turning errors into others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a handler.

    `event` is the event's name in the contract, or `$join`, `$leave` or `$state`. `payload` is what the handler gets,
    `None` where it gets none. `received` is when the frame came, on the clock of `time.monotonic`: until the call it
    waited for what came before it.
    """

    channel: str
    event: str
    context: Any
    payload: object
    received: float


Next = Callable[[Call], Awaitable[object]]
"""The rest: the next middleware, and in the end the handler. What it gives is the reply."""


Middleware = Callable[[Call, Next], Awaitable[object]]
"""Called around every handler with the call and the rest; the first in the app's list is the outermost.

Give what the rest gives. Raise `Refused`, or an error of the contract that the event declares, to refuse the call; what
the rest raises may be turned into another error. A relay has no handler, so nothing stands around it.
"""


def around(middleware: Sequence[Middleware], handler: Next) -> Next:
    """The handler with all of them around it."""
    for each in reversed(middleware):
        handler = partial(_outside, each, handler)
    return handler


def _outside(outer: Middleware, rest: Next, call: Call) -> Awaitable[object]:
    return outer(call, rest)
