"""What the chat's TypeScript client weighs beside what users would install instead.

    python benchmarks/client_sizes.py

Minified and gzipped by the same esbuild, each as its documentation says it is imported for browsers: a page that
connects, hears an event and sends one. The validators judge the chat's messages: zod's schemas are written by hand,
ajv's code is made from the contract's schemas. What is imported only when it is used counts for nobody.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from client_typescript import CLIENT, MODULES, ROOT
from client_typescript import figures as client_figures
from record import Row, write
from validating_typescript import documents

from rtgen import api

SCRIPT = Path(__file__).parent / "typescript" / "sizes.mjs"


def figures() -> Any:
    """Bundle and weigh."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "client"
        shutil.copytree(CLIENT, folder)
        schemas = documents(api.load_contract(ROOT / "specs" / "chat.yaml"))
        (folder / "documents.json").write_text(json.dumps(schemas), encoding="utf-8")
        command = [shutil.which("node") or "node", str(SCRIPT), str(folder), str(MODULES)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)


def rows(found: Any, ours: Any) -> Iterator[Row]:
    """Clients, validators, and both on one page; ours beside each."""
    sizes = found["sizes"]
    yield from beside("client", "generated client without checks", ours["core"], sizes["clients"])
    checks = sizes["validators"].pop("generated checks")
    yield from beside("checks of the chat's messages", "generated checks", checks, sizes["validators"])
    yield from beside("typed and checked client", "generated client with checks", ours["page"], sizes["pages"])


def beside(work: str, name: str, ours: float, others: dict[str, float]) -> Iterator[Row]:
    """One kind of thing: the others, then ours against each."""
    for other, size in others.items():
        yield Row(work, other, size, "B")
    for other, size in others.items():
        yield Row(work, name, ours, "B", other, ours / size)


if __name__ == "__main__":
    results = figures()
    measured = list(rows(results, client_figures()["sizes"]))
    write("client_sizes", measured, [], results["versions"], figures="Bytes, gzip -9")
