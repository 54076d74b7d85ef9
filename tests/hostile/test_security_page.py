"""`docs/security.md` names a test for every row, and the tests are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = {found[1]: found[0] for found in re.finditer(r"^\| ([A-Z][0-9]+) \|.*\|$", PAGE, re.MULTILINE)}
NOT_APPLICABLE = {"B8", "B9"}


def test_every_row_stands_there_once() -> None:
    rows = re.findall(r"^\| ([A-Z][0-9]+) \|", PAGE, re.MULTILINE)
    groups = {"A": 19, "B": 10, "C": 15, "D": 10, "E": 11, "S": 19}
    assert rows == [f"{group}{number}" for group, most in groups.items() for number in range(1, most + 1)]


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_of_a_row_exist(row: str) -> None:
    proofs = re.findall(r"`(tests/[^`]+\.py)(?:::(\w+))?`", ROWS[row])
    assert bool(proofs) != (row in NOT_APPLICABLE)
    for path, name in proofs:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert not name or name in named, f"{path}::{name}"
