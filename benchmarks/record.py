"""Rows of a benchmark, written as JSON for programs and as a Markdown table made from it for people."""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; `ratio` is `value` over that of `against`, and `goal` what the ratio or value should be."""

    work: str
    subject: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def write(
    name: str,
    rows: Sequence[Row],
    packages: Iterable[str],
    others: Mapping[str, str] | None = None,
    *,
    figures: str = "Medians",
) -> None:
    """Write `results/<name>.json` and `results/<name>.md`.

    `others` are versions of what is no Python package, `figures` says what the figures are of many rounds.
    """
    versions = {"python": platform.python_version(), **{each: version(each) for each in sorted(packages)}}
    versions |= others or {}
    RESULTS.mkdir(exist_ok=True)
    data = [{**asdict(row), "versions": versions} for row in rows]
    (RESULTS / f"{name}.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    head = [
        "| work | subject | value | against | ratio | goal | met |",
        "| --- | --- | ---: | --- | ---: | --- | --- |",
    ]
    lines = [
        f"| {row.work} | {row.subject} | {_shown(row.value)} {row.unit} | {row.against} "
        f"| {'' if row.ratio is None else f'{row.ratio:.2f}'} | {row.goal} | {_word(row.met)} |"
        for row in rows
    ]
    stated = ", ".join(f"{key} {value}" for key, value in versions.items())
    text = "\n".join(
        [f"# {name}", "", *head, *lines, "", f"{stated}. {figures}; both sides in one run on one machine.", ""]
    )
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


def _shown(value: float) -> str:
    """Three digits; all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _word(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "no"
