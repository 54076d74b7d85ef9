"""From all measurements of a work to its results: medians, ratios, a table and a plot."""

import statistics
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import record

from runtime.loading import Found
from runtime.plotting import bars
from runtime.servers import FLOOR, OURS
from runtime.works import BESIDE, Case, Flat, Goal, Work

Rounds = Mapping[str, Mapping[str, Sequence[Found]]]
"""By case and server: one after the other, as they were measured."""

_UNITS: Final = {
    "rate": ("/s", 1.0),
    "p50_us": ("ms p50", 1e-3),
    "p99_us": ("ms p99", 1e-3),
    "srv_us_per_msg": ("µs of the server a message", 1.0),
    "b_per_conn": ("bytes a connection", 1.0),
    "conn_cpu_us": ("µs of the server to connect", 1.0),
    "rss1_kb": ("MiB in all processes", 1 / 1024),
}
"""How a figure of `load` is shown."""


def report(name: str, work: Work, rounds: Rounds, versions: Mapping[str, str]) -> None:
    """Write `results/runtime-<name>.json`, `.md` and `.svg`."""
    rows = [row for flat in work.flat for row in _grown(flat, rounds)]
    for case in work.cases:
        for figure in case.figures:
            rows += _rows(case, figure, rounds.get(case.name, {}))
    count = max((len(found) for servers in rounds.values() for found in servers.values()), default=0)
    figures = f"Medians of {count} interleaved rounds; the server on one core, the load on another"
    record.write(f"runtime-{name}", rows, ["msgspec", "uvloop"], versions, figures=figures)
    drawn = [
        (
            f"{case.name}: {_UNITS[case.figures[0]][0]}",
            {server: _median(found, case.figures[0]) for server, found in rounds.get(case.name, {}).items()},
        )
        for case in work.cases
    ]
    (record.RESULTS / f"runtime-{name}.svg").write_text(bars(drawn), encoding="utf-8")


def _rows(case: Case, figure: str, servers: Mapping[str, Sequence[Found]]) -> list[record.Row]:
    """One for each server, and one for each further goal."""
    unit, scale = _UNITS[figure]
    goals = [goal for goal in case.goals if goal.figure == figure]
    rows = []
    for server, found in servers.items():
        if server == OURS:
            rows += [_judged(case, goal, servers, unit, scale) for goal in goals]
        if server == OURS and goals:
            continue
        value = _median(found, figure)
        base = FLOOR if FLOOR in servers and server != FLOOR else ""
        ratio = value / _median(servers[FLOOR], figure) if base and _median(servers[FLOOR], figure) else None
        rows.append(record.Row(case.name, server, value * scale, unit, base, ratio))
    return rows


def _grown(flat: Flat, rounds: Rounds) -> list[record.Row]:
    """The last case beside the first; then what each further piece costs, at last beside at first."""
    if any(OURS not in rounds.get(case, {}) for case in flat.cases):
        return []
    unit, scale = _UNITS[flat.figure]
    found = [_median(rounds[case][OURS], flat.figure) * scale for case in flat.cases]
    rows = [_beside(flat.cases[-1], found[-1], unit, flat.cases[0], found[0])]
    if flat.sizes:
        whole = list(zip(flat.sizes, found, strict=True))
        further = [(m * y - n * x) / (m - n) for (n, x), (m, y) in pairwise(whole)]
        names = [f"each from {n:,} to {m:,}" for n, m in pairwise(flat.sizes)]
        rows.append(_beside(names[-1], further[-1], unit, names[0], further[0]))
    return rows


def _beside(work: str, value: float, unit: str, other: str, base: float) -> record.Row:
    low, high = BESIDE
    ratio = value / base
    return record.Row(work, OURS, value, unit, other, ratio, f"{low} to {high} x", low <= ratio <= high)


def _judged(case: Case, goal: Goal, servers: Mapping[str, Sequence[Found]], unit: str, scale: float) -> record.Row:
    value = _median(servers[OURS], goal.figure)
    sign = "≥" if goal.least else "≤"
    if not goal.against:
        met = value >= goal.bound if goal.least else value <= goal.bound
        return record.Row(case.name, OURS, value * scale, unit, goal=f"{sign} {goal.bound * scale:,.6g}", met=met)
    if goal.against not in servers:
        return record.Row(case.name, OURS, value * scale, unit, goal.against, goal=f"{sign} {goal.bound} x")
    ratio = value / _median(servers[goal.against], goal.figure)
    met = ratio >= goal.bound if goal.least else ratio <= goal.bound
    return record.Row(case.name, OURS, value * scale, unit, goal.against, ratio, f"{sign} {goal.bound} x", met)


def _median(found: Sequence[Found], figure: str) -> float:
    return statistics.median(float(each[figure]) for each in found)
