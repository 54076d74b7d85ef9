"""Rules about two versions: each speaks of its breaking example at its own level, and not of its harmless one."""

from datetime import date

import pytest
from small_contracts import from_pieces

from rtgen.checks.evolution.compare import Found, compare
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.registry import breaking_rules
from rtgen.checks.evolution.rule import BreakingRule, Verdict
from rtgen.checks.evolution.traffic import Order
from rtgen.checks.registry import rule_ids

DAY = date(2026, 1, 1)
RULES = breaking_rules()


def found(old: str, new: str, rule: BreakingRule) -> list[Found]:
    pair = Pair(from_pieces(old), from_pieces(new), DAY)
    return [each for each in compare(pair) if each.rule is rule]


def matters(each: Found, *orders: Order) -> bool:
    return each.matters(frozenset(orders), frozenset({each.rule.level}))


def test_ids_are_unique_and_no_lint_rules_own() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert not set(ids) & set(rule_ids())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_what_to_do(rule: BreakingRule) -> None:
    for words in (rule.summary, rule.why, rule.fix):
        assert words.endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_speaks_of_its_breaking_example(rule: BreakingRule) -> None:
    bad = [each for each in found(*rule.breaking, rule) if matters(each, *Order)]
    assert bad
    assert all(each.breach.verdict is Verdict.BREAKING for each in bad)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_lets_its_harmless_example_pass_with_the_server_first(rule: BreakingRule) -> None:
    assert not [each for each in found(*rule.harmless, rule) if matters(each, Order.SERVER_FIRST)]
    assert rule.harmless[0] != rule.harmless[1]
