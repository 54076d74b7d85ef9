"""A picture of a play's time line."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape

from chaos.outcome import Fault, Outcome

WIDTH: Final = 960
LEFT: Final = 70
RIGHT: Final = 20
CHART: Final = 130
ROW: Final = 16
INK: Final = "#1c2733"
RATE: Final = "#1f5fbf"
HEARD: Final = "#2b8a57"
AWAY: Final = "#d9822b"
FAULT: Final = "#b03030"


def picture(outcome: Outcome) -> str:
    """As SVG: events a second, clients without a connection, and each fault in its line."""
    length = outcome.ended - outcome.began
    scale = (WIDTH - LEFT - RIGHT) / length
    rates = [
        ((after.t + before.t) / 2 - outcome.began, (after.acked - before.acked) / (after.t - before.t))
        for before, after in pairwise(outcome.samples[::4])
    ]
    heard = [(second - outcome.began, float(count)) for second, count in sorted(outcome.outages.received.items())]
    away = [(each.t - outcome.began, float(each.away)) for each in outcome.samples]
    kinds = sorted(outcome.kinds)
    below = 40 + 3 * (CHART + 40)
    height = below + ROW * len(kinds) + 40
    font = f'font-family="sans-serif" font-size="11" fill="{INK}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {font}>',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        *_chart("acknowledged a second", rates, RATE, 40, scale),
        *_chart("received a second", heard, HEARD, 80 + CHART, scale),
        *_chart("clients away", away, AWAY, 120 + 2 * CHART, scale),
    ]
    for number, kind in enumerate(kinds):
        top = below + ROW * number
        parts += _faults([each for each in outcome.faults if each.name == kind], outcome.began, top, scale)
    step = max(10, round(length / 10, -1))
    parts += [
        f'<text x="{LEFT + at * scale:.1f}" y="{height - 12}" text-anchor="middle">{at:.0f} s</text>'
        for at in _steps(length, step)
    ]
    return "\n".join([*parts, "</svg>", ""])


def _steps(length: float, step: float) -> Iterable[float]:
    at = 0.0
    while at <= length:
        yield at
        at += step


def _chart(title: str, points: list[tuple[float, float]], colour: str, top: int, scale: float) -> list[str]:
    most = max((value for _, value in points), default=0.0) or 1.0
    line = " ".join(f"{LEFT + t * scale:.1f},{top + CHART - CHART * value / most:.1f}" for t, value in points if t >= 0)
    base = top + CHART
    return [
        f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{escape(title)}</text>',
        f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="#c8d0d8"/>',
        f'<text x="{LEFT - 6}" y="{top + 8}" text-anchor="end">{most:.0f}</text>',
        f'<text x="{LEFT - 6}" y="{base}" text-anchor="end">0</text>',
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
    ]


def _faults(faults: list[Fault], began: float, top: int, scale: float) -> list[str]:
    parts = []
    for each in faults:
        x, width = LEFT + (each.began - began) * scale, max(3.0, (each.ended - each.began) * scale)
        parts.append(f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{ROW - 5}" fill="{FAULT}" rx="2"/>')
    last = max(LEFT + (each.ended - began) * scale for each in faults)
    name, at = escape(faults[0].name), last + 6
    if at > WIDTH - 140:
        first = min(LEFT + (each.began - began) * scale for each in faults)
        return [*parts, f'<text x="{first - 6:.1f}" y="{top + ROW - 6}" text-anchor="end">{name}</text>']
    return [*parts, f'<text x="{at:.1f}" y="{top + ROW - 6}">{name}</text>']
