"""`make bench-sizing`: how many messages a second one Redis carries, by how many nodes hear each; `redis-sizing.*`.

Redis does all of it on one thread, so the processor time that a message takes there says when it is full. What other
work does to a round makes it dearer, never cheaper: figures are the least of all rounds.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

from record import Row, write
from rtgen_runtime.broker.words import Said
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.redis.store import RedisStore

from clusters.bus import BURST, FRAME, ROOMS, Node
from clusters.serving import Redis, redis

MESSAGES: Final = 4_000
NODES: Final = (1, 2, 4, 8)
BUSY: Final = 0.75
"""Of its core: beyond that answers wait for one another."""
WORD: Final = "an event that nothing keeps"
KEPT: Final = "a recorded event"


async def cost(server: Redis, count: int) -> dict[str, float]:
    """Microseconds of Redis for each message that so many nodes hear; the one that says it hears nothing itself."""
    url = f"{server.url}?prefix=s{time.monotonic_ns()}"
    near, *far = [Node(url) for _ in range(count + 1)]
    await near.watch.start()
    for each in far:
        await each.hear()
    store, size = RedisStore([near.watch], near.ring), HistorySize(1000, 3600.0)
    found: dict[str, float] = {}
    for work in WORD, KEPT:
        before, due = server.busy(), far[0].ears.count + MESSAGES
        for _ in range(MESSAGES // BURST):
            if work is WORD:
                for room in ROOMS:
                    near.broker.say(room, Said("room.wave", FRAME))
                await near.shard.commands.ask("PING")
            else:
                await asyncio.gather(*[store.history.append(room, size, "room.added", FRAME) for room in ROOMS])
        for each in far:
            await each.until(due)
        found[work] = (server.busy() - before) / MESSAGES * 1e6
    for each in near, *far:
        await each.watch.close()
    return found


def main() -> None:
    """Measure in turn, and write it down."""
    parser = argparse.ArgumentParser(prog="python -m clusters.sizing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    found: dict[tuple[int, str], float] = {}
    with tempfile.TemporaryDirectory() as folder, redis(Path(folder)) as server:
        for _ in range(rounds):
            for count in NODES:
                for work, value in asyncio.run(cost(server, count)).items():
                    found[count, work] = min(found.get((count, work), value), value)
        version = server.info("server")["redis_version"]
    rows = []
    for work in WORD, KEPT:
        for count in NODES:
            value, first = found[count, work], found[NODES[0], work]
            heard = f"heard by {count} node{'s' if count > 1 else ''}"
            against = f"heard by {NODES[0]} node" if count > 1 else ""
            rows.append(Row(f"{work}, Redis's time", heard, value, "µs", against, value / first if against else None))
            rows.append(Row(f"{work}, at {BUSY:.0%} of its core", heard, BUSY * 1e6 / value, "a second"))
    figures = f"The least of {rounds} rounds, {len(FRAME)} bytes a message, none of them together"
    write("redis-sizing", rows, ["hiredis", "msgspec"], {"Redis": version}, figures=figures)


if __name__ == "__main__":
    main()
