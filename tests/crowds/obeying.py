"""The side of a process of clients: it takes orders from its input, and says how it stands (see `crowd.py`)."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

Act = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Does what an order says; the answer, or nothing where it comes later."""

TELL_EVERY: Final = 0.1


def tell(**said: Any) -> None:
    """To whoever gives orders."""
    print(json.dumps(said), flush=True)


async def obey(acts: Mapping[str, Act], stand: Callable[[], dict[str, Any]]) -> None:
    """Until told to leave. `stand` says how it stands."""
    loop, orders = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    telling = asyncio.ensure_future(_tell_again_and_again(stand))
    async for line in orders:
        order = json.loads(line)
        if order["do"] == "leave":
            break
        answer = await acts[order["do"]](order)
        if answer:
            tell(**answer)
    telling.cancel()
    tell(stand=stand())


async def _tell_again_and_again(stand: Callable[[], dict[str, Any]]) -> None:
    while True:
        tell(stand=stand())
        await asyncio.sleep(TELL_EVERY)
