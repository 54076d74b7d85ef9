"""docs/chaos.md: its tables are printed from the records."""

import os
import re

import pytest
from chaos.deeds import DEEDS
from chaos.mutations import MUTATIONS
from generated_chat import ROOT

PAGE = ROOT / "docs" / "chaos.md"


def faults() -> str:
    """Each with what it does."""
    rows = [f"| {name} | {act.__doc__} |" for name, act in DEEDS.items()]
    return "\n".join(["| fault | |", "| --- | --- |", *rows, ""])


def mutants() -> str:
    """Each with the invariant that it breaks."""
    rows = []
    for name, each in MUTATIONS.items():
        found = "made good" if each.breaks is None else each.breaks.name.lower().replace("_", " ")
        rows.append(f"| {name} | {each.words}. | {', '.join(dict.fromkeys(each.needs))} | {found} |")
    return "\n".join(["| mutant | what is broken | under | noticed as |", "| --- | --- | --- | --- |", *rows, ""])


@pytest.mark.parametrize(("name", "printed"), [("faults", faults()), ("mutants", mutants())])
def test_the_tables_are_those_of_the_records(name: str, printed: str) -> None:
    table = re.compile(rf"(<!-- {name}:.*?-->\n)(.*?)(<!-- end -->)", re.DOTALL)
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = table.sub(lambda found: found[1] + printed + found[3], text)
        PAGE.write_text(text, encoding="utf-8")
    found = table.search(text)
    assert found is not None
    assert found[2] == printed


def test_faults_that_mutants_need_are_there() -> None:
    assert all(name in DEEDS for each in MUTATIONS.values() for name in each.needs)
