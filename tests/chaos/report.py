"""What a play has shown, as Markdown and as JSON; `timeline.py` draws it."""

from collections import defaultdict
from typing import Any, Final

from chaos.outcome import Outcome, Plan

HEARD_OF: Final = 5.0
"""Seconds after a fault in which a connection that is lost is lost by it: silence is noticed late."""


def markdown(outcome: Outcome, plan: Plan) -> str:
    """Tables of what was counted, of how long clients were out, and of what was done."""
    report = outcome.report
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in _counted(outcome, plan)), ""]
    lines += ["| resource | before the faults | after |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {before:.4g} | {after:.4g} |" for name, (before, after) in outcome.bounds.items()]
    lines += [
        "",
        "| fault | times | clients it put out | out for, median | 99 % |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {outcome.kinds[name] or ''} | {len(out)} | {part(out, 50):.1f} s | {part(out, 99):.1f} s |"
        for name, out in sorted(outages(outcome).items())
    ]
    lines += ["", "| at | fault | |", "| ---: | --- | --- |"]
    lines += [f"| {each.began - outcome.began:.1f} s | {each.name} | {each.words} |" for each in outcome.faults]
    lines += ["", *(f"- {each}" for each in report.violations)]
    return "\n".join(lines).rstrip() + "\n"


def data(outcome: Outcome, plan: Plan) -> dict[str, Any]:
    """The same for programs; seconds, and numbers of events."""
    report = outcome.report
    return {
        "seed": outcome.seed,
        "seconds": outcome.healed - outcome.began,
        "members": {"python": plan.people.python, "typescript": plan.people.typescript},
        "halls": plan.people.halls,
        "acked": report.acked,
        "acked with faults": outcome.acked_with_faults,
        "unknown": report.unknown,
        "received": report.received,
        "silent lost": report.silent_lost,
        "told lost": report.told_lost,
        "duplicates": report.duplicates,
        "inversions": report.inversions,
        "requests": report.requests,
        "recoveries": dict(report.recoveries),
        "back": report.back,
        "quick": report.quick,
        "bounds": outcome.bounds,
        "violations": [str(each) for each in report.violations],
        "outages": {
            name: {"clients": len(out), "p50": part(out, 50), "p99": part(out, 99)}
            for name, out in sorted(outages(outcome).items())
        },
        "faults": [
            {"at": each.began - outcome.began, "for": each.ended - each.began, "name": each.name, "words": each.words}
            for each in outcome.faults
        ],
    }


def outages(outcome: Outcome) -> dict[str, list[float]]:
    """By fault, for how many seconds each client was out by it."""
    found: dict[str, list[float]] = defaultdict(list)
    for began, seconds in outcome.outages.all:
        if began >= outcome.began:
            found[outcome.fault_at(began, HEARD_OF) or "none of them"].append(seconds)
    return found


def part(values: list[float], percent: int) -> float:
    """The value that so many of them do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _counted(outcome: Outcome, plan: Plan) -> list[tuple[str, object]]:
    report, people = outcome.report, plan.people
    recoveries = ", ".join(f"{name} {count}" for name, count in sorted(report.recoveries.items()))
    quick = f"{report.quick * 1000:.0f} ms" if report.quick else "not judged in so short a play"
    return [
        ("seed", outcome.seed),
        ("seconds with faults, and in all", f"{outcome.healed - outcome.began:.0f}, {_length(outcome):.0f}"),
        ("members in Python, in TypeScript, halls", f"{people.python}, {people.typescript}, {people.halls}"),
        ("recorded events acknowledged", report.acked),
        ("of these while faults happened", outcome.acked_with_faults),
        ("of unknown outcome", report.unknown),
        ("received", report.received),
        ("lost without a word", report.silent_lost),
        ("lost, and told so", report.told_lost),
        ("twice to a listener", report.duplicates),
        ("out of order", report.inversions),
        ("requests, each with one outcome", report.requests),
        ("rejoins", recoveries),
        ("faults, of kinds", f"{len(outcome.faults)}, {len(outcome.kinds)}"),
        ("all back after the last fault", f"{report.back:.1f} s"),
        ("from saying to hearing afterwards, 99 %", quick),
        ("violations", len(report.violations)),
    ]


def _length(outcome: Outcome) -> float:
    return outcome.ended - min(outcome.began, outcome.samples[0].t if outcome.samples else outcome.began)
