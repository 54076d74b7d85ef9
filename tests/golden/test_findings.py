"""Every folder with a `findings.txt` is a case: what `rtgen check` says about its `contract.yaml`, word for word.

A folder `lint_<rule>` is the case of that rule, which is on there even when it is of the set `strict`.
"""

import os
from datetime import date
from pathlib import Path

import click
import pytest

from rtgen.api import Settings, check, check_ignores, inline_ignores, load, resolve
from rtgen.checks.registry import rules
from rtgen.cli.report.text import render, summary
from rtgen.source.finding import ordered

DAY = date(2026, 1, 1)
HERE = Path(__file__).parent
# Cases of what is generated have an `expect/` instead, or a test of their own.
CASES = sorted(path.parent for path in HERE.glob("*/contract.yaml") if not path.parent.name.startswith("generated_"))
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


def said(case: Path) -> str:
    resolved = resolve(load(case / "contract.yaml", "contract.yaml"), case)
    own = case.name.removeprefix("lint_").replace("_", "-")
    inline, malformed = inline_ignores([resolved])
    settings = Settings({rule.id: rule.severity for rule in rules() if rule.id == own}, inline)
    lint = check(resolved.contract, settings, DAY) if resolved.contract is not None else ()
    unused = check_ignores([resolved.contract], settings, DAY) if resolved.contract is not None else ()
    findings = ordered([*resolved.findings, *malformed, *lint, *unused])
    blocks = [*render(findings, {text.file: text for text in resolved.texts}), summary(findings)]
    return click.unstyle("\n\n".join(blocks)) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_contract_gets_exactly_these_findings(case: Path) -> None:
    expected = case / "findings.txt"
    found = said(case)
    if UPDATE:
        expected.write_text(found, encoding="utf-8")
    assert expected.is_file(), f"{case.name} has no findings.txt; run with UPDATE_GOLDEN=1 and review it"
    assert found == expected.read_text(encoding="utf-8")


def test_no_case_is_named_for_nothing() -> None:
    orphans = [
        path.parent.name for path in HERE.glob("*/findings.txt") if not (path.parent / "contract.yaml").is_file()
    ]
    assert orphans == []
