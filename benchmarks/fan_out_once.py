"""One round of `fan_out.py`, for whichever runtime is on the path: prints deliveries a second by kind as JSON."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from msgspec import Struct
from rtgen_runtime.declarations import Channel, Conflation, Contract, ServerEvent
from rtgen_runtime.hub import Hub
from rtgen_runtime.outbox import Flusher, Outbox
from rtgen_runtime.router import Place
from rtgen_runtime.validation import Schema

EMITS = 60


class Move(Struct):
    """A cursor."""

    who: str
    x: int
    y: int


class NoParams(Struct):
    """Of an address without any."""


DOCUMENTS: Final[dict[str, object]] = {"Move": {"type": "object"}, "NoParams": {"type": "object"}}
MOVE: Final[Schema[Move]] = Schema("Move", Move, DOCUMENTS)
EVENTS: Final = {
    "plain": ServerEvent("board.plain", payload=MOVE),
    "volatile": ServerEvent("board.volatile", payload=MOVE, volatile=True),
    "conflated": ServerEvent("board.conflated", payload=MOVE, conflate=Conflation("who")),
}
BOARD: Final = Channel("board", "board", Schema("NoParams", NoParams, DOCUMENTS), tuple(EVENTS.values()))
PLACE: Final = Place(BOARD, "board", NoParams())


class Taken:
    """A socket that takes everything at once."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, frames: Sequence[bytes]) -> None:
        """As a transport does: one buffer of all frames."""
        self.bytes += len(b"".join(frames))

    def buffered(self) -> int:
        """Nothing waits."""
        return 0

    def close(self, code: int, reason: str) -> None:
        """Not in this benchmark."""

    def fell_behind(self) -> None:
        """Not in this benchmark."""


async def main(members: int) -> dict[str, float]:
    """Every kind in turn, one emit a turn of the loop."""
    flusher = Flusher()
    hub = Hub(Contract("bench", "1.0.0", "", (BOARD,)), kept(), time.time, flusher)
    links = [Taken() for _ in range(members)]
    for link in links:
        await join(hub, Outbox(link, 1 << 20, flusher, link))
    found = {}
    for kind, event in EVENTS.items():
        started = time.process_time()
        for number in range(EMITS):
            hub.emit(PLACE, event, Move("someone", number, number))
            await asyncio.sleep(0)
        found[kind] = EMITS * members / (time.process_time() - started)
    if any(link.bytes != links[0].bytes or not link.bytes for link in links):
        raise RuntimeError("somebody got less than the others")
    return found


def kept() -> Any:
    """What a hub keeps events in; older runtimes, measured beside this one, want the history alone."""
    if find_spec("rtgen_runtime.stores") is None:
        history: Any = import_module("rtgen_runtime.history.memory").MemoryHistory
        return history("e")
    return import_module("rtgen_runtime.stores.memory").MemoryStore()


async def join(hub: Any, outbox: Outbox) -> None:
    """Become a member; older runtimes want the address twice."""
    subscription = hub.subscribe(PLACE.address, outbox)
    if hasattr(hub, "keeper"):
        subscription.release((await hub.keeper.catch_up(PLACE, None)).replay)
    else:
        subscription.release(PLACE.address, await hub.catch_up(PLACE, None))


print(json.dumps(asyncio.run(main(int(sys.argv[1])))))
