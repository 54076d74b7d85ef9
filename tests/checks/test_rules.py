"""Every rule's findings are golden cases; here stands what holds for all rules."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rtgen_runtime.codes import ErrorCode
from small_contracts import HEAD, contract, from_pieces

from rtgen.api import load, load_contract, resolve
from rtgen.checks.lint.error_code_of_protocol import CODES
from rtgen.checks.registry import rules
from rtgen.checks.rule import Rule
from rtgen.checks.run import check
from rtgen.checks.settings import Settings
from rtgen.contract.model import Unserved
from rtgen.source.finding import Severity
from rtgen.source.span import file_start

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
DAY = date(2026, 1, 1)


def test_ids_are_unique_and_sorted() -> None:
    ids = [rule.id for rule in rules()]
    assert ids == sorted(set(ids))
    assert len(ids) >= 40


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    for words in (rule.summary, rule.why, rule.fix):
        assert words.endswith(".")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_has_a_golden_case(rule: Rule) -> None:
    own = GOLDEN / f"lint_{rule.id.replace('-', '_')}"
    cases = [own] if own.is_dir() else [GOLDEN / "lint_unused", GOLDEN / "lint_unserved"]
    assert any(f" {rule.id}\n" in (case / "findings.txt").read_text(encoding="utf-8") for case in cases)


def broken(text: str, rule: Rule) -> list[str]:
    found = check(from_pieces(text), Settings({rule.id: rule.severity}), DAY)
    return [each.message for each in found if each.rule == rule.id]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_fires_on_its_bad_example_and_not_on_its_good_one(rule: Rule) -> None:
    assert broken(rule.bad, rule)
    assert broken(rule.good, rule) == []


def test_a_strict_rule_is_off_until_the_set_or_the_rule_is_asked_for() -> None:
    made = from_pieces("title: Team chat\n")
    assert check(made, Settings(), DAY) == ()
    assert [each.rule for each in check(made, Settings(strict=True), DAY)] == ["contract-description"]
    assert [each.rule for each in check(made, Settings({"contract-description": Severity.INFO}), DAY)] == [
        "contract-description"
    ]


SHIPPED = [
    *(ROOT / "specs" / f"{name}.yaml" for name in ("chat", "collab", "notifications")),
    ROOT / "rtgen" / "starter" / "specs" / "hello.yaml",
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_we_ship_has_no_findings(path: Path) -> None:
    """But for what no generated code serves yet: that is no matter of the contract."""
    found = check(load_contract(path), Settings(), DAY)
    assert [each for each in found if each.rule != "unserved-construct"] == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/contract.yaml")), ids=lambda path: path.parent.name)
def test_every_rule_takes_every_contract(path: Path) -> None:
    resolved = resolve(load(path))
    if resolved.contract is not None:
        known = {rule.id for rule in rules()}
        assert {each.rule for each in check(resolved.contract, Settings(strict=True), DAY)} <= known


def test_the_protocol_s_codes_are_those_of_the_runtime() -> None:
    assert sorted(ErrorCode) == list(CODES)


def test_what_is_unsafe_stays_an_error_unless_it_is_off() -> None:
    bare = contract(HEAD + "channels: {}\n")
    made = replace(bare, unserved=(Unserved("door", file_start("demo.yaml"), unsafe=True),))
    (finding,) = check(made, Settings({"unserved-construct": Severity.INFO}), DAY)
    assert finding.severity is Severity.ERROR
    assert check(made, Settings({"unserved-construct": None}), DAY) == ()


def test_what_is_used_in_several_places_is_told_once_where_it_stands() -> None:
    text = (
        "schemas:\n  Note: { type: object, properties: { body: { type: string } } }\n"
        "events:\n  note:\n    from: client\n    payload:\n      type: object\n      properties:\n"
        "        a: { $ref: '#/schemas/Note/properties/body' }\n"
        "        b: { type: array, items: { $ref: '#/schemas/Note/properties/body' } }\n"
    )
    (found,) = [each for each in check(from_pieces(text), Settings(), DAY) if each.rule == "string-unbounded"]
    assert found.message == "`body` of `Note` comes from clients and may have any length"
    assert found.span.start.line == 5
    assert [each.message for each in found.related] == ["used here", "used here"]
