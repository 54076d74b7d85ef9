"""A small run of `make agreement`: all judges agree, about a proportionate share of what a full run sees."""

from pathlib import Path
from typing import Any

import pytest
from agreement.compare import compare
from agreement.contracts import placed
from agreement.judging import Family, judged
from agreement.reference import CLASSES, LISTED, Reference

POLICIES = Path(__file__).parents[2] / "docs" / "validation.md"


def test_all_judges_agree() -> None:
    result = compare(instances=6_000, seed=7, processes=2)
    assert not result.faults, result.told()
    assert result.coverage.shortfalls() == []


def test_the_same_seed_gives_the_same_run() -> None:
    assert compare(instances=200, seed=3) == compare(instances=200, seed=3, processes=2)


@pytest.fixture(scope="module")
def differences() -> dict[str, str]:
    """The classes that the examples of the list are found to be in, by the class that they stand for."""
    families = [
        Family({"Root": placed(each["example"]["schema"])}, (("Root", each["example"]["text"]),)) for each in LISTED
    ]
    said = judged(families).judgements
    return {each["id"]: one[0].difference if one else "refused" for each, one in zip(LISTED, said, strict=True)}


@pytest.mark.parametrize("listed", LISTED, ids=lambda each: each["id"])
def test_each_difference_on_the_list_is_one(listed: dict[str, Any], differences: dict[str, str]) -> None:
    assert differences[listed["id"]] == listed["id"]


def test_a_difference_that_is_not_on_the_list_is_in_no_class() -> None:
    reference = Reference({"Root": {"type": "string", "minLength": 2}})
    assert reference.accepts("Root", '"ab"') is True
    assert reference.difference("Root", '"ab"', ours=False) is None


def test_the_list_is_documented() -> None:
    told = POLICIES.read_text(encoding="utf-8")
    assert [each for each in CLASSES if f"`{each}`" not in told] == []
