"""`docs/breaking-rules.md` has every rule about two versions, as it is, and says which change is whose."""

import re
from pathlib import Path

from rtgen.checks.evolution.registry import breaking_rules

PAGE = Path(__file__).parents[2] / "docs" / "breaking-rules.md"


def test_the_page_has_every_rule() -> None:
    listed, _, changes = PAGE.read_text(encoding="utf-8").partition("## Which change is whose")
    rows = [f"| `{each.id}` | {each.level.value} | {each.summary} |" for each in breaking_rules()]
    assert [line for line in listed.splitlines() if line.startswith("| `")] == rows
    known = {each.id for each in breaking_rules()}
    assert known - set(re.findall(r"`([a-z-]+)`", changes)) == set()
