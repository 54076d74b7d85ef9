"""The table of cases where languages differ: both ends judge each row as it says."""

from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from agreement.contracts import placed
from agreement.judging import Family, Judgement, judged

FOLDER = Path(__file__).with_name("divergence")
LEAST = 150
"""Rows, at least."""


class Row(NamedTuple):
    """One text and what both ends say of it."""

    file: str
    why: str
    schemas: dict[str, Any]
    text: str
    verdict: tuple[str, str] | None


def text_of(written: str | dict[str, Any]) -> str:
    """A text as it stands, or `repeat`ed or `nest`ed so many times between what stands before and after it."""
    if isinstance(written, str):
        return written
    times = written["times"]
    middle = "[" * times + "]" * times if "nest" in written else written["repeat"] * times
    return f"{written.get('before', '')}{middle}{written.get('after', '')}"


def rows() -> list[Row]:
    found: list[Row] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            schemas = {"Root": placed(group["schema"])} | ({"Part": group["part"]} if "part" in group else {})
            about = (path.stem, group["why"], schemas)
            found += [Row(*about, text_of(text), None) for text in group["valid"]]
            for text, code, *pointer in group["invalid"]:
                found.append(Row(*about, text_of(text), (code, *pointer) if pointer else (code, "")))
    return found


ROWS = rows()


@pytest.fixture(scope="module")
def judgements() -> list[Judgement | None]:
    groups = [list(group) for _, group in groupby(ROWS, key=lambda row: (row.file, row.why))]
    families = [Family(group[0].schemas, [("Root", row.text) for row in group]) for group in groups]
    found: list[Judgement | None] = []
    for group, said in zip(groups, judged(families).judgements, strict=True):
        found += [None] * len(group) if said is None else said
    return found


@pytest.mark.parametrize(
    ("index", "row"), list(enumerate(ROWS)), ids=[f"{row.file}: {row.text[:40]!a}" for row in ROWS]
)
def test_both_ends_say_what_the_table_says(index: int, row: Row, judgements: list[Judgement | None]) -> None:
    said = judgements[index]
    assert said is not None, "the compiler refuses the schema"
    assert (said.python, said.typescript) == (row.verdict, row.verdict), row.why


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= LEAST
    assert len({(str(row.schemas), row.text) for row in ROWS}) == len(ROWS)
