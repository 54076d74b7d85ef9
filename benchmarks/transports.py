"""The native transport beside `websockets`, in the whole runtime: tokens, validation, metrics; on both event loops.

The load is made here, by plain sockets and epoll, on one core; each server has another. What a server spends is its
processor time: others use the machine, too.
"""

import argparse
import os
import select
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import jwt
import record
from transport_server import SECRET

HERE = Path(__file__).resolve().parent
TEXT = "x" * 360
"""So that a frame has some 400 bytes."""
SERVERS = [(transport, loop) for loop in ("auto", "asyncio") for transport in ("native", "websockets")]
SECONDS = 1.5
MASK = b"\x00\x00\x00\x00"
HEAD = (
    b"GET / HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: rtgen.v1.json\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\nAccept-Language: en-GB,en;q=0.9\r\n\r\n"
)
TOGETHER = 64
"""Members that come at once."""
PAUSE = 0.0004
"""Seconds for each of them in which a server can do what it was asked."""
WAVE = f'["hall.wave",0,"hall",{{"text":"{TEXT}"}}]'.encode()
ECHO = f'["hall.echo",REF,"hall",{{"text":"{TEXT}"}}]'.encode()
HEARD = f'"text":"{TEXT}"'.encode()
"""What is once in each frame that is counted."""


