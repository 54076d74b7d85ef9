"""What the TypeScript client of the chat weighs on a page, and what an event costs it.

    python benchmarks/client_typescript.py

Sizes are minified and gzipped, without what is imported only when it is used (`debug: true`, moving away from a
draining server). `core` is everything but the contract's checks and what they stand on; a module's share is its bytes
in the bundle, at the rate at which all of it is compressed. An event is parsed, checked and handed to one listener;
compared with `JSON.parse` of the same texts, in turns, by the quickest of 201 rounds.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from record import Row, write

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "generated" / "chat" / "typescript"
MODULES = ROOT / "tests" / "web" / "node_modules"
SCRIPT = Path(__file__).parent / "typescript" / "client.mjs"
CORE_GOAL = 8 * 1024
EVENT_GOAL = 1.6
SHOWN = 100
"""Bytes from which a module has a row of its own."""


def figures() -> Any:
    """Bundle, weigh and measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "client"
        shutil.copytree(CLIENT, folder)
        command = [shutil.which("node") or "node", str(SCRIPT), str(folder), str(MODULES)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)


def rows(found: Any) -> Iterator[Row]:
    """Sizes, then times."""
    sizes, times = found["sizes"], found["times"]
    yield Row("client of the chat, gzip", "page: core, checks and typed API", sizes["page"], "B")
    met = sizes["core"] <= CORE_GOAL
    yield Row("client of the chat, gzip", "core", sizes["core"], "B", goal=f"≤ {CORE_GOAL} B", met=met)
    yield Row("client of the chat, gzip", "checks", sizes["page"] - sizes["core"], "B")
    for module, share in sizes["modules"].items():
        if share >= SHOWN:
            yield Row("of the core", module, share, "B")
    yield Row("of the core", "all others", sum(each for each in sizes["modules"].values() if each < SHOWN), "B")
    ratio = times["receive"] / times["parse"]
    yield Row("an event, received", "JSON.parse", times["parse"], "ns")
    goal, met = f"≤ {EVENT_GOAL}", ratio <= EVENT_GOAL
    yield Row("an event, received", "parse, check, dispatch", times["receive"], "ns", "JSON.parse", ratio, goal, met)


if __name__ == "__main__":
    results = figures()
    write("client_typescript", list(rows(results)), [], results["versions"], figures="The quickest of 201 rounds")
