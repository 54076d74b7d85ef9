"""Plays each mutation under the faults that bring it to light; the checker must have noticed every one."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from chaos.mutations import MUTATIONS
from chaos.outcome import Plan
from chaos.play import play
from chaos.world import People

PEOPLE: Final = People(python=16, typescript=2, halls=3, every=0.5, burst=2, guests=5.0)


def main() -> int:
    """0 where all were noticed."""
    parser = argparse.ArgumentParser(prog="python -m chaos.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    missed = []
    for name, mutation in MUTATIONS.items():
        plan = Plan(24, 4, PEOPLE, mutation=name, only=mutation.needs)
        with tempfile.TemporaryDirectory() as folder:
            outcome = asyncio.run(play(Path(folder), given.seed, plan))
        broken = ", ".join(sorted(each.name.lower() for each in outcome.report.broken))
        print(f"{name}: {broken or 'NOT NOTICED'}", flush=True)
        if not broken:
            missed.append(name)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
