"""docs/clustering.md: its table is printed from the records, its options and numbers are those of the code."""

import json
import os
import re

from generated_chat import ROOT
from rtgen_runtime.redis import target
from rtgen_runtime.redis.reporting import OF_REDIS
from rtgen_runtime.redis.watching import QUIET, TICK

PAGE = ROOT / "docs" / "clustering.md"
TABLE = re.compile(r"(<!-- metrics:.*?-->\n)(.*?)(<!-- end -->)", re.DOTALL)


def printed() -> str:
    rows = [
        f"| `{each.name}` | {each.kind} | {', '.join(f'`{label}`' for label in each.labels)} | {each.meaning} |"
        for each in OF_REDIS
    ]
    return "\n".join(["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |", *rows, ""])


SIZING = re.compile(r"(<!-- sizing:.*?-->\n)(.*?)(<!-- end of sizing -->)", re.DOTALL)


def sized() -> str:
    """Two digits of what one Redis carries: a column for each kind of event, a row for each number of nodes."""
    rows = json.loads((ROOT / "benchmarks" / "results" / "redis-sizing.json").read_text(encoding="utf-8"))
    found = {(row["work"].partition(",")[0], row["subject"]): row["value"] for row in rows if row["unit"] == "a second"}
    works = list(dict.fromkeys(work for work, _ in found))
    lines = [
        f"| {subject} | " + " | ".join(f"{float(f'{found[work, subject]:.2g}'):,.0f} a second" for work in works) + " |"
        for subject in dict.fromkeys(subject for _, subject in found)
    ]
    return "\n".join([f"| | {' | '.join(works)} |", "| --- |" + " ---: |" * len(works), *lines, ""])


def test_the_sizes_are_those_that_were_measured() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = SIZING.sub(lambda found: found[1] + sized() + found[3], text)
        PAGE.write_text(text, encoding="utf-8")
    found = SIZING.search(text)
    assert found is not None
    assert found[2] == sized()


def test_the_table_is_that_of_the_records() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = TABLE.sub(lambda found: found[1] + printed() + found[3], text)
        PAGE.write_text(text, encoding="utf-8")
    found = TABLE.search(text)
    assert found is not None
    assert found[2] == printed()


def test_every_option_of_the_url_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for option in target._OPTIONS:
        assert f"`{option}`" in text or f"?{option}=" in text, option
    assert re.search(rf"\| `lease` \| .* \| {target.LEASE:g} \|", text)
    assert re.search(rf"\| `patience` \| .* \| {target.PATIENCE:g} \|", text)
    assert f"every {TICK:g} s" in text
    assert f"every {QUIET:g} s" in text
