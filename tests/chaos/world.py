"""The cluster: three nodes, Redis with a replica and a sentinel, people; a fault proxy on each link between them."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from chaos.generating import HERE, generate, path, web
from chaos.links import Balancer
from chaos.redis_servers import MASTER, Pair, Redis, Sentinel
from crowds.crowd import NODE, Crowd
from faults.proxy import FaultProxy
from generated_chat import ROOT
from proxies.standing import free_port

LEASE: Final = 5.0
"""Seconds after which a node that does not speak is gone."""
NODES: Final = 3
PATIENCE: Final = 60.0
"""Seconds in which a node must have started; Redis may be away for some of them."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is there, and how much they say."""

    python: int
    """Members on Python clients, in two processes."""
    typescript: int
    """Members on TypeScript clients, in one."""
    halls: int
    every: float
    """Seconds between two bursts of a member, on average."""
    burst: int
    """What it says at once, on average."""
    guests: float
    """Seconds between two guests whose right to be there ends, on average; 0 for none."""


@dataclass(slots=True)
class Node:
    """One server process; started again it has the same port."""

    name: str
    folder: Path
    store: str
    mutation: str = ""
    port: int = 0
    process: Process | None = None
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever does something to it."""

    @property
    def effects(self) -> Path:
        """Where it writes down what took effect."""
        return self.folder / f"{self.name}.effects.jsonl"

    @property
    def log(self) -> Path:
        """What it said."""
        return self.folder / f"{self.name}.log"

    async def start(self) -> None:
        """Start it, and wait until it listens; while Redis is away it is tried again, as a supervisor would."""
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, path(self.folder))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CHAOS_EFFECTS": str(self.effects),
            "CHAOS_NODE": self.name,
            "CHAOS_MUTATION": self.mutation,
        }
        command = [sys.executable, "-m", "hall", "--port", str(self.port), "--store", self.store, "--metrics"]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.log.open("ab") as said:
                process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=said, env=environment)
            self.process = process
            assert process.stdout is not None
            line = (await process.stdout.readline()).decode()
            if line:
                self.port = int(line.rpartition(":")[2])
                return
            await process.wait()
            await asyncio.sleep(0.5)
        raise RuntimeError(f"{self.name} does not start: {self.log.read_text('utf-8')[-2000:]}")

    async def end(self, how: signal.Signals) -> None:
        """Send a signal, and wait until it has ended."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        assert self.process is not None
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def resident(self) -> int:
        """Bytes of memory."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    async def tasks(self) -> int:
        """Asked by a signal; it says so on its output."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGUSR1)
        return int(await asyncio.wait_for(self.process.stdout.readline(), PATIENCE))


@dataclass(slots=True)
class World:
    """Everything there is. `dice` decides what happens."""

    folder: Path
    dice: Random
    nodes: list[Node]
    redis: Pair
    links: list[FaultProxy]
    """To the first Redis, and to the second."""
    clients: Balancer
    crowds: list[Crowd] = field(default_factory=list)

    async def come(self, people: People, seed: int) -> None:
        """All of them; nobody talks yet."""
        shared = {"url": self.clients.url, "halls": people.halls, "every": people.every, "burst": people.burst}
        shared["code"] = str(web(self.folder))
        python = (sys.executable, str(HERE / "crowd.py"))
        node = (str(NODE), str(ROOT / "tests" / "web" / "chaos" / "crowd.ts"))
        processes = [("p0", python, people.python // 2), ("p1", python, people.python - people.python // 2)]
        for number, (name, command, members) in enumerate([*processes, ("t0", node, people.typescript)]):
            more = {"name": name, "members": members, "guests": people.guests, "seed": seed * 10 + number}
            history = self.folder / f"{name}.jsonl"
            self.crowds.append(await Crowd.come(command, path(self.folder), {**shared, **more}, history))

    @property
    def acked(self) -> int:
        """Recorded events that were acknowledged."""
        return sum(each.acked for each in self.crowds)

    @property
    def away(self) -> int:
        """Clients without a connection."""
        return sum(each.stand.get("away", 0) for each in self.crowds)

    @property
    def histories(self) -> list[Path]:
        """What everybody has written down."""
        return [each.history for each in self.crowds] + [each.effects for each in self.nodes if each.effects.exists()]

    def heal(self) -> None:
        """No faults on any link."""
        for each in (self.clients, *self.links):
            each.heal()


@asynccontextmanager
async def world(folder: Path, seed: int, mutation: str = "") -> AsyncIterator[World]:
    """All of it, without people; gone in the end."""
    generate(folder)
    async with AsyncExitStack() as stack:
        servers = []
        links = []
        for number in range(2):
            port = free_port()
            link = await stack.enter_async_context(FaultProxy(port))
            links.append(link)
            of = links[0].port if number else 0
            servers.append(Redis(folder / f"redis{number}", port, link.port, of))
        sentinel = Sentinel(folder / "sentinel", free_port(), links[0].port)
        redis = await stack.enter_async_context(Pair((servers[0], servers[1]), sentinel))
        store = f"redis+sentinel://127.0.0.1:{sentinel.port}/{MASTER}?lease={LEASE:g}"
        nodes = [Node(f"n{number}", folder, store, mutation) for number in range(NODES)]
        clients = await stack.enter_async_context(Balancer(0, nodes=lambda: [each.port for each in nodes]))
        # Not of another kind than what is to be repeated.
        made = World(folder, Random(seed), nodes, redis, links, clients)  # noqa: S311
        try:
            for node in nodes:
                await node.start()
            yield made
        finally:
            for crowd in made.crowds:
                await crowd.kill()
            for node in nodes:
                if node.process is not None and node.process.returncode is None:
                    node.process.send_signal(signal.SIGCONT)
                await node.end(signal.SIGKILL)
