"""A Redis primary with a replica, and a sentinel that watches them: processes, each in a folder of its own."""

import asyncio
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

MASTER: Final = "hall"
DOWN_AFTER: Final = 1500
"""Milliseconds of silence after which the sentinel looks for another primary."""


async def ask(port: int, *command: str) -> str:
    """What `redis-cli` says; empty where nobody answers."""
    process = await asyncio.create_subprocess_exec("redis-cli", "-p", str(port), *command, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(2):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return ""
    return said.decode(errors="replace").strip()


@dataclass(slots=True)
class Redis:
    """One server. Others reach it at `announced`, which is a fault proxy's port."""

    folder: Path
    port: int
    announced: int
    replica_of: int = 0
    process: Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        always = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "replica-announce-ip": "127.0.0.1",
            "replica-announce-port": self.announced,
            "repl-diskless-sync-delay": 0,
            "repl-timeout": 5,
            "repl-ping-replica-period": 1,
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
        }
        config = self.folder / "redis.conf"
        if not config.exists():  # what a sentinel has rewritten stays
            lines = [f"{name} {value}" for name, value in always.items()]
            if self.replica_of:
                lines.append(f"replicaof 127.0.0.1 {self.replica_of}")
            config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.process = await _started("redis-server", str(config))
        await until_answered(self.port, "PING", "PONG")

    async def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    def forget(self) -> None:
        """Lose all data; where it stands among the others stays."""
        for each in self.folder.iterdir():
            if each.name != "redis.conf":
                shutil.rmtree(each) if each.is_dir() else each.unlink()


async def _started(program: str, *arguments: str) -> Process:
    found = shutil.which(program)
    assert found, f"{program} is not installed: make setup"
    return await asyncio.create_subprocess_exec(found, *arguments, stdout=DEVNULL, stderr=DEVNULL)


async def until_answered(port: int, command: str, wanted: str) -> None:
    """Wait for an answer."""
    async with asyncio.timeout(30):
        while wanted not in await ask(port, *command.split()):
            pass  # each question is a process, and takes its time


@dataclass(slots=True)
class Sentinel:
    """One is enough here: who watches the watchmen is not our question."""

    folder: Path
    port: int
    primary: int
    process: Process | None = None

    async def start(self) -> None:
        """Start it; it knows the primary and has found the replica."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "sentinel.conf"
        config.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
            f"sentinel monitor {MASTER} 127.0.0.1 {self.primary} 1\n"
            f"sentinel down-after-milliseconds {MASTER} {DOWN_AFTER}\n"
            f"sentinel failover-timeout {MASTER} 5000\n",
            encoding="utf-8",
        )
        self.process = await _started("redis-sentinel", str(config))
        await until_answered(self.port, f"SENTINEL MASTER {MASTER}", "num-slaves\n1")

    async def end(self) -> None:
        """Stop it."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    async def primary_port(self) -> int:
        """Where the primary is said to be."""
        said = await ask(self.port, "SENTINEL", "get-master-addr-by-name", MASTER)
        return int(said.split("\n")[-1]) if said else 0


@dataclass(slots=True)
class Pair:
    """A primary, its replica and the sentinel, as one thing that is started and stopped."""

    servers: tuple[Redis, Redis]
    sentinel: Sentinel
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever does something to a server."""

    async def __aenter__(self) -> Self:
        try:
            for each in self.servers:
                await each.start()
            await until_answered(self.servers[0].port, "INFO replication", "state=online")
            await self.sentinel.start()
        except BaseException:
            await self.end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    async def end(self) -> None:
        """Stop all three."""
        await self.sentinel.end()
        for each in self.servers:
            await each.end(signal.SIGKILL)

    async def primary(self) -> Redis:
        """Who the sentinel says it is."""
        port = await self.sentinel.primary_port()
        return next((each for each in self.servers if each.announced == port), self.servers[0])
