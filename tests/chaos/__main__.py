"""Chaos: `make chaos SEED=7 MINUTES=10`. A report with a picture of the time line is written to `artifacts/chaos/`."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from chaos.deeds import DEEDS
from chaos.mutations import MUTATIONS
from chaos.play import Outcome, Plan, play
from chaos.report import markdown, picture

OUT: Final = Path("artifacts/chaos")
BACK_WITHIN: Final = 60.0
"""Seconds after the last fault in which everybody must be back."""


def main() -> int:
    """0 where nothing was lost without a word; with a mutation, where the checker has found it."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--faults", type=int, help="default: seven a minute")
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--halls", type=int, default=20)
    parser.add_argument("--every", type=float, default=0.35, help="seconds between two messages of a member")
    parser.add_argument("--only", action="append", choices=DEEDS, help="this fault; repeat for more")
    parser.add_argument("--mutation", default="", choices=("", *MUTATIONS), help="break a mechanism of the nodes")
    parser.add_argument("--keep", type=Path, help="a folder for logs and histories")
    given = parser.parse_args()
    faults = given.faults or max(1, round(given.minutes * 7))
    only = given.only or ()
    plan = Plan(given.minutes * 60, faults, given.members, given.halls, given.every, given.mutation, only)
    print(f"seed {given.seed}, {plan.seconds:.0f} s, {faults} faults", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = asyncio.run(play(folder, given.seed, plan))
    _write(outcome, plan)
    print(outcome.report)
    print(f"everybody was back {outcome.back:.1f} s after the last fault; the report is in {OUT}")
    is_bad = bool(outcome.report.violations) or outcome.back > BACK_WITHIN
    return int(is_bad is not bool(given.mutation))


def _write(outcome: Outcome, plan: Plan) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "report.md").write_text(markdown(outcome, plan), encoding="utf-8")
    (OUT / "timeline.svg").write_text(picture(outcome), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
