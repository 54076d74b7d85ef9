"""A rolling change of versions under load, and whether anybody lost anything.

    make rehearse SEED=1
    make rehearse STORE=redis

Two workers behind one port, SQLite behind them, or a Redis: then they are nodes, and the change is taken back in the
end. Clients of two versions in Python and TypeScript, in processes of their
own. Pictures and histories go to `artifacts/rehearsal/`, with `--record` the figures to `benchmarks/results/`, too.
Exit code 1 where something was lost or failed.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from delivery.history import Op
from generated_chat import ROOT
from rehearsal.rehearse import WHOLE, Outcome, Plan, rehearse
from rehearsal.timeline import picture

FOLDER: Final = ROOT / "artifacts" / "rehearsal"
RESULTS: Final = ROOT / "benchmarks" / "results"


def figures(plan: Plan, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What is told, in order."""
    report = outcome.report
    took = _took(outcome)
    yield "seed", str(plan.seed)
    yield "clients", f"{plan.members} of each version in each of {', '.join(plan.languages)}"
    yield "workers", f"{plan.workers}, {'nodes at one Redis' if plan.store == 'redis' else 'SQLite behind them'}"
    yield "messages acknowledged", str(report.acked)
    yield "recorded events and relays received", str(report.received)
    yield "recorded events lost", f"{report.silent_lost + report.told_lost}"
    yield "duplicates, out of order", f"{report.duplicates}, {report.inversions}"
    yield "rules of delivery broken", str(len(report.violations))
    yield "unexpected errors", str(outcome.wrong.total())
    yield "joins that went on from a position", str(report.recoveries["recovered"])
    yield "connections that the server had to close", str(outcome.closed.total() - outcome.closed["peer"])
    yield "from sending to the acknowledgement", "median {:.1f} ms, 99 % {:.0f} ms, longest {:.0f} ms".format(*took)
    for mark in outcome.marks:
        yield mark.words, f"{mark.ended - mark.began:.1f} s"


def _took(outcome: Outcome) -> tuple[float, float, float]:
    sent = {each.key: each.t for each in outcome.records if each.op is Op.PUBLISH}
    all_ = [(each.t - sent[each.key]) * 1000 for each in outcome.records if each.op is Op.ACK]
    return median(all_), quantiles(all_, n=100)[-1], max(all_)


def page(plan: Plan, outcome: Outcome) -> str:
    """The figures as Markdown."""
    rows = [f"| {name} | {value} |" for name, value in figures(plan, outcome)]
    verb = "make rehearse STORE=redis RECORD=1" if plan.store == "redis" else "make rehearse RECORD=1"
    words = (
        f"Written by `{verb}`: a rolling change of the chat's version under load, on a machine that others use, too. "
        f"![What happened when]({plan.name}.svg)"
    )
    return "\n".join([f"# {plan.name}", "", words, "", "| | |", "| --- | --- |", *rows, ""])


def main() -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--messages", type=int, default=WHOLE.messages, help="of each crowd, in each act")
    parser.add_argument("--workers", type=int, default=WHOLE.workers)
    parser.add_argument("--store", choices=["sqlite", "redis"], default="sqlite")
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    plan = replace(WHOLE, seed=given.seed, messages=given.messages, workers=given.workers)
    plan = replace(plan, store=given.store, back=given.store == "redis")
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(rehearse(plan, Path(folder)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for folder_, is_wanted in ((FOLDER, True), (RESULTS, given.record)):
        if is_wanted:
            (folder_ / f"{plan.name}.svg").write_text(picture(outcome), encoding="utf-8")
            (folder_ / f"{plan.name}.md").write_text(page(plan, outcome), encoding="utf-8")
    lines = (f"{record.line()}\n" for record in outcome.records)
    (FOLDER / "history.jsonl").write_text("".join(lines), encoding="utf-8")
    print(page(plan, outcome))
    for line in (*map(str, outcome.report.violations[:20]), *map(str, outcome.wrong)):
        print(line, file=sys.stderr)
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
