"""What a whole play has shown beside what it has to show, in the form of `benchmarks/results/`: rows of figures."""

import platform
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Final

from chaos.outcome import Outcome
from chaos.report import outages, part
from crowds.crowd import NODE
from delivery.liveness import BACK_WITHIN, QUICK
from delivery.report import Invariant

WORK: Final = "chaos"
ACKED: Final = 500.0
"""Recorded events that have to be acknowledged a second, with faults: 300,000 in ten minutes."""
FAULTS: Final = 6.0
"""That have to happen in a minute."""
KINDS: Final = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One row, as `benchmarks/record.py` has it."""

    work: str
    subject: str
    value: float
    unit: str = ""
    against: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def rows(outcome: Outcome) -> list[dict[str, Any]]:
    """As they are written to JSON, with versions."""
    versions = {"python": platform.python_version(), "msgspec": version("msgspec"), "hiredis": version("hiredis")}
    for name, command in (("redis", ["redis-server", "--version"]), ("node", [str(NODE), "--version"])):
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        versions[name] = next((each[2:] for each in said if each.startswith("v=")), said[0])
    return [{**asdict(each), "versions": versions} for each in figures(outcome)]


def figures(outcome: Outcome) -> Iterator[Figure]:
    """In order."""
    report = outcome.report
    minutes = (outcome.healed - outcome.began) / 60
    found = outcome.acked_with_faults
    yield _least("recorded events acknowledged while faults happened", found, minutes * 60 * ACKED)
    yield Figure(WORK, "recorded events acknowledged in all", report.acked)
    yield Figure(WORK, "received", report.received)
    yield _least("faults", len(outcome.faults), minutes * FAULTS)
    yield _least("kinds of faults", len(outcome.kinds), KINDS)
    yield _none("lost without a word", report.silent_lost)
    yield Figure(WORK, "lost, and told so", report.told_lost)
    yield _none("twice to a listener", report.duplicates)
    yield _none("out of order", report.inversions)
    yield _none("received by one who is no member", sum(e.invariant is Invariant.REALM for e in report.violations))
    yield _none("violations of twelve invariants", len(report.violations))
    yield _most("all are back after the last fault", report.back, BACK_WITHIN, "s")
    yield _most("from saying to hearing afterwards, 99 %", report.quick, QUICK, "s")
    all_ = [seconds for each in outages(outcome).values() for seconds in each]
    if all_:
        yield Figure(WORK, "a client was out, median", part(all_, 50), "s")
        yield Figure(WORK, "a client was out, 99 %", part(all_, 99), "s")


def _least(subject: str, value: float, goal: float) -> Figure:
    return Figure(WORK, subject, value, goal=f"at least {goal:.0f}", met=value >= goal)


def _most(subject: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(WORK, subject, value, unit, goal=f"at most {goal:g} {unit}", met=value <= goal)


def _none(subject: str, value: float) -> Figure:
    return Figure(WORK, subject, value, goal="0", met=value == 0)
