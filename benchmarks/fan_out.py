"""One event to a thousand members of one process: what the server's own code costs a delivery, sockets left out.

`--against FOLDER` measures another copy of the runtime in the same run, turn by turn.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import record

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parent / "templates/python/runtime"
MEMBERS = 1_000
ROUNDS = 15


def measured(runtime: Path) -> dict[str, float]:
    """Deliveries a second by kind of event, from a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(runtime)}
    program = [sys.executable, str(HERE / "fan_out_once.py"), str(MEMBERS)]
    done = subprocess.run(program, env=environment, capture_output=True, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def rounds(runtimes: list[Path]) -> list[dict[str, float]]:
    """The median of each kind over all rounds, which take turns. Processor time, since others use the machine too."""
    found_in: list[dict[str, list[float]]] = [{} for _ in runtimes]
    for _ in range(ROUNDS):
        for found, runtime in zip(found_in, runtimes, strict=True):
            for kind, value in measured(runtime).items():
                found.setdefault(kind, []).append(value)
    return [{kind: statistics.median(values) for kind, values in found.items()} for found in found_in]


def main() -> None:
    """Measure, and write `results/fan_out`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another copy of the runtime, such as an older commit's")
    against = parser.parse_args().against
    here, *other = rounds([RUNTIME, *([against] if against else [])])
    base = other[0] if other else {}
    rows = [
        record.Row(
            work=f"{kind}, {MEMBERS:,} members",
            subject="this runtime",
            value=value,
            unit="deliveries/s",
            against="before delivery policies" if kind in base else "plain, this runtime",
            ratio=value / base.get(kind, here["plain"]),
            goal="≥ 0.95" if kind in base else "≥ 0.9",
            met=value / base.get(kind, here["plain"]) >= (0.95 if kind in base else 0.9),
        )
        for kind, value in here.items()
    ]
    record.write("fan_out", rows, ["msgspec"])


if __name__ == "__main__":
    main()
