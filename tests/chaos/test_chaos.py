"""A minute of chaos in which nothing is lost without a word; `make chaos` plays longer, with broken nodes, too."""

from pathlib import Path

import pytest
from chaos.deeds import DEEDS, MUTE
from chaos.figures import rows
from chaos.outcome import Plan
from chaos.play import play
from chaos.report import data, markdown
from chaos.timeline import picture
from chaos.world import People

pytestmark = pytest.mark.timeout(300)

FAULTS_OF_A_LINK = ("slow", "jittered", "sliced", "swallowed", "half-open", "reset", "cut")


async def test_a_minute_with_ten_faults(tmp_path: Path) -> None:
    people = People(python=20, typescript=4, halls=4, every=0.5, burst=2, guests=6.0)
    plan = Plan(seconds=60, faults=10, people=people)
    outcome = await play(tmp_path, 20261123, plan)
    report = outcome.report
    assert not report.violations, "\n".join(map(str, report.violations))
    assert report.silent_lost == report.duplicates == report.inversions == 0
    assert report.acked > 500
    assert len(outcome.faults) == 10
    assert 0 < report.back < 60
    assert f"| recorded events acknowledged | {report.acked} |" in markdown(outcome, plan)
    assert picture(outcome).count("<rect") == 11
    assert data(outcome, plan)["acked"] == report.acked >= outcome.acked_with_faults > 0
    found = {each["subject"]: each for each in rows(outcome)}
    assert found["violations of twelve invariants"]["met"]


def test_there_are_faults_of_many_kinds_each_with_its_words() -> None:
    """Those that were promised, one for each piece that can break; a long play has its turn of each."""
    assert len(DEEDS) >= 25
    assert all(each.__doc__ for each in DEEDS.values())
    assert DEEDS.keys() > MUTE
    for link in "clients", "redis-link":
        kinds = {name for name in DEEDS if name.startswith(f"{link}-")}
        assert {f"{link}-{kind}" for kind in FAULTS_OF_A_LINK} <= kinds
