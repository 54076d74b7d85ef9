"""One worker beside two: fan-out, requests, and what a message costs on its way from one worker to the other.

The load is made here, by plain sockets and epoll, so on two cores two workers never have both. What a server spends is
therefore processor time, summed over all its processes; how much passes in a second says less.
"""

import argparse
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import record

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "workers"), str(ROOT / "templates" / "python" / "runtime")]
import crew  # noqa: E402

TEXT = "x" * 330
MASK = b"\x00\x00\x00\x00"
HEAD = (
    b"GET / HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: rtgen.v1.json\r\n\r\n"
)
MEMBERS = 100
WAVES = 400
REQUESTS = 2000


def framed(text: str) -> bytes:
    """A text frame of a client."""
    data = text.encode()
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + size + MASK + data


class Server:
    """All processes of one server."""

    def __init__(self, code: Path, count: int) -> None:
        options = ["--workers", str(count), "--port", "0", "--log-level", "error", "--handlers", str(code / "handlers")]
        path = os.pathsep.join([str(code), str(ROOT / "templates" / "python" / "runtime")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crew", *options],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    def busy(self) -> float:
        """Seconds of processor time of the server, its workers included."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return sum(map(_busy, [str(pid), *children]))


def _busy(process: str) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Peer:
    """One connection that has joined; `worker` is the process that serves it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hello = framed('["$hello",{"contract":"crew","version":"1.0.0","hash":"","client":""}]')
        self.socket.sendall(HEAD)
        self.wait(b"\r\n\r\n")
        self.socket.sendall(hello + framed('["$join",1,"rooms/a"]'))
        self.wait(b'"$joined"')
        self.socket.sendall(framed('["room.act",2,"rooms/a",{"what":"who"}]'))
        found = re.search(rb'"process":(\d+)', self.wait(b'"process"', b"}"))
        assert found is not None
        self.worker = int(found[1])

    def wait(self, *marks: bytes) -> bytes:
        """Read until all marks are there."""
        data = b""
        while not all(each in data for each in marks):
            data += self.socket.recv(1 << 16)
        return data


@contextmanager
def serving(code: Path, count: int, members: int) -> Iterator[tuple[Server, list[Peer]]]:
    """A server, and members at each of its workers, evenly."""
    server = Server(code, count)
    with ExitStack() as stack:
        stack.callback(server.process.wait)
        stack.callback(server.process.kill)
        peers: dict[int, list[Peer]] = {}
        while len(peers) < count or min(map(len, peers.values())) < members // count:
            peer = Peer(server.port)
            kept = peers.setdefault(peer.worker, [])
            if len(kept) < members // count:
                kept.append(peer)
                stack.callback(peer.socket.close)
            else:
                peer.socket.close()
        yield server, [peer for kept in peers.values() for peer in kept]


def counted(peers: list[Peer], mark: bytes, wanted: int) -> None:
    """Read until a mark has come so often, over all."""
    with selectors.DefaultSelector() as selector:
        for peer in peers:
            selector.register(peer.socket, selectors.EVENT_READ)
        seen = 0
        while seen < wanted:
            for key, _ in selector.select(30):
                read: socket.socket = key.fileobj  # type: ignore[assignment]
                data = read.recv(1 << 18)
                seen += data.count(mark)


def fan_out(server: Server, peers: list[Peer]) -> tuple[float, float]:
    """Deliveries a second, and microseconds of processor time for each."""
    wave = framed(f'["room.wave",0,"rooms/a",{{"text":"~{TEXT}"}}]')
    busy, began = server.busy(), time.perf_counter()
    for _ in range(WAVES // 20):
        peers[0].socket.sendall(wave * 20)
        counted(peers[1:], b'"~x', 20 * (len(peers) - 1))
    took = time.perf_counter() - began
    deliveries = WAVES * (len(peers) - 1)
    return deliveries / took, (server.busy() - busy) / deliveries * 1e6


def requests(server: Server, peers: list[Peer]) -> tuple[float, float]:
    """Requests a second that change nothing that is kept, 20 at a time, and microseconds for each."""
    some = [*peers[:10], *peers[-10:]]
    busy, began = server.busy(), time.perf_counter()
    for number in range(REQUESTS // len(some)):
        for peer in some:
            peer.socket.sendall(framed(f'["room.seen",{number + 10},"rooms/a",{{"text":"{TEXT}"}}]'))
        counted(some, b'"$reply"', len(some))
    took = time.perf_counter() - began
    return REQUESTS / took, (server.busy() - busy) / REQUESTS * 1e6


def latency(near: Peer, far: Peer) -> float:
    """Microseconds from a wave to its one receiver: the median."""
    wave, found = framed(f'["room.wave",0,"rooms/a",{{"text":"~{TEXT}"}}]'), []
    for _ in range(1500):
        began = time.perf_counter()
        near.socket.sendall(wave)
        far.wait(b'"~x', b"}]")
        found.append((time.perf_counter() - began) * 1e6)
    return statistics.median(found)


def measured(code: Path, count: int) -> dict[str, float]:
    """One round."""
    found: dict[str, float] = {}
    with serving(code, count, MEMBERS) as (server, peers):
        found["deliveries"], found["delivery"] = fan_out(server, peers)
        found["requests"], found["request"] = requests(server, peers)
    with serving(code, count, 2) as (server, (near, far)):
        busy = server.busy()
        found["latency"] = latency(near, far)
        found["wave"] = (server.busy() - busy) / 1500 * 1e6
    return found


ROWS = [
    ("deliveries", f"fan-out to {MEMBERS}", "deliveries/s"),
    ("delivery", f"fan-out to {MEMBERS}, processor time a delivery", "µs"),
    ("requests", "requests with a reply", "requests/s"),
    ("request", "requests with a reply, processor time each", "µs"),
    ("latency", "one wave to one member, round trip of the load included", "µs"),
    ("wave", "one wave to one member, processor time of all processes", "µs"),
]


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crew.generate(Path(folder))
        for _ in range(given.rounds):
            for count, found in rounds.items():
                found.append(measured(Path(folder), count))
    rows = []
    for name, work, unit in ROWS:
        one, two = (statistics.median(each[name] for each in rounds[count]) for count in (1, 2))
        rows.append(record.Row(work, "1 worker", one, unit))
        rows.append(record.Row(work, "2 workers", two, unit, "1 worker", two / one))
    one, two = (min(each["latency"] for each in rounds[count]) for count in (1, 2))
    rows.append(record.Row("from one worker to the other, best round", "bus", two - one, "µs more"))
    record.write("workers", rows, ["uvloop", "msgspec"])


if __name__ == "__main__":
    main()
