"""One measurement: what the load generator is told for each kind of server, and what it found."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from runtime import building
from runtime.servers import OURS, PYTHON_SOCKETIO, SOCKETIO, Server, pinned

Found = dict[str, Any]
"""What `load` prints: rates, quantiles in microseconds, processor time, memory."""

_ID: Final = "7f3b2c1a-1111-4222-a333-444455556666"
_AUTHOR: Final = {"id": "11112222-3333-4444-a555-666677778888", "name": "Ada Lovelace"}
_TIME: Final = "ts=0000000000000000"
_REF: Final = 1_000_000_000
BYTES: Final = 400

_HELLO: Final = (
    '["$hello",{"contract":"bench","version":"1.0.0","hash":"","client":"load-%ID","token":"%TOKEN","capabilities":[]}]'
)
_JOIN: Final = '["$join",1,"hall"]'


@dataclass(frozen=True, slots=True)
class Load:
    """`members` hear one publisher, or `clients` ask and are answered; `options` are those of `load`."""

    subscribers: bool
    connections: int
    options: tuple[str, ...]
    processes: int = 1


def measured(server: Server, load: Load, seconds: float, warm: float) -> Found:
    """Run the load against a server.

    Raises:
        RuntimeError: It said something else than figures, or not all connections came to be.
    """
    command = [
        *pinned(1),
        str(building.PLACE / "load"),
        *("-m", "sub" if load.subscribers else "echo"),
        *("-p", ",".join(map(str, server.ports)), "-k", ",".join(map(str, server.pids))),
        *("-n", str(load.connections), "-P", str(load.processes)),
        *("-w", str(warm), "-d", str(seconds)),
        *load.options,
        *_spoken(server.speaks, subscribers=load.subscribers),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    try:
        found: Found = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"{server.name}: {done.stderr[-500:] or done.stdout[-500:]}") from None
    if found["ready"] < load.connections or found["closed"]:
        raise RuntimeError(f"{server.name}: {found['ready']} of {load.connections} ready, {found['closed']} closed")
    return found


def _spoken(name: str, *, subscribers: bool) -> list[str]:
    if name == OURS:
        said = _written("say" if subscribers else "echo", f'["hall.{"say" if subscribers else "echo"}",', "]")
        opening = ["-o", _HELLO, "-o", _JOIN, "-S", "2", "-j", "-t", str(building.TOKENS)]
        return ["-f", said, "-u", "/", "-U", "/", "-s", "rtgen.v1.json", *opening]
    if name in {SOCKETIO, PYTHON_SOCKETIO}:
        url = "/socket.io/?EIO=4&transport=websocket"
        addressed = ["-u", url, "-U", url, "-o", "40"]
        if subscribers:
            return [*addressed, "-S", "3", "-o", '42["sub",1]', "-f", _written("pub", '42["pub",', "]")]
        return [*addressed, "-S", "2", "-f", _written("ack", f'42{_REF}["echo",', "]")]
    said = _written("plain", "", "")
    return ["-u", "/sub" if subscribers else "/echo", "-f", said]


def _written(name: str, before: str, after: str) -> str:
    """A file with a message of `BYTES` bytes: the same chat message for everybody, behind what its protocol wants."""
    if before.startswith('["hall'):
        ref = 0 if "say" in before else _REF
        before = f'{before}{ref},"hall",'
    path: Path = building.PLACE / f"{name}.message"
    path.write_text(message(before, after), encoding="ascii")
    return str(path)


def message(before: str, after: str) -> str:
    """`BYTES` bytes: a chat message between these two."""
    values = {"id": _ID, "body": _TIME, "tags": ["user-0001"], "sentAt": "2026-03-04T05:06:07.891Z"}
    text = before + json.dumps({**values, "author": _AUTHOR}, separators=(",", ":")) + after
    return text.replace(_TIME, _TIME + " " + "x" * (BYTES - 1 - len(text)))
