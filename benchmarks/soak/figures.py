"""What samples say: whether something grows, as a table and as a picture."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

WIDTH: Final = 800
HEIGHT: Final = 160
MOST_POINTS: Final = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One second of the server. `resident` in MiB."""

    second: float
    resident: float
    fds: int
    tasks: int
    connections: int
    rooms: int


def slope(seconds: Sequence[float], values: Sequence[float]) -> float:
    """Growth a second: the median of the slopes between all pairs (Theil and Sen), which strays don't move."""
    points = list(zip(seconds, values, strict=True))
    points = points[:: max(1, math.ceil(len(points) / MOST_POINTS))]
    return statistics.median((right[1] - left[1]) / (right[0] - left[0]) for left, right in combinations(points, 2))


def after_warm_up(samples: Sequence[Sample]) -> list[Sample]:
    """Without the first fifth."""
    return list(samples[len(samples) // 5 :])


def growth(samples: Sequence[Sample], name: str) -> tuple[float, float]:
    """The median of a figure after the warm-up, and by how much its slope raises it until the end."""
    calm = after_warm_up(samples)
    values = [float(getattr(each, name)) for each in calm]
    rise = slope([each.second for each in calm], values) * (calm[-1].second - calm[0].second)
    return statistics.median(values), rise


def plot(samples: Sequence[Sample], names: Sequence[tuple[str, str]]) -> str:
    """An SVG with one line for each figure, from 0 to its greatest value."""
    size = f'width="{WIDTH}" height="{HEIGHT * len(names)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    last = samples[-1].second or 1.0
    for row, (name, title) in enumerate(names):
        values = [float(getattr(each, name)) for each in samples]
        most, base = max(*values, 1.0), HEIGHT * (row + 1) - 24
        points = " ".join(
            f"{60 + (WIDTH - 80) * each.second / last:.1f},{base - (HEIGHT - 54) * value / most:.1f}"
            for each, value in zip(samples, values, strict=True)
        )
        lines += [
            f'<text x="60" y="{base - HEIGHT + 44}">{title}</text>',
            f'<text x="55" y="{base}" text-anchor="end">0</text>',
            f'<text x="55" y="{base - HEIGHT + 58}" text-anchor="end">{most:.0f}</text>',
            f'<line x1="60" y1="{base}" x2="{WIDTH - 20}" y2="{base}" stroke="#999"/>',
            f'<polyline points="{points}" fill="none" stroke="#1f5fbf" stroke-width="1.2"/>',
        ]
    lines.append(f'<text x="{WIDTH - 20}" y="{HEIGHT * len(names) - 6}" text-anchor="end">{last / 60:.0f} min</text>')
    return "\n".join([*lines, "</svg>", ""])
