"""A server under load for some minutes: does anything grow?

    make soak MINUTES=10

The chat with its example handlers and SQLite, in a process of its own; in another one 108 clients that join and leave
rooms, post, listen, drop their connections and come back with their positions; six of them never read what a loud room
sends. Each second the server's memory, file descriptors and tasks are looked at. Exit code 1 when after the warm-up
(the first fifth) one of them grows by more than a twentieth, or a message came out of order.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from record import RESULTS, Row, write
from soak.figures import Sample, growth, plot

HERE: Final = Path(__file__).parent
GROWS: Final = 0.05
FIGURES: Final = (
    ("resident", "resident memory, MiB"),
    ("fds", "file descriptors"),
    ("tasks", "asyncio tasks"),
    ("connections", "connections"),
    ("rooms", "rooms with members"),
)
SLACK: Final = {"resident": 0.0, "fds": 4.0, "tasks": 4.0}
"""What counts as noise, beside a twentieth: who is between two connections."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def look(pid: int, port: int, began: float) -> Sample:
    """How it is now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/held", timeout=20) as answer:
        held = json.load(answer)
    fds = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Sample(round(time.monotonic() - began, 1), pages * _PAGE / 2**20, fds, **held)


async def soak(minutes: float) -> tuple[list[Sample], Counter[str]]:
    """Samples of the server, and what the clients saw."""
    with tempfile.TemporaryDirectory() as folder:
        server = await _python("served.py", f"{folder}/soak.db")
        try:
            assert server.stdout is not None
            port = int(await asyncio.wait_for(server.stdout.readline(), 60))
            load = await _python("load.py", str(port), str(minutes * 60))
            samples = await _watched(server.pid, port, load)
            told, _ = await load.communicate()
            return samples, Counter(json.loads(told))
        finally:
            server.terminate()
            await server.wait()


async def _watched(pid: int, port: int, load: Process) -> list[Sample]:
    began, samples = time.monotonic(), list[Sample]()
    while load.returncode is None:
        samples.append(await asyncio.to_thread(look, pid, port, began))
        if len(samples) % 60 == 0:
            print(samples[-1], file=sys.stderr, flush=True)
        await asyncio.sleep(1)
    return samples


async def _python(program: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, str(HERE / program), *arguments, stdout=PIPE)


def rows(samples: Sequence[Sample], counts: Counter[str]) -> list[Row]:
    """For the table."""
    made = []
    for name, title in FIGURES[:3]:
        median, rise = growth(samples, name)
        most = max(GROWS * median, SLACK[name])
        made.append(Row(title, "median after the warm-up", median, ""))
        made.append(Row(title, "growth until the end", rise, "", goal=f"at most {most:.1f}", met=rise <= most))
    for what, count in sorted(counts.items()):
        wrong = what == "out of order"
        made.append(Row("messages", what, count, "", goal="0" if wrong else "", met=False if wrong else None))
    return made


def main() -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m soak", description="Does anything grow under load?")
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    samples, counts = asyncio.run(soak(given.minutes))
    made = rows(samples, counts)
    said: dict[str, Any] = {"minutes": given.minutes, "samples": [asdict(each) for each in samples]}
    write("soak", made, ["msgspec", "websockets"], figures=f"{given.minutes:g} minutes, a sample each second")
    (RESULTS / "soak-samples.json").write_text(json.dumps(said) + "\n", encoding="utf-8")
    (RESULTS / "soak.svg").write_text(plot(samples, FIGURES), encoding="utf-8")
    return 0 if all(row.met is not False for row in made) else 1


if __name__ == "__main__":
    sys.exit(main())
