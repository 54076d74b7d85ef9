"""What one connection costs, stage by stage: bytes that it keeps, microseconds to get there.

Bytes are those that CPython gave out (tracemalloc), in this process and without sockets; what an event loop and the
operating system keep for a socket comes on top, as `transports.py` measures from outside. Microseconds are processor
time of the real protocol objects of the native transport on a transport that takes everything, without the kernel's
part; the least of all rounds, since others use the machine.
"""

import argparse
import asyncio
import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import jwt
import record
from rtgen_runtime import Settings
from rtgen_runtime.app import App, Mount
from rtgen_runtime.jwt import JwtAuth, secret_key
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.native.listener import Listener
from rtgen_runtime.transports.native.opening import Opening
from transport_server import CONTRACT, SECRET, Hall
from transports import HEAD, frame

STAGES: Final = ("handshake", "hello, JWT, welcome", "join")
JOIN: Final = frame(b'["$join",1,"hall"]')
AT_ONCE: Final = 50
"""Clients between two looks at what has come of them."""
TURNS: Final = 8


class Transport:
    """A socket that takes everything at once; `protocol` is whom it would tell what has come."""

    __slots__ = ("protocol",)

    def __init__(self) -> None:
        self.protocol: Any = None

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        """An address."""
        return ("127.0.0.1", 1)

    def set_protocol(self, protocol: object) -> None:
        """The handshake is through."""
        self.protocol = protocol

    def set_write_buffer_limits(self, _high: int, _low: int) -> None:
        """Nothing is ever buffered."""

    def get_write_buffer_size(self) -> int:
        """Nothing."""
        return 0

    def write(self, _data: bytes) -> None:
        """Taken."""

    def close(self) -> None:
        """Not in this benchmark."""

    abort = close


def _slowly() -> float:
    """A clock on which nobody is late, however slow tracing makes it all."""
    return time.monotonic() / 1000


class Clients:
    """So many clients of a server of their own, each with a token of its own."""

    def __init__(self, count: int) -> None:
        auth = JwtAuth(secret_key(SECRET), issuer=None, audience=None)
        mounts = (Mount(Hall(), MemberScope),)
        settings = Settings(metrics=True, accept_rate=None, join_rate=None)
        self.app = App(CONTRACT, mounts, auth=auth, settings=settings, clock=_slowly)
        self._listener = Listener(self.app, None, 5.0, 1 << 20, HalfOpen(None))
        self._hellos = [_hello(number) for number in range(count)]
        self.transports = [Transport() for _ in range(count)]

    async def reach(self, stage: str) -> None:
        """All of them come to a stage, from the one before it."""
        step = {STAGES[0]: self._shake, STAGES[1]: self._greet, STAGES[2]: self._join}[stage]
        for first in range(0, len(self.transports), AT_ONCE):
            for number in range(first, min(first + AT_ONCE, len(self.transports))):
                step(number)
            await self._settled()

    async def _settled(self) -> None:
        """Work that waits for nothing from outside is done after some turns of the loop."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def _shake(self, number: int) -> None:
        opening = Opening(self._listener)
        opening.connection_made(self.transports[number])  # type: ignore[arg-type]  # as far as it is used
        opening.data_received(bytes(HEAD))

    def _greet(self, number: int) -> None:
        self.transports[number].protocol.data_received(self._hellos[number])

    def _join(self, number: int) -> None:
        self.transports[number].protocol.data_received(JOIN)


def _hello(number: int) -> bytes:
    token = jwt.encode({"sub": f"user{number}", "exp": int(time.time()) + 3600}, SECRET, "HS256")
    told = {"contract": "bench", "version": "1.0.0", "client": f"c{number}", "token": token}
    return frame(json.dumps(["$hello", told]).encode())


async def measure(count: int, gauge: Callable[[], float]) -> dict[str, float]:
    """How much the gauge has moved for each connection, stage by stage."""
    clients = Clients(count)
    found: dict[str, float] = {}
    for stage in STAGES:
        gc.collect()
        before = gauge()
        await clients.reach(stage)
        gc.collect()
        found[stage] = (gauge() - before) / count
    assert clients.app.hub.count("hall") == count
    await clients.app.stop()
    return found


def bytes_kept(count: int) -> dict[str, float]:
    """Bytes a connection."""
    tracemalloc.start()
    try:
        return asyncio.run(measure(count, lambda: tracemalloc.get_traced_memory()[0]))
    finally:
        tracemalloc.stop()


def microseconds(count: int) -> dict[str, float]:
    """Processor time a connection; collections of garbage are switched off, since the gauge runs over them."""
    gc.freeze()
    gc.disable()
    return asyncio.run(measure(count, lambda: time.process_time() * 1e6))


def main() -> None:
    """Measure, and write `results/connections`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    bytes_kept(100)  # what is made once
    kept = bytes_kept(given.count)
    rounds = [microseconds(given.count // 10) for _ in range(given.rounds)]
    spent = {stage: min(each[stage] for each in rounds) for stage in STAGES}
    rows = [record.Row(f"memory: {stage}", "native transport", kept[stage], "bytes") for stage in STAGES]
    rows.append(record.Row("memory: all", "native transport, without a socket", sum(kept.values()), "bytes"))
    rows += [record.Row(f"accepting: {stage}", "native transport", spent[stage], "µs") for stage in STAGES]
    rows.append(record.Row("accepting: all", "native transport, without the kernel", sum(spent.values()), "µs"))
    record.write("connections", rows, ["msgspec", "pyjwt"], figures="Bytes; the least of all rounds for times")


if __name__ == "__main__":
    main()
