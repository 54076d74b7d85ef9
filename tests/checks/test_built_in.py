"""Every id that a finding can have is explained by a record."""

import ast
import re
from pathlib import Path

from rtgen.checks.built_in import built_in_rules
from rtgen.checks.registry import rule_ids

PACKAGE = Path(__file__).resolve().parents[2] / "rtgen"
# The functions that make findings; each takes the rule as its first text.
MAKERS = {"error", "warning", "Finding", "_refuse", "_wrong", "_at_key", "_failed"}
ID = re.compile(r"[a-z]+(-[a-z]+)*\Z")


def reported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if name in MAKERS and texts and ID.match(texts[0]):
                found.add(texts[0])
    return found


def test_what_the_compiler_reports_has_a_record() -> None:
    said = {rule for path in PACKAGE.rglob("*.py") for rule in reported(path)}
    assert {"unknown-key", "name-collision", "edited-file", "config"} <= said
    missing = said - {each.id for each in built_in_rules()} - set(rule_ids())
    assert missing == set(), "add them to rtgen/checks/built_in.py"


def test_records_of_the_compiler_are_sentences_with_ids_of_their_own() -> None:
    ids = [each.id for each in built_in_rules()]
    assert len({*ids, *rule_ids()}) == len(ids) + len(rule_ids())
    for each in built_in_rules():
        assert each.summary.endswith(".")
        assert each.fix.endswith(".")
