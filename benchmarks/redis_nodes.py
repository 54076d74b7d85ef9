"""One node beside two around Redis: the hop from one to the other, and what the bus costs, beside redis-py's.

The load is made here by plain sockets, and it, two nodes and Redis share the machine's cores: wall-clock scaling can't
be shown so. What is compared is processor time, and how much later a message comes.
"""

import argparse
import asyncio
import os
import re
import selectors
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import record
import redis.asyncio
import workers
from workers import ROOT, Peer, Server, framed

sys.path[:0] = [str(ROOT / "tests")]
import crew  # noqa: E402
from redis_server import RedisServer, redis_server  # noqa: E402
from rtgen_runtime.broker.words import Said  # noqa: E402
from rtgen_runtime.declarations import HistorySize  # noqa: E402
from rtgen_runtime.redis import messages  # noqa: E402
from rtgen_runtime.redis.broker import RedisBroker  # noqa: E402
from rtgen_runtime.redis.ring import Ring  # noqa: E402
from rtgen_runtime.redis.shard import Shard  # noqa: E402
from rtgen_runtime.redis.store import RedisStore  # noqa: E402
from rtgen_runtime.redis.target import targets_of  # noqa: E402
from rtgen_runtime.redis.watching import Watch  # noqa: E402

RATE = 2000
SECONDS = 2.0
MEMBERS = 100
WAVES = 6000
"""More than beside workers: the clock of processor time ticks a hundred times a second."""
MESSAGES = 20_000
BURST = 100
ROOM = "rooms/a"
FRAME = b"x" * 400
MARK = re.compile(rb"~(\d{6})")


