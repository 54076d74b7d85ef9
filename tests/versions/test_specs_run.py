"""Versions of the contracts in `specs/`: rules are silent on harmless edits, and what they say comes true."""

import os

import pytest
from versions.editing import HARMLESS, RISKY, Edit
from versions.judging import judged
from versions.packages import Packages

from rtgen.checks.evolution.compare import compare
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Level
from rtgen.checks.evolution.traffic import Order

_SOURCE = {"parameter-renamed"}
"""Parameters are not on the wire, and are in people's code."""


@pytest.mark.parametrize("edit", HARMLESS, ids=str)
def test_no_rule_minds_a_harmless_edit(edit: Edit) -> None:
    found = compare(Pair(*edit.versions()))
    server_first = frozenset({Order.SERVER_FIRST})
    minded = {each.rule.id for each in found if each.matters(server_first, frozenset(Level)) and not each.rule.sums_up}
    assert minded <= _SOURCE


# A sample of them in `make test`, all in `make agreement`.
@pytest.mark.parametrize("edit", [*HARMLESS, *RISKY][:: 1 if os.environ.get("VERSIONS") == "all" else 5], ids=str)
def test_what_is_said_of_an_edit_comes_true(edit: Edit, packages: Packages) -> None:
    for each in judged(packages, *edit.versions()):
        assert not each.unforeseen, each.order
        assert not each.unfounded, (each.order, each.failed)
