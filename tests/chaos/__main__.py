"""Chaos: `make chaos SEED=7 MINUTES=10`. A report with a picture of the time line is written to `artifacts/chaos/`."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import uvloop
from chaos.deeds import DEEDS
from chaos.figures import rows
from chaos.mutations import MUTATIONS
from chaos.outcome import Outcome, Plan
from chaos.play import play
from chaos.report import data, markdown
from chaos.timeline import picture
from chaos.world import People
from generated_chat import ROOT

OUT: Final = ROOT / "artifacts" / "chaos"
RESULTS: Final = ROOT / "benchmarks" / "results"
WHOLE: Final = 10.0
"""Minutes of a play whose figures may be recorded."""
KEPT: Final = 2000
"""Events that a hall's history keeps: see hall.yaml."""


def main() -> int:
    """0 where nothing was lost without a word; with a mutation, where the checker has found it."""
    given = _given()
    faults = given.faults or max(1, round(given.minutes * 7))
    is_whole = given.minutes >= WHOLE and not (given.only or given.mutation)
    if given.record and not is_whole:
        raise SystemExit(f"only plays of {WHOLE:g} minutes and more, with all faults, are recorded")
    people = People(given.python, given.typescript, given.halls, given.every, given.burst, given.guests)
    fill = given.halls * KEPT if is_whole else 0
    steady = 30.0 if is_whole else 2.0
    plan = Plan(given.minutes * 60, faults, people, fill, steady, given.mutation, given.only or ())
    print(f"seed {given.seed}, {plan.seconds:.0f} s, {faults} faults", flush=True)
    with tempfile.TemporaryDirectory() as temporary, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = runner.run(play(folder, given.seed, plan))
    _write(outcome, plan, OUT, data(outcome, plan))
    if given.record:
        _write(outcome, plan, RESULTS, rows(outcome))
    print(outcome.report)
    print(f"everybody was back {outcome.report.back:.1f} s after the last fault; the report is {OUT / 'chaos.md'}")
    return int(bool(outcome.report.violations) is not bool(given.mutation))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=WHOLE)
    parser.add_argument("--faults", type=int, help="default: seven a minute")
    parser.add_argument("--python", type=int, default=200, help="members on Python clients")
    parser.add_argument("--typescript", type=int, default=20, help="members on TypeScript clients")
    parser.add_argument("--halls", type=int, default=20)
    parser.add_argument("--every", type=float, default=0.9, help="seconds between two bursts of a member")
    parser.add_argument("--burst", type=int, default=4, help="what a member says at once")
    parser.add_argument("--guests", type=float, default=10.0, help="seconds between two guests; 0: none")
    parser.add_argument("--only", action="append", choices=DEEDS, help="this fault; repeat for more")
    parser.add_argument("--mutation", default="", choices=("", *MUTATIONS), help="break a mechanism of the nodes")
    parser.add_argument("--keep", type=Path, help="a folder for logs and histories")
    parser.add_argument("--record", action="store_true", help="figures into benchmarks/results")
    return parser.parse_args()


def _write(outcome: Outcome, plan: Plan, folder: Path, figures: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    title = "# chaos\n\nWritten by `make chaos`; docs/chaos.md says what is played. ![The time line](chaos.svg)\n\n"
    (folder / "chaos.md").write_text(title + markdown(outcome, plan), encoding="utf-8")
    (folder / "chaos.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    (folder / "chaos.svg").write_text(picture(outcome), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
