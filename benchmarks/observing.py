"""What counting costs: requests and deliveries with the counters of metrics and logs, and by a runtime without them.

`--against FOLDER` is that runtime: `git archive 36222d9~1 templates/python/runtime | tar x -C FOLDER`, then
`FOLDER/templates/python/runtime`. The two take turns, in processes of their own; the best of all rounds
counts, since others use the machine too.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import record

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parent / "templates/python/runtime"
MEMBERS = 1_000
ROUNDS = 7
PROGRAMS = ((HERE / "observing_once.py",), (HERE / "fan_out_once.py", str(MEMBERS)))


def measured(runtime: Path) -> dict[str, float]:
    """Requests and deliveries a second of processor time."""
    found: dict[str, float] = {}
    environment = {**os.environ, "PYTHONPATH": f"{runtime}{os.pathsep}{HERE}"}
    for program in PROGRAMS:
        command = [sys.executable, *map(str, program)]
        done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        found |= json.loads(done.stdout)
    return found


def main() -> None:
    """Measure in turns, and write `results/observing`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, required=True, help="a copy of the runtime that counts nothing")
    against = parser.parse_args().against
    found: dict[Path, dict[str, list[float]]] = {RUNTIME: {}, against: {}}
    for _ in range(ROUNDS):
        for runtime, values in found.items():
            for kind, rate in measured(runtime).items():
                values.setdefault(kind, []).append(rate)
    rows = []
    for kind, rates in found[RUNTIME].items():
        here, base = max(rates), max(found[against][kind])
        is_request = kind.endswith("handler")
        rows.append(
            record.Row(
                work=f"request to reply, {kind}" if is_request else f"fan-out, {kind}, {MEMBERS:,} members",
                subject="counting",
                value=here,
                unit="requests/s" if is_request else "deliveries/s",
                against="the same without counters",
                ratio=here / base,
                goal="≥ 0.9",
                met=here / base >= 0.9,
            )
        )
    record.write("observing", rows, ["msgspec"])


if __name__ == "__main__":
    main()
