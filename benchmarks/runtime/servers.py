"""The servers under test: how each is started, alone on the first processor, and ended."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runtime import building

Command = Callable[[int], list[str]]

OURS: Final = "rtgen"
FLOOR: Final = "C floor"
WEBSOCKETS: Final = "websockets"
FASTAPI: Final = "FastAPI"
PYTHON_SOCKETIO: Final = "python-socketio"
WS: Final = "Node ws"
SOCKETIO: Final = "Socket.IO"
UWS: Final = "uWebSockets"

_PATIENCE: Final = 20.0
"""Seconds in which a server begins to listen."""


def pinned(core: int) -> list[str]:
    """Runs a command on one processor, where there are several and the system can say so."""
    can = shutil.which("taskset") and (os.cpu_count() or 1) > 1
    return ["taskset", "-c", str(core)] if can else []


def ours(port: int) -> list[str]:
    """The generated server."""
    options = ["--metrics", "--jwt-secret-file", str(building.SECRET), "--log-level", "warning"]
    return [sys.executable, "-m", "bench", "--port", str(port), "--handlers", str(building.HERE / "handlers"), *options]


def uvicorn(app: str) -> Command:
    """An ASGI application as fast as it can be set: uvloop, no compression, no access log, no keepalive."""
    options = "--host 127.0.0.1 --backlog 4096 --loop uvloop --log-level error --no-access-log"
    sockets = "--ws websockets-sansio --ws-per-message-deflate false --ws-ping-interval 60"
    fixed = [str(building.PEERS_PYTHON), "-m", "uvicorn", app, *options.split(), *sockets.split()]
    return lambda port: [*fixed, "--port", str(port)]


def _node(kind: str, *, old: bool = False) -> Command:
    return lambda port: [building.node(old=old), str(building.PEERS / "servers.mjs"), kind, str(port)]


_COMMANDS: Final[dict[str, Command]] = {
    OURS: ours,
    FLOOR: lambda port: [str(building.PLACE / "floor"), str(port)],
    WEBSOCKETS: lambda port: [
        str(building.PEERS_PYTHON),
        str(building.PEERS / "served_by_websockets.py"),
        str(port),
    ],
    FASTAPI: uvicorn("asgi_apps:fast"),
    PYTHON_SOCKETIO: uvicorn("asgi_apps:sio"),
    WS: _node("ws"),
    SOCKETIO: _node("socketio"),
    UWS: _node("uws", old=True),
}
EVERYBODY: Final = tuple(_COMMANDS)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens, of one or more processes, each with a port of its own; `speaks` as who of `EVERYBODY`."""

    name: str
    ports: tuple[int, ...]
    pids: tuple[int, ...]
    speaks: str


@contextmanager
def running(name: str, processes: int = 1) -> Iterator[Server]:
    """A server while the block runs.

    Raises:
        RuntimeError: It does not begin to listen.
    """
    with started(name, name, _COMMANDS[name], processes) as server:
        yield server


@contextmanager
def started(name: str, speaks: str, command: Command, processes: int = 1) -> Iterator[Server]:
    """Any server while the block runs.

    Raises:
        RuntimeError: It does not begin to listen.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(building.OURS), str(building.PEERS)])}
    ports = tuple(_free_port() for _ in range(processes))
    found = [
        subprocess.Popen(
            [*pinned(0), *command(port)],
            env=environment,
            cwd=building.PLACE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if "BENCH_SHOW" not in os.environ else None,
        )
        for port in ports
    ]
    try:
        for process, port in zip(found, ports, strict=True):
            _await_port(name, process, port)
        yield Server(name, ports, tuple(each.pid for each in found), speaks)
    finally:
        for process in found:
            _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_port(name: str, process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            time.sleep(0.3)
            return
        time.sleep(0.05)
    raise RuntimeError(f"{name} does not listen (BENCH_SHOW=1 shows what it says)")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """By force: with 20,000 connections an orderly end is a measurement of its own."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
