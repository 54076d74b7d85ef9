"""Bars as SVG, without a library: one group for each case, one bar for each server."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_WIDTH: Final = 720
_LABEL: Final = 150
_ROOM: Final = 110
"""For the figure at the end of the longest bar."""
_ROW: Final = 22
_OURS: Final = "#2a6f97"
_OTHERS: Final = "#a9b8c2"


def bars(groups: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """A title and values by name, one group below the other; the first name of a group is ours."""
    lines: list[str] = []
    top = 0
    for title, values in groups:
        lines.append(f'<text x="0" y="{top + 16}" font-weight="bold">{escape(title)}</text>')
        top += _ROW + 4
        greatest = max(values.values(), default=0.0) or 1.0
        for place, (name, value) in enumerate(values.items()):
            lines += _bar(top, name, value, value / greatest, _OTHERS if place else _OURS)
            top += _ROW
        top += _ROW // 2
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" viewBox="0 0 {_WIDTH} {top}" '
        'font-family="sans-serif" font-size="12">'
    )
    return "\n".join([head, f'<rect width="{_WIDTH}" height="{top}" fill="white"/>', *lines, "</svg>", ""])


def _bar(top: int, name: str, value: float, part: float, color: str) -> list[str]:
    wide = max(1, round(part * (_WIDTH - _LABEL - _ROOM)))
    return [
        f'<text x="{_LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>',
        f'<rect x="{_LABEL}" y="{top + 3}" width="{wide}" height="{_ROW - 6}" fill="{color}"/>',
        f'<text x="{_LABEL + wide + 6}" y="{top + 14}">{value:,.4g}</text>',
    ]