class Server:
    """A server process."""

    def __init__(self, transport: str, loop: str) -> None:
        pin = ["taskset", "-c", "0"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
        self.process = subprocess.Popen(
            [*pin, sys.executable, str(HERE / "transport_server.py"), transport, loop],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.proc = Path(f"/proc/{self.process.pid}")

    def busy(self) -> float:
        """Seconds of processor time that it has used."""
        fields = (self.proc / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Bytes of memory that it holds, after a collection."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        return int((self.proc / "statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(transport: str, loop: str) -> Iterator[Server]:
    """A server while the block runs."""
    server = Server(transport, loop)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
        for pipe in (server.process.stdin, server.process.stdout):
            assert pipe is not None
            pipe.close()


def frame(data: bytes) -> bytes:
    """A text frame whose mask changes nothing."""
    size = len(data)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + MASK + data


def join(port: int, number: int) -> socket.socket:
    """One member."""
    return crowd(port, range(number, number + 1))[0]


def crowd(port: int, numbers: Sequence[int]) -> list[socket.socket]:
    """Members that come together. Nobody waits in `recv` meanwhile: a server would pay for waking them up, too."""
    tokens = [jwt.encode({"sub": f"user{each}", "exp": int(time.time()) + 3600}, SECRET, "HS256") for each in numbers]
    members = [socket.create_connection(("127.0.0.1", port)) for _ in numbers]
    for made in members:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.sendall(HEAD)
    time.sleep(PAUSE * len(numbers))
    for made, number, token in zip(members, numbers, tokens, strict=True):
        _read_until(made, b"\r\n\r\n")
        hello = f'["$hello",{{"contract":"bench","version":"1.0.0","hash":"","client":"c{number}","token":"{token}"}}]'
        made.sendall(frame(hello.encode()) + frame(b'["$join",1,"hall"]'))
    time.sleep(PAUSE * len(numbers))
    for made in members:
        _read_until(made, b"$joined")
    return members


def _read_until(made: socket.socket, words: bytes) -> None:
    got = b""
    while words not in got:
        more = made.recv(65_536)
        if not more:
            raise RuntimeError(f"the server closed: {got[-200:]!r}")
        got += more


def idle(server: Server, count: int) -> dict[str, float]:
    """Bytes and microseconds for each connection that is authenticated, joined and idle."""
    kept = [join(server.port, number) for number in range(100)]
    before, began = server.resident(), server.busy()
    for first in range(100, 100 + count, TOGETHER):
        kept += crowd(server.port, range(first, min(first + TOGETHER, 100 + count)))
    spent = server.busy() - began
    time.sleep(0.5)
    found = {"bytes": (server.resident() - before) / count, "connect": spent / count * 1e6}
    _close(kept)
    return found


def fan_out(server: Server, members: int) -> dict[str, float]:
    """Microseconds of the server for each delivery, and deliveries a second, two messages under way."""
    kept = [join(server.port, number) for number in range(members)]
    speaker, sent, expected = join(server.port, members), frame(WAVE), 0
    heard = 0

    def go_on(count: int) -> None:
        nonlocal heard, expected
        heard += count
        while expected - heard < 2 * members:
            speaker.sendall(sent)
            expected += members

    found = _loaded(server, kept, go_on, HEARD)
    _close([*kept, speaker])
    return {"delivery": found["cost"], "deliveries": found["rate"]}


def requests(server: Server, clients: int) -> dict[str, float]:
    """Microseconds of the server for each validated request, and requests a second, one of each client under way."""
    kept = [join(server.port, number) for number in range(clients)]
    refs = iter(range(10, 1 << 40))

    def ask(each: socket.socket) -> None:
        each.sendall(frame(ECHO.replace(b"REF", str(next(refs)).encode())))

    for each in kept:
        ask(each)
    found = _loaded(server, kept, lambda _count: None, HEARD, again=ask)
    _close(kept)
    return {"request": found["cost"], "requests": found["rate"]}


def _loaded(
    server: Server,
    sockets: list[socket.socket],
    go_on: Callable[[int], None],
    counted: bytes,
    again: Callable[[socket.socket], None] | None = None,
) -> dict[str, float]:
    """What happens in `SECONDS`, after a moment to warm up. Frames of one size: what is cut is counted by its rest."""
    poll, by_number = select.epoll(), {each.fileno(): each for each in sockets}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    counts, done, began, spent, measured = dict.fromkeys(by_number, b""), 0, 0.0, 0.0, False
    until = time.perf_counter() + 0.5
    go_on(0)
    while True:
        for number, _ in poll.poll(0.1):
            data = counts[number] + by_number[number].recv(1 << 18)
            heard = data.count(counted)
            counts[number] = data[data.rfind(counted) + len(counted) :] if heard else data
            done += heard
            go_on(heard)
            if again is not None and heard:
                again(by_number[number])
        now = time.perf_counter()
        if now >= until:
            if measured:
                break
            measured, until, done, began, spent = True, now + SECONDS, 0, now, server.busy()
    taken = now - began
    found = {"cost": (server.busy() - spent) / max(done, 1) * 1e6, "rate": done / taken}
    poll.close()
    return found


def _close(sockets: list[socket.socket]) -> None:
    for each in sockets:
        each.close()


def main() -> None:
    """Measure, and write `results/transports` after each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=5_000, help="idle connections")
    given = parser.parse_args()
    if shutil.which("taskset") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    found: dict[tuple[str, str], dict[str, list[float]]] = {each: {} for each in SERVERS}
    measures = (partial(idle, count=given.count), partial(fan_out, members=1_000), partial(requests, clients=50))
    for _ in range(given.rounds):
        for each in SERVERS:
            for measure in measures:
                with running(*each) as server:
                    for name, value in measure(server).items():
                        found[each].setdefault(name, []).append(value)
            print(each, {name: round(values[-1], 1) for name, values in found[each].items()}, flush=True)
        report(found, given.count)


def report(found: dict[tuple[str, str], dict[str, list[float]]], count: int) -> None:
    """Medians of all rounds, the native transport over the other on the same loop."""
    works = {
        "bytes": (f"memory, {count:,} joined and idle", "bytes a connection", "≤ 4,096, ≤ 0.33"),
        "connect": ("accepting: handshake, hello, JWT, join", "µs a connection", "≤ 250"),
        "delivery": ("fan-out to 1,000, saturated", "µs a delivery", ""),
        "deliveries": ("fan-out to 1,000, saturated", "deliveries/s", ""),
        "request": ("validated request and reply, 50 clients", "µs a request", ""),
        "requests": ("validated request and reply, 50 clients", "requests/s", ""),
    }
    rows = []
    for name, (work, unit, goal) in works.items():
        for transport, loop in SERVERS:
            value = statistics.median(found[transport, loop][name])
            other = statistics.median(found["websockets", loop][name])
            where = "uvloop" if loop == "auto" else "asyncio"
            is_ours = transport == "native"
            row = record.Row(work, f"{transport}, {where}", value, unit)
            if is_ours:
                met = {"bytes": value <= 4096 and value <= 0.33 * other, "connect": value <= 250}.get(name)
                row = record.Row(
                    work, f"{transport}, {where}", value, unit, f"websockets, {where}", value / other, goal, met
                )
            rows.append(row)
    packages = ["msgspec", "websockets", "uvloop", "pyjwt"]
    record.write("transports", rows, packages, figures="Medians; processor time of the server, on a machine others use")


if __name__ == "__main__":
    main()
