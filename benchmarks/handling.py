"""A request from its frame to its reply, by kind of handler, sockets left out: plain, async, with middleware."""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import record
from msgspec import Struct
from rtgen_runtime.app import App, Mount
from rtgen_runtime.declarations import Channel, Contract, RequestEvent
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.middleware import Call, Next
from rtgen_runtime.scopes import MemberScope, TargetScope
from rtgen_runtime.validation import Schema

REQUESTS: Final = 5_000
ROUNDS: Final = 11


class Number(Struct):
    """A payload."""

    value: int


class NoParams(Struct):
    """Of an address without any."""


DOCUMENTS: Final[dict[str, object]] = {"Number": {"type": "object"}, "NoParams": {"type": "object"}}
NUMBER: Final[Schema[Number]] = Schema("Number", Number, DOCUMENTS)
ADD: Final = RequestEvent("desk.add", "add", payload=NUMBER, reply=NUMBER)
DESK: Final = Channel("desk", "desk", Schema("NoParams", NoParams, DOCUMENTS), (ADD,))
CONTRACT: Final = Contract("bench", "1.0.0", "", (DESK,))

Context = MemberScope[NoParams, None, TargetScope[NoParams]]


class Plain(ChannelHandler[Context, str]):
    """Answers at once."""

    channel = DESK

    def add(self, _ctx: Context, payload: Number) -> Number | Awaitable[Number]:
        """One more."""
        return Number(payload.value + 1)


class Async(Plain):
    """Answers from a coroutine that never waits."""

    async def add(self, _ctx: Context, payload: Number) -> Number:
        """One more."""
        return Number(payload.value + 1)


class Taken:
    """A socket that takes everything at once."""

    def __init__(self) -> None:
        self.frames = 0

    def write(self, frames: Sequence[bytes]) -> None:
        """Count them."""
        self.frames += len(frames)

    def buffered(self) -> int:
        """Nothing waits."""
        return 0

    def close(self, code: int, reason: str) -> None:
        """Not in this benchmark."""


async def through(call: Call, rest: Next) -> object:
    """A middleware that does nothing."""
    return await rest(call)


async def requests(handler: Plain, middleware: Sequence[Any] = ()) -> float:
    """Requests a second of processor time, a hundred in each turn of the loop."""
    link, app = Taken(), App(CONTRACT, [Mount(handler, MemberScope)], middleware=middleware)
    connection = app.connect(link, "rtgen.v1.json")
    connection.receive(json.dumps(["$hello", {"contract": "bench", "version": "1.0.0"}]))
    connection.receive(json.dumps(["$join", 1, "desk"]))
    await connection.drained()
    texts = [json.dumps(["desk.add", ref, "desk", {"value": ref}]) for ref in range(2, REQUESTS + 2)]
    started = time.process_time()
    for first in range(0, REQUESTS, 100):
        for text in texts[first : first + 100]:
            connection.receive(text)
        await connection.drained()
        await asyncio.sleep(0)
    rate = REQUESTS / (time.process_time() - started)
    if link.frames != REQUESTS + 2:
        raise RuntimeError(f"{link.frames} frames instead of {REQUESTS + 2}")
    app.disconnected(connection)
    await app.stop()
    return rate


KINDS: Final[dict[str, Callable[[], Awaitable[float]]]] = {
    "plain handler": lambda: requests(Plain()),
    "async handler": lambda: requests(Async()),
    "plain handler, one middleware": lambda: requests(Plain(), [through]),
}


async def main() -> None:
    """Measure in turns, and write `results/handling`."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind, measured in KINDS.items():
            found[kind].append(await measured())
    medians = {kind: statistics.median(values) for kind, values in found.items()}
    base = medians["async handler"]
    rows = [
        record.Row(
            work="request to reply, one connection",
            subject=kind,
            value=value,
            unit="requests/s",
            against="" if kind == "async handler" else "async handler",
            ratio=None if kind == "async handler" else value / base,
            goal="> 1" if kind == "plain handler" else "",
            met=value > base if kind == "plain handler" else None,
        )
        for kind, value in medians.items()
    ]
    record.write("handling", rows, ["msgspec"])


if __name__ == "__main__":
    asyncio.run(main())
