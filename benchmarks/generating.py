"""How long `rtgen generate` takes, as a whole process, for contracts of 100 and 1,000 events and all five targets.

    python benchmarks/generating.py

Cold: nothing has been generated, but rtgen's modules are compiled, as installing them does (the first round does it).
Unchanged: everything has, and the contract is the same, which its stamp says.
The least of several rounds is taken: other work on the machine only ever adds.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import Row, write

RTGEN = Path(sys.executable).parent / "rtgen"
ROUNDS = 3


def contract(events: int) -> str:
    """A contract of that many events, 20 a channel, each with an object of its own as payload."""
    lines = ["rtgen: 1", "contract: large", "version: 1.0.0", "channels:"]
    for number in range(events):
        channel, place = divmod(number, 20)
        if place == 0:
            lines += [f"  room{channel}:", f"    address: rooms{channel}/{{id}}"]
            lines += ["    parameters: { id: { type: string, maxLength: 64 } }", "    events:"]
        sender = ("{ from: client, reply: { type: 'null' }", "{ from: server")[number % 2]
        payload = (
            "{ type: object, required: [id, body], properties: { id: { type: string, format: uuid }, "
            "body: { type: string, minLength: 1, maxLength: 2000 }, count: { type: integer, minimum: 0 }, "
            "tags: { type: array, maxItems: 8, items: { type: string, maxLength: 32 } } } }"
        )
        lines.append(f"      event{number}: {sender}, payload: {payload} }}")
    return "\n".join(lines) + "\n"


def seconds(folder: Path, *words: str, code: int = 0) -> tuple[float, float]:
    """One run, start-up included: by the clock, and of the processor, which is what a calm machine would take."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    start, before = time.perf_counter(), os.times()
    done = subprocess.run([RTGEN, *words], cwd=folder, check=False, stdout=subprocess.DEVNULL, env=environment)
    assert done.returncode == code
    taken, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return taken, used


def rows(events: int, goal: float) -> list[Row]:
    """Cold and unchanged, for one size."""
    cold, unchanged = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "large.yaml").write_text(contract(events), encoding="utf-8")
        command = ("generate", "large.yaml", "--out", "out")
        for _ in range(ROUNDS):
            shutil.rmtree(folder / "out", ignore_errors=True)
            cold.append(seconds(folder, *command))
            unchanged += [seconds(folder, *command) for _ in range(ROUNDS)]
    first, second = (min(taken for taken, _ in each) for each in (cold, unchanged))
    used = min(each for _, each in cold)
    work = f"{events} events, 5 targets, least of {ROUNDS}"
    return [
        Row(work, "rtgen generate, cold", first, "s", goal=f"≤ {goal} s", met=first <= goal),
        Row(work, "rtgen generate, cold, processor alone", used, "s"),
        Row(work, "rtgen generate, unchanged", second, "s", goal="≤ 0.5 s", met=second <= 0.5),
    ]


def formatting(events: int) -> Row:
    """`rtgen format --check` of a contract that is not in its canonical form."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "large.yaml").write_text(contract(events), encoding="utf-8")
        taken = [seconds(folder, "format", "--check", "large.yaml", code=3) for _ in range(ROUNDS)]
    return Row(f"{events} events, least of {ROUNDS}", "rtgen format --check", min(clock for clock, _ in taken), "s")


if __name__ == "__main__":
    measured = [*rows(100, 2.5), *rows(1000, 12.0), formatting(1000)]
    write("generating", measured, ["datamodel-code-generator", "jinja2", "pyyaml"])
