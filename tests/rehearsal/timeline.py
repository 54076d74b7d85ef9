"""A picture of a rehearsal: what was said, how long it took, which version served whom, and what happened when."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from statistics import median
from typing import Final
from xml.sax.saxutils import escape

from delivery.history import Op, Record
from rehearsal.rehearse import Mark, Outcome

WIDTH: Final = 960
LEFT: Final = 64
RIGHT: Final = 150
TOP: Final = 78
PANEL: Final = 112
GAP: Final = 34
BUCKETS: Final = 120
"""Columns that time is divided into."""
COLOURS: Final = ("#1f5fbf", "#d9822b", "#2b8a57", "#a23b8f", "#777777", "#b03030")
BAND: Final = "#e9edf3"

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart: a title, and lines by name, each with its points (seconds since the start, value)."""

    title: str
    lines: Mapping[str, Points]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """From the first record to the last one."""

    began: float
    ended: float

    @property
    def width(self) -> float:
        """Seconds of one column."""
        return max((self.ended - self.began) / BUCKETS, 0.05)

    def column(self, t: float) -> int:
        """Which one a moment falls into."""
        return int((t - self.began) / self.width)

    def at(self, column: int) -> float:
        """Its middle, in seconds since the start."""
        return (column + 0.5) * self.width


def picture(outcome: Outcome) -> str:
    """As SVG."""
    records = sorted(outcome.records, key=lambda each: each.t)
    times = Times(records[0].t, records[-1].t)
    panels = (
        Panel("messages acknowledged, a second", _rates(records, times)),
        Panel("from sending to the acknowledgement, ms", _latencies(records, times)),
        Panel("connections, by the version that serves them", _connections(outcome, times), steps=True),
        Panel("joins: first ones, and after a move or a loss", _joins(records, times)),
    )
    height = TOP + len(panels) * (PANEL + GAP) + 12
    body = [*_bands(outcome.marks, times, height), *(_text(LEFT, 18, _headline(outcome), size=14, weight="bold"),)]
    for row, panel in enumerate(panels):
        body += _drawn(panel, TOP + row * (PANEL + GAP), times)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>", ""])


def _headline(outcome: Outcome) -> str:
    report = outcome.report
    wrong = outcome.wrong.total() + len(report.violations)
    lost = report.silent_lost + report.told_lost
    return (
        f"{report.acked} messages acknowledged, {report.received} received: {lost} lost, {wrong} unexpected errors, "
        f"{report.recoveries['recovered']} rejoins with a position"
    )


def _rates(records: Iterable[Record], times: Times) -> dict[str, Points]:
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for record in records:
        if record.op is Op.ACK:
            counts[record.proc][times.column(record.t)] += 1
    return {
        name: [(times.at(each), found[each] / times.width) for each in range(min(found), max(found) + 1)]
        for name, found in counts.items()
    }


def _latencies(records: Iterable[Record], times: Times) -> dict[str, Points]:
    sent: dict[str, float] = {}
    took: dict[int, list[float]] = defaultdict(list)
    for record in records:
        if record.op is Op.PUBLISH:
            sent[record.key] = record.t
        elif record.op is Op.ACK:
            took[times.column(record.t)].append((record.t - sent[record.key]) * 1000)

    def line(of: Callable[[Sequence[float]], float]) -> Points:
        return [(times.at(column), of(took[column])) for column in sorted(took)]

    return {"median": line(median), "longest": line(max)}


def _connections(outcome: Outcome, times: Times) -> dict[str, Points]:
    names = sorted({name for look in outcome.looks for name in look.connections})
    looks = [look for look in outcome.looks if times.began <= look.t <= times.ended]
    return {name: [(look.t - times.began, float(look.connections.get(name, 0))) for look in looks] for name in names}


def _joins(records: Iterable[Record], times: Times) -> dict[str, Points]:
    kinds: dict[str, Counter[int]] = {"first": Counter(), "rejoined": Counter(), "connection lost": Counter()}
    known: set[str] = set()
    for record in records:
        if record.op is Op.JOINED:
            kinds["rejoined" if record.client in known else "first"][times.column(record.t)] += 1
            known.add(record.client)
        elif record.op is Op.LEFT:
            known.discard(record.client)
        elif record.op is Op.LOST and record.client in known:  # else it went by itself
            kinds["connection lost"][times.column(record.t)] += 1
    return {name: [(times.at(each), float(found[each])) for each in range(BUCKETS)] for name, found in kinds.items()}


def _bands(marks: Iterable[Mark], times: Times, height: int) -> Iterator[str]:
    """Behind everything: what happened meanwhile, its words above, on one of two lines in turn."""
    for number, mark in enumerate(marks):
        left, right = (_x(each - times.began, times) for each in (mark.began, mark.ended))
        left = max(left, float(LEFT))
        box = f'x="{left:.1f}" y="{TOP - 26}" width="{max(right - left, 1.5):.1f}" height="{height - TOP + 14}"'
        yield f'<rect {box} fill="{BAND}" stroke="#b9c3d1" stroke-width="0.6"/>'
        yield _text(left + 2, TOP - 30 - 13 * (number % 2), mark.words, size=11)


def _drawn(panel: Panel, top: int, times: Times) -> Iterator[str]:
    base = top + PANEL
    most = _round(max((value for points in panel.lines.values() for _, value in points), default=0.0))
    yield _text(LEFT, top - 6, panel.title, size=12, weight="bold")
    for share in (0.0, 0.5, 1.0):
        y = base - share * (PANEL - 10)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#c8c8c8" stroke-width="0.7"/>'
        yield _text(LEFT - 6, y + 4, f"{share * most:g}", size=11, anchor="end")
    for number, (name, points) in enumerate(panel.lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(
            f"{_x(t, times):.1f},{base - value / most * (PANEL - 10):.1f}" for t, value in _of(panel, points)
        )
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.4"/>'
        y = top + 14 + 16 * number
        yield f'<rect x="{WIDTH - RIGHT + 12}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
        yield _text(WIDTH - RIGHT + 27, y, name, size=11)
    length = times.ended - times.began
    step = _round(length / 10)
    for number in range(1, int(length / step) + 1):
        yield _text(_x(number * step, times), base + 13, f"{number * step:g} s", size=10, anchor="middle")


def _round(value: float) -> float:
    """The next of 1, 2, 4, 6, 8, 10, 20, … that is not below it, so that half of it is a plain number, too."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(each * power for each in (1, 2, 4, 6, 8, 10) if each * power >= value * 0.999)


def _of(panel: Panel, points: Points) -> Points:
    if not panel.steps:
        return points
    before = [(t, value) for (_, value), (t, _) in pairwise(points)]
    corners = [corner for pair in zip(points, before, strict=False) for corner in pair]
    return [*corners, *points[-1:]]


def _x(second: float, times: Times) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * second / max(times.ended - times.began, 0.001)


def _text(x: float, y: float, words: str, *, size: int, anchor: str = "start", weight: str = "normal") -> str:
    style = f'font-size="{size}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'
