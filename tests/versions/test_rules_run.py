"""Each rule's examples, run: old clients with new servers, and new clients with old ones."""

import pytest
import versions.judging
from small_contracts import from_pieces
from versions.judging import judged
from versions.packages import Packages

from rtgen.checks.evolution.compare import Found, compare
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.registry import breaking_rules
from rtgen.checks.evolution.rule import BreakingRule


# In debug mode, which tests run in, clients are told of what is going away; that is no failure.
@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")
@pytest.mark.parametrize("pair", ["breaking", "harmless"])
@pytest.mark.parametrize("rule", breaking_rules(), ids=lambda rule: rule.id)
def test_what_is_said_comes_true(rule: BreakingRule, pair: str, packages: Packages) -> None:
    old, new = map(from_pieces, getattr(rule, pair))
    for each in judged(packages, old, new):
        assert not each.unforeseen, each.order
        assert not each.unfounded, (each.order, each.failed)


def test_a_rule_that_is_silent_or_wrong_would_be_found(packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(each for each in breaking_rules() if each.id == "property-added-required")
    old, new = map(from_pieces, rule.breaking)
    said = compare
    monkeypatch.setattr(versions.judging, "compare", lambda pair: ())
    assert any(each.unforeseen for each in judged(packages, old, new))

    def same(pair: Pair) -> tuple[Found, ...]:
        return said(Pair(old, new))

    monkeypatch.setattr(versions.judging, "compare", same)
    assert all(each.unfounded for each in judged(packages, old, old) if each.said)
    assert any(each.said for each in judged(packages, old, old))
