"""What the generated validators of both languages say about texts: verdict, code and first pointer."""

import gc
import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 300
"""Seconds for one round: far more than it takes, unless a validator does not come to an end."""

WEB = Path(__file__).resolve().parents[1] / "web"

_RUNNER = """
import { createInterface } from "node:readline";
import { validateText } from "./validators.js";
for await (const line of createInterface({ input: process.stdin })) {
  const [name, text] = JSON.parse(line);
  const [first] = validateText(name, text);
  process.stdout.write(JSON.stringify(first === undefined ? null : [first.code, first.pointer]) + "\\n");
}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One text for one schema of a contract."""

    name: str
    text: str


Verdict = tuple[str, str] | None
"""Code and pointer of the first issue; `None` for a valid text."""


def python_verdicts(folder: Path, package: str, cases: Sequence[Case]) -> list[Verdict]:
    """The verdicts of the generated Python, imported."""
    sys.path.insert(0, str(folder / "python"))
    try:
        validators = importlib.import_module(f"{package}.validators").VALIDATORS
    finally:
        sys.path.pop(0)
    verdicts: list[Verdict] = []
    for case in cases:
        try:
            issues = validators[case.name](case.text.encode())
        except Exception as error:  # a validator that raises is a disagreement, told like the others
            verdicts.append(("raised", repr(error)))
            continue
        verdicts.append((issues[0].code, issues[0].pointer) if issues else None)
    # Types stay: msgspec 0.22 has crashed in the collector when thousands of Struct types were thrown away.
    gc.freeze()
    return verdicts


def typescript_verdicts(folder: Path, package: str, cases: Sequence[Case]) -> list[Verdict]:
    """The verdicts of the generated TypeScript, bundled and run by Node.

    Raises:
        RuntimeError: There is no Node.
    """
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("node is not on the PATH")
    source = folder / "typescript" / package / "runner.ts"
    source.write_text(_RUNNER, encoding="utf-8")
    bundle = folder / "runner.mjs"
    esbuild = WEB / "node_modules" / ".bin" / "esbuild"
    subprocess.run(
        [esbuild, source, "--bundle", "--format=esm", "--platform=node", "--log-level=warning", f"--outfile={bundle}"],
        check=True,
    )
    lines = "".join(json.dumps([case.name, case.text]) + "\n" for case in cases)
    done = subprocess.run([node, bundle], input=lines, stdout=subprocess.PIPE, text=True, check=True, timeout=_LONGEST)
    told = (json.loads(line) for line in done.stdout.splitlines())
    return [None if each is None else (each[0], each[1]) for each in told]
