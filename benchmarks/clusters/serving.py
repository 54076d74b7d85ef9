"""Clusters under test: nodes of one kind on the first processor, and a Redis beside the load on the second."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redis_server import RedisServer, redis_server
from runtime import building
from runtime.servers import OURS, PYTHON_SOCKETIO, SOCKETIO, Command, Server, ours, pinned, started, uvicorn

PUBSUB: Final = "Socket.IO, redis-adapter"
STREAMS: Final = "Socket.IO, streams adapter"
MANAGER: Final = "python-socketio, AsyncRedisManager"


def _ours(url: str) -> Command:
    store = f"{url}?prefix=b{time.monotonic_ns()}"
    return lambda port: [*ours(port), "--store", store]


def _socketio(kind: str) -> Callable[[str], Command]:
    program = str(building.PEERS / "clustered.mjs")
    return lambda url: lambda port: [building.node(), program, kind, str(port), url]


def _python_socketio(url: str) -> Command:
    serve = uvicorn("clustered:sio")
    return lambda port: ["env", f"REDIS_URL={url}", *serve(port)]


_KINDS: Final[dict[str, tuple[str, Callable[[str], Command]]]] = {
    OURS: (OURS, _ours),
    PUBSUB: (SOCKETIO, _socketio("pubsub")),
    STREAMS: (SOCKETIO, _socketio("streams")),
    MANAGER: (PYTHON_SOCKETIO, _python_socketio),
}
EVERYBODY: Final = tuple(_KINDS)


@dataclass(frozen=True, slots=True)
class Redis:
    """One that keeps nothing on disk."""

    server: RedisServer
    pid: int

    @property
    def url(self) -> str:
        """Where it is."""
        return self.server.url

    def busy(self) -> float:
        """Seconds of processor time of its main thread, which does all the work."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9

    def info(self, section: str) -> dict[str, str]:
        """What it says of itself."""
        lines = self.server.ask("INFO", section).decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    """A Redis beside the load, as it should have a core or a machine of its own, while the block runs."""
    with redis_server(folder) as server:
        found = Redis(server, 0)
        found = Redis(server, int(found.info("server")["process_id"]))
        if pinned(1):
            os.sched_setaffinity(found.pid, {1})
        yield found


@contextmanager
def cluster(name: str, redis: Redis, nodes: int = 2) -> Iterator[Server]:
    """Nodes of one kind around a Redis, on the first processor, while the block runs.

    Raises:
        RuntimeError: One does not begin to listen.
    """
    speaks, kind = _KINDS[name]
    with started(name, speaks, kind(redis.url), nodes) as found:
        yield found
