"""`docs/rules.md` is printed from the rules' records; `make golden` rewrites it."""

import os
from pathlib import Path

from rtgen.api import built_in_rules, rules
from rtgen.cli.report.rule_pages import page
from rtgen.versions import breaking_rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_page_of_rules_is_what_the_records_say() -> None:
    made = page(rules(), built_in_rules(), breaking_rules())
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "run `make golden`"
