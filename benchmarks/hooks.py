"""What the hooks weigh on a page: each framework's adapter and the chat's own hooks, framework and client left out.

    python benchmarks/hooks.py

Sizes are minified by esbuild and gzipped; all of a package is counted, though a page pays only for what it imports.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from record import Row, write

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "tests" / "web" / "node_modules"
SCRIPT = Path(__file__).parent / "typescript" / "hooks.mjs"
GOAL = 1536
"""Bytes of one hook package."""


def figures() -> Any:
    """Bundle and weigh."""
    command = [shutil.which("node") or "node", str(SCRIPT), str(ROOT / "generated" / "chat"), str(MODULES)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def rows(found: Any) -> Iterator[Row]:
    """A package and its hooks for the chat, by framework."""
    for framework, sizes in found["sizes"].items():
        package = sizes["package"]
        yield Row("hook package, gzip", framework, package, "B", goal=f"≤ {GOAL} B", met=package <= GOAL)
        yield Row("the chat's hooks on top, gzip", framework, sizes["chat"] - package, "B")


if __name__ == "__main__":
    results = figures()
    write("hooks", list(rows(results)), [], results["versions"], figures="Sizes of one run")
