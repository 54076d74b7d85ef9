"""The collab example with 5,000 people on real sockets: how late edits and cursors arrive.

The shapes: a hundred documents of fifty people, in each of which somebody edits once a second; and one document of
five thousand, in which one or ten people move their cursors twenty times a second and somebody edits twice a second.
The server is one process, `python -m collab` as it is deployed (uvloop, the native transport, tokens, metrics), and has
the first processor; the clients are one process in C (`collab_load/load.c`), built here with `cc`, on the second.

Latency is from the moment at which something was due to be sent to its arrival at each receiver. It contains what the
contract holds back: an event goes at once after a quiet time, else up to 50 ms later (edits) or 100 ms (cursors). Of a
cursor that moves on, only the newest place is sent, which is as old as the sender's rhythm, 50 ms, at most.
"""

import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import record
from editor.tokens import Tokens
from runtime.servers import pinned

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PEOPLE = 5_000
GOAL_MS = 100
PATIENCE = 20.0
"""Seconds in which the server begins to listen."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is measured: edits are of all documents together, a second; `movers` move 20 times a second each."""

    name: str
    documents: int
    edits: int
    movers: int


SHAPES = (
    Shape("100 documents of 50 people", 100, 100, 0),
    Shape("one document of 5,000 people, one moves", 1, 2, 1),
    Shape("one document of 5,000 people, ten move", 1, 2, 10),
)


def openers(shape: Shape, tokens: Tokens, people: int) -> str:
    """A line for each connection: how it greets, how it joins, its address. Neighbours are in different documents."""
    addresses = [f"documents/{uuid.UUID(int=number)}" for number in range(shape.documents)]
    lines = []
    for number in range(people):
        address = addresses[number % shape.documents]
        hello = {
            "contract": "collab",
            "version": "1.0.0",
            "hash": "",
            "client": f"load-{number}",
            "token": tokens.sign(f"P{number}"),
            "capabilities": [],
        }
        lines.append("\t".join([json.dumps(["$hello", hello]), json.dumps(["$join", 1, address, {}]), address]))
    return "\n".join(lines) + "\n"


@contextmanager
def serving(folder: Path, secret: str) -> Iterator[tuple[int, int]]:
    """The port and the process of a server of its own, while the block runs.

    Raises:
        SystemExit: It does not begin to listen.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    key = folder / "secret"
    key.write_text(secret, encoding="ascii")
    paths = [ROOT / "generated/shared/python", ROOT / "examples/collab"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    options = ["--handlers", str(HERE / "collab_load/crowd"), "--jwt-secret-file", str(key), "--metrics"]
    command = [*pinned(0), sys.executable, "-m", "collab", "--port", str(port), *options, "--log-level", "warning"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + PATIENCE
            while not listens(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit("the server does not listen")
                time.sleep(0.05)
            yield port, server.pid
        finally:
            server.kill()


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def measured(shape: Shape, program: Path, folder: Path, seconds: int, people: int) -> dict[str, Any]:
    """One run against a server of its own."""
    secret = secrets.token_hex(32)
    file = folder / "openers.tsv"
    file.write_text(openers(shape, Tokens(secret.encode()), people), encoding="utf-8")
    with serving(folder, secret) as (port, pid):
        load = [str(program), str(port), str(seconds), str(file), str(shape.edits), str(shape.movers), str(pid)]
        done = subprocess.run([*pinned(1), *load], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"the load failed: {done.stderr}")
        found: dict[str, Any] = json.loads(done.stdout)
        found["said"] = done.stderr.strip()
        found["load"] = os.getloadavg()[0]
        return found


def rows_of(shape: Shape, runs: list[dict[str, Any]], seconds: int, people: int) -> list[record.Row]:
    """The run with the least lateness of each kind, since others use the machine; all runs are named beside it."""
    rows = []
    for kind in ("edits", "cursors"):
        tried = [run for run in runs if run[kind]["received"]]
        if not tried:
            continue
        best = min(tried, key=lambda run: float(run[kind]["p99"]))
        figures = best[kind]
        p99s = ", ".join(f"{run[kind]['p99']:.0f}" for run in tried)
        loads = ", ".join(f"{run['load']:.1f}" for run in tried)
        sent, received = figures["sent"] / seconds, figures["received"] / seconds
        work = f"{shape.name}: {kind}, {sent:.0f} sent/s, {received:,.0f} received/s"
        if kind == "cursors":
            work += f", {best['groups'] / seconds / people:.1f} arrivals/s at each"
        every = f"; p99 of all runs {p99s}; load average {loads}; server {best['busy']:.0%} of a core"
        rows += [
            record.Row(work, "p50", figures["p50"], "ms"),
            record.Row(
                work + every,
                "p99",
                figures["p99"],
                "ms",
                goal=f"< {GOAL_MS} ms",
                met=figures["p99"] < GOAL_MS,
            ),
        ]
    return rows


def main() -> None:
    """Measure, and write `results/collab`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--conditions", default="", help="what a reader should know of the machine meanwhile")
    options = parser.parse_args()
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("this needs a C compiler, `cc`")
    found: dict[str, list[dict[str, Any]]] = {shape.name: [] for shape in SHAPES}
    with tempfile.TemporaryDirectory() as name:
        program = Path(name) / "load"
        subprocess.run([compiler, "-O2", "-o", str(program), str(HERE / "collab_load/load.c")], check=True)
        for _ in range(options.rounds):
            for shape in SHAPES:
                run = measured(shape, program, Path(name), options.seconds, options.people)
                print(shape.name, json.dumps(run), flush=True)
                found[shape.name].append(run)
    rows = [row for shape in SHAPES for row in rows_of(shape, found[shape.name], options.seconds, options.people)]
    record.write("collab", rows, ["msgspec", "uvloop"], figures=f"{options.conditions}The run with the least p99")


if __name__ == "__main__":
    main()
