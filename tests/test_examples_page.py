"""`docs/examples.md`: its verbs exist, its paths are there, and what it shows stands in the files it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/examples.md").read_text(encoding="utf-8")
VERBS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_verbs_are_those_of_the_makefile() -> None:
    named = set(re.findall(r"`make ([a-z-]+)", PAGE))
    assert named == {each for each in VERBS if each == "demo" or each.startswith("example-")}


def test_what_is_shown_is_what_runs() -> None:
    shown = re.findall(r"```python (\S+)\n(.*?)```", PAGE, re.DOTALL)
    assert len(shown) >= 3
    for path, code in shown:
        assert code in (ROOT / path).read_text(encoding="utf-8"), f"{path} has no\n{code}"


def test_paths_are_there() -> None:
    paths = {each for each in re.findall(r"`([\w/.-]+\.(?:py|ts|yaml|md))`", PAGE) if each.count("/") > 0}
    examples = ("", "examples/notifications", "examples/collab")
    assert {each for each in paths if not any((ROOT / base / each).exists() for base in examples)} == set()
