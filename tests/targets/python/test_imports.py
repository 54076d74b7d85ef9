"""Imported names stand in the order that users' linters ask for."""

import subprocess
import sys
from pathlib import Path

from rtgen.targets.python.data_modules import import_from

NAMES = ("EditPayload", "EditedPayload", "Aa", "AParams", "Item10", "Item9", "LIMIT", "A", "listen", "Zoo")


def test_a_linter_has_nothing_to_say_about_the_order(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(f"{import_from('elsewhere', NAMES)}\n", encoding="utf-8")
    command: list[str | Path] = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I", module]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
