"""Many Python clients in one process: what each costs in memory, beside a bare connection of the `websockets` library.

The server runs in a process of its own. Memory is what the process holds more, divided by the connections; each
measurement has a fresh process.
"""

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import record

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parent / "templates/python/runtime"
GENERATED = HERE.parent / "generated/chat/python"
WAVE = 50
"""Clients that connect at once; the backlog of a listening socket is small."""
GOAL = 64.0
"""KiB a client."""


async def serve() -> None:
    """A chat with one room that anybody may enter, until the process is ended."""
    import chat  # noqa: PLC0415 - only this process has it on its path
    from rtgen_runtime import listen  # noqa: PLC0415

    class Room(chat.RoomHandler):
        async def join(self, ctx: Any) -> None:
            return None

        async def send(self, ctx: Any, payload: Any) -> Any:
            raise NotImplementedError

        def seen(self, ctx: Any, payload: Any) -> None:
            return None

    async with listen(chat.ChatApp(room=Room())) as listening:
        print(listening.url, flush=True)
        await asyncio.Event().wait()


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def hold(kind: str, url: str, count: int) -> dict[str, float]:
    """Connect `count` of a kind; bytes for each, and how many came a second."""
    import chat  # noqa: PLC0415
    from websockets.asyncio.client import connect  # noqa: PLC0415
    from websockets.typing import Subprotocol  # noqa: PLC0415

    async def bare() -> object:
        socket = await connect(url, subprotocols=[Subprotocol("rtgen.v1.json")], compression=None, ping_interval=None)
        await socket.send(json.dumps(["$hello", {"contract": "chat", "version": "1.0.0", "hash": "", "client": ""}]))
        await socket.recv()
        return socket

    async def client() -> object:
        entered = await chat.ChatClient(url).__aenter__()
        room = await entered.room(room_id=f"room{len(kept) % 100}")
        room.posted.subscribe(lambda _received: None)
        return entered

    kept: list[object] = []
    one = {"client": client, "bare": bare}[kind]
    kept += await asyncio.gather(*(one() for _ in range(WAVE)))  # what the first ones import is not theirs
    gc.collect()
    before, began = resident(), time.perf_counter()
    while len(kept) < count + WAVE:
        kept += await asyncio.gather(*(one() for _ in range(WAVE)))
    taken = time.perf_counter() - began
    gc.collect()
    return {"bytes": (resident() - before) / count, "rate": count / taken}


def measured(kind: str, count: int) -> dict[str, float]:
    """One kind, against a server of its own."""
    environment = {**os.environ, "PYTHONPATH": f"{GENERATED}{os.pathsep}{RUNTIME}"}
    program = [sys.executable, str(Path(__file__).resolve())]
    with subprocess.Popen([*program, "--serve"], env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            asked = [*program, "--hold", kind, "--url", url, "--count", str(count)]
            done = subprocess.run(asked, env=environment, check=True, capture_output=True, text=True)
        finally:
            server.terminate()
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure, and write `results/clients`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--hold", choices=["client", "bare"])
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
    elif given.hold:
        print(json.dumps(asyncio.run(hold(given.hold, given.url, given.count))))
        os._exit(0)  # ten thousand farewells are not measured
    else:
        report(given.count)


def report(count: int) -> None:
    """Both kinds, one after the other."""
    bare, client = measured("bare", count), measured("client", count)
    work = f"{count:,} connections in one process"
    against = "a bare connection of websockets"
    size, base = client["bytes"] / 1024, bare["bytes"] / 1024
    rows = [
        record.Row(work, against, base, "KiB each"),
        record.Row(
            work, "a client in a room", size, "KiB each", against, size / base, f"≤ {GOAL:.0f} KiB", size <= GOAL
        ),
        record.Row(f"{work}, connecting", against, bare["rate"], "/s"),
        record.Row(
            f"{work}, connecting and joining",
            "a client in a room",
            client["rate"],
            "/s",
            against,
            client["rate"] / bare["rate"],
        ),
    ]
    record.write(
        "clients", rows, ["websockets", "msgspec"], figures="One run of each, on a machine that others use too"
    )


if __name__ == "__main__":
    main()
