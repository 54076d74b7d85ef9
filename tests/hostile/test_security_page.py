"""`docs/security.md` names a test for every row, and the tests are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = {found[1]: found[0] for found in re.finditer(r"^\| ([A-Z][0-9]+) \|.*\|$", PAGE, re.MULTILINE)}
PROOFS = re.findall(r"`(tests/[^`]+\.py)(?:::(\w+))?`", PAGE)
CASES = re.findall(r"^\| (F[0-9]+): (.+?) \| `tests/", PAGE, re.MULTILINE)
NOT_APPLICABLE = {"B8", "B9"}


def test_every_row_stands_there_once() -> None:
    rows = re.findall(r"^\| ([A-Z][0-9]+) \|", PAGE, re.MULTILINE)
    groups = {"A": 19, "B": 10, "C": 15, "D": 10, "E": 11, "F": 10, "S": 19}
    assert rows == [f"{group}{number}" for group, most in groups.items() for number in range(1, most + 1)]


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_of_a_row_exist(row: str) -> None:
    proofs = re.findall(r"`(tests/[^`]+\.py)(?:::(\w+))?`", ROWS[row])
    assert bool(proofs) != (row in NOT_APPLICABLE)
    for path, name in proofs:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert not name or name in named, f"{path}::{name}"


def test_every_case_of_nodes_and_redis_stands_there() -> None:
    """What is done to Redis, to keys and to nodes: a word of each stands in a line of its row."""
    asked = {
        "F1": "garbage, another version, pickle, huge, another epoch, own, nobody",
        "F3": "1 s, lease, killed, empty, log, OOM, READONLY, LOADING, NOREPLICAS, pubsub, normal, PAUSE, buffer",
        "F5": "`meta`, stream, newest, people, members, where, generation, which, revocations, flags, sessions, leases",
        "F6": "SIGKILL, SIGSTOP, thawed, behind and ahead, apart, from Redis, from clients",
    }
    for row, words in asked.items():
        cases = [case for found, case in CASES if found == row]
        assert [word for word in words.split(", ") if not any(word in case for case in cases)] == []


def test_every_named_test_is_there() -> None:
    """Also those of cases and of bad settings, which are no rows."""
    for path, name in PROOFS:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, f"{path}::{name}"
