"""docs/observability.md: its table is printed from the records, its code runs, its loggers and settings exist."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from rtgen_runtime import Settings
from rtgen_runtime.observing.journal import MOST
from rtgen_runtime.observing.metrics import METRICS

ROOT = Path(__file__).resolve().parents[3]
RUNTIME = ROOT / "templates/python/runtime"
PAGE = ROOT / "docs" / "observability.md"
TABLE = re.compile(r"(<!-- metrics:.*?-->\n)(.*?)(<!-- end -->)", re.DOTALL)


def printed() -> str:
    rows = [
        f"| `{each.name}` | {each.kind} | {', '.join(f'`{label}`' for label in each.labels)} | {each.meaning} |"
        for each in METRICS
    ]
    return "\n".join(["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |", *rows, ""])


def test_the_table_is_that_of_the_records() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = TABLE.sub(lambda found: found[1] + printed() + found[3], text)
        PAGE.write_text(text, encoding="utf-8")
    found = TABLE.search(text)
    assert found is not None
    assert found[2] == printed()


def test_its_code_runs() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        subprocess.run([sys.executable, "-c", block], check=True, env={"PYTHONPATH": str(RUNTIME)})


def test_its_settings_and_loggers_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"Settings\((\w+)=", text))
    assert named == {"metrics", "metrics_token", "log_subjects", "debug", "tracing"}
    assert named <= {each.name for each in fields(Settings)}
    assert {f"rtgen.{kind}" for kind in MOST} <= set(re.findall(r"^\| `(rtgen[.\w]*)` \|", text, re.MULTILINE))
    for kind, most in MOST.items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `rtgen.{kind}` |")]
        assert f"at most {most} lines" in row


def test_off_is_the_default_of_all_that_shows_more() -> None:
    it = Settings()
    assert (it.debug, it.metrics, it.log_subjects, it.tracing) == (False, False, False, None)