class Node(Server):
    """One that keeps things in Redis; alone it is beside nobody, but pays for the bus."""

    def __init__(self, code: Path, store: str) -> None:
        options = ["--port", "0", "--log-level", "error", "--handlers", str(code / "handlers"), "--store", store]
        path = os.pathsep.join([str(code), str(ROOT / "templates" / "python" / "runtime")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crew", *options],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rpartition(":")[2])


class Nodes(Server):
    """Several of them, measured together."""

    def __init__(self, found: Sequence[Node]) -> None:
        self.found = found

    def busy(self) -> float:
        """Of all nodes, without Redis."""
        return sum(each.busy() for each in self.found)


@contextmanager
def serving(code: Path, store: str, count: int, members: int) -> Iterator[tuple[Nodes, list[Peer]]]:
    """So many nodes, and members at each of them, evenly."""
    with ExitStack() as stack:
        found: list[Node] = []
        for _ in range(count):
            node = Node(code, store)
            stack.callback(node.process.wait)
            stack.callback(node.process.kill)
            found.append(node)
        peers = []
        for node in found:
            for _ in range(members // count):
                peer = Peer(node.port)
                stack.callback(peer.socket.close)
                peers.append(peer)
        yield Nodes(found), peers


def hop(near: Peer, far: Peer) -> list[float]:
    """Microseconds from a wave to its receiver, of each of `RATE` a second."""
    count = int(RATE * SECONDS)
    sent = [0.0] * count
    found: list[float] = []
    data, number = b"", 0
    with selectors.DefaultSelector() as selector:
        far.socket.setblocking(False)
        selector.register(far.socket, selectors.EVENT_READ)
        began = time.perf_counter()
        while len(found) < count:
            now = time.perf_counter()
            while number < count and began + number / RATE <= now:
                sent[number] = time.perf_counter()
                near.socket.sendall(framed(f'["room.wave",0,"{ROOM}",{{"text":"~{number:06}{workers.TEXT}"}}]'))
                number += 1
            wait = max(0.0, began + number / RATE - time.perf_counter()) if number < count else 1.0
            if selector.select(wait):
                data += far.socket.recv(1 << 18)
                now, last = time.perf_counter(), 0
                for match in MARK.finditer(data):
                    found.append((now - sent[int(match[1])]) * 1e6)
                    last = match.end()
                data = data[last:][-8:]
        far.socket.setblocking(True)
    return found


def measured(code: Path, url: str, count: int) -> dict[str, float]:
    """One round."""
    found: dict[str, float] = {}
    store = f"{url}?prefix=b{time.monotonic_ns()}"
    with serving(code, store, count, MEMBERS) as (nodes, peers):
        found["deliveries"], found["delivery"] = workers.fan_out(nodes, peers)
    with serving(code, store, count, 2) as (_, (near, far)):
        times = sorted(hop(near, far))
        found["p50"] = times[len(times) // 2]
        found["p99"] = times[len(times) * 99 // 100]
    return found


class Counted:
    """Ears that count."""

    def __init__(self) -> None:
        self.count = 0

    def said(self, _address: str, _word: Any) -> None:
        """One more."""
        self.count += 1

    def news(self, _address: str, _news: Any) -> None:
        """One more."""
        self.count += 1

    def deaf(self, _address: str) -> None:
        """Nothing."""

    def control(self, _control: Any) -> None:
        """Nothing."""


async def ours(url: str) -> dict[str, float]:
    """Microseconds of this process's time for each message: said, heard, kept."""
    target = targets_of(f"{url}?prefix=c{time.monotonic_ns()}", {})[0]
    nodes = []
    for _ in range(2):
        shard = Shard(target, "crew")
        watch, ears = Watch(shard), Counted()
        await watch.start()
        broker = RedisBroker(Ring([shard]), time.time)
        broker.listen(ears)
        nodes.append((shard, watch, broker, ears))
    (speaker, watch, broker, _), (_, far_watch, far, ears) = nodes
    far.members(ROOM, 1)
    found: dict[str, float] = {}
    word = Said("room.wave", FRAME)

    async def say() -> None:
        for _ in range(MESSAGES // BURST):
            for _ in range(BURST):
                broker.say(ROOM, word)
            await speaker.commands.ask("PING")

    began = time.process_time()
    await say()
    found["say"] = (time.process_time() - began) / MESSAGES * 1e6
    await far.ready(ROOM)
    began = time.process_time()
    await say()
    while ears.count < MESSAGES:
        await far_watch.shard.commands.ask("PING")
    found["both"] = (time.process_time() - began) / MESSAGES * 1e6
    store, size = RedisStore([watch], Ring([speaker])), HistorySize(1000, 3600.0)
    far.members(ROOM, 0)
    far_watch.shard.leave(ROOM)
    began = time.process_time()
    for _ in range(MESSAGES // BURST):
        await asyncio.gather(*[store.history.append(ROOM, size, "room.added", FRAME) for _ in range(BURST)])
    found["append"] = (time.process_time() - began) / MESSAGES * 1e6
    for each in watch, far_watch:
        await each.close()
    return found


async def theirs(url: str) -> dict[str, float]:
    """The same with redis-py: pipelines of `BURST`."""
    speaker: Any = redis.asyncio.from_url(url)
    hearer: Any = redis.asyncio.from_url(url)
    message = b"1w node 1.0.0\n" + messages.pack(Said("room.wave", FRAME))

    async def say() -> None:
        for _ in range(MESSAGES // BURST):
            async with speaker.pipeline(transaction=False) as pipe:
                for _ in range(BURST):
                    pipe.publish("channel", message)
                await pipe.execute()

    began = time.process_time()
    await say()
    found = {"say": (time.process_time() - began) / MESSAGES * 1e6}
    async with hearer.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe("channel")
        await heard.get_message(timeout=1.0)

        async def hear() -> None:
            count = 0
            while count < MESSAGES:
                got = await heard.get_message(timeout=1.0)
                if got is not None:
                    messages.word_of(messages.split(got["data"])[2])
                    count += 1

        began = time.process_time()
        await asyncio.gather(say(), hear())
        found["both"] = (time.process_time() - began) / MESSAGES * 1e6
    await speaker.aclose()
    await hearer.aclose()
    return found


Found = list[dict[str, float]]


def rows_of(rounds: dict[int, Found], bus: Found, other: Found) -> list[record.Row]:
    """What is written down."""
    rows = []

    def middle(name: str, found: Found) -> float:
        return statistics.median(each[name] for each in found)

    for name, goal in ("p50", 500.0), ("p99", 3000.0):
        one, two = middle(name, rounds[1]), middle(name, rounds[2])
        work = f"one wave to one member, {RATE} a second, {name}"
        rows.append(record.Row(work, "1 node", one, "µs"))
        words = f"≤ +{goal / 1000:g} ms"
        rows.append(record.Row(work, "2 nodes", two, "µs", "1 node", two / one, words, two - one <= goal))
    one, two = middle("delivery", rounds[1]), middle("delivery", rounds[2])
    work = f"fan-out to {MEMBERS}, processor time a delivery"
    rows.append(record.Row(work, "1 node", one, "µs"))
    rows.append(record.Row(work, "2 nodes", two, "µs", "1 node", two / one, "≤ 1.2", two / one <= 1.2))
    names = {"say": "said, in bursts of 100", "both": "said and heard, in bursts of 100"}
    for name, what in names.items():
        mine, their = middle(name, bus), middle(name, other)
        goal_words, met = ("≤ 10 µs", mine <= 10) if name == "both" else ("", None)
        rows.append(record.Row(f"a message {what}", "rtgen", mine, "µs", "redis-py", mine / their, goal_words, met))
        rows.append(record.Row(f"a message {what}", "redis-py", their, "µs"))
    rows.append(record.Row("a recorded event kept, in bursts of 100", "rtgen", middle("append", bus), "µs"))
    return rows


def server_version(server: RedisServer) -> str:
    """Of Redis."""
    info = server.ask("INFO", "server").decode()
    found: str = info.partition("redis_version:")[2].split()[0]
    return found


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    workers.WAVES = WAVES
    rounds: dict[int, Found] = {1: [], 2: []}
    bus: Found = []
    other: Found = []
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        crew.generate(Path(folder))
        for _ in range(given.rounds):
            for count, found in rounds.items():
                found.append(measured(Path(folder), server.url, count))
            bus.append(asyncio.run(ours(server.url)))
            other.append(asyncio.run(theirs(server.url)))
        version = server_version(server)
    figures = f"Medians of {given.rounds} rounds"
    packages = ["uvloop", "msgspec", "hiredis", "redis"]
    record.write("redis", rows_of(rounds, bus, other), packages, {"Redis": version}, figures=figures)


if __name__ == "__main__":
    main()
