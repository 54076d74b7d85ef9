"""Every rule's findings are golden cases; here stands what holds for all rules."""

from datetime import date
from pathlib import Path

import pytest
from small_contracts import HEAD, contract

from rtgen.checks.registry import rules
from rtgen.checks.rule import Rule
from rtgen.checks.run import check
from rtgen.checks.settings import Settings
from rtgen.source.finding import Severity

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


def test_ids_are_unique_and_sorted() -> None:
    ids = [rule.id for rule in rules()]
    assert ids == sorted(set(ids))
    assert len(ids) >= 6


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    for words in (rule.summary, rule.why, rule.fix):
        assert words.endswith(".")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_has_a_golden_case(rule: Rule) -> None:
    assert any(f" {rule.id}\n" in path.read_text(encoding="utf-8") for path in GOLDEN.glob("lint_*/findings.txt"))


def test_what_is_unsafe_stays_an_error_unless_it_is_off() -> None:
    auth = "auth: { jwt: { claims: { type: object } } }\n"
    made = contract(HEAD + auth + "channels: {}\n")
    day = date(2026, 1, 1)
    (finding,) = check(made, Settings({"unserved-construct": Severity.INFO}), day)
    assert finding.severity is Severity.ERROR
    assert check(made, Settings({"unserved-construct": None}), day) == ()
