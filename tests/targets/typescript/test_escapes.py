"""Escapes come back: what is printed is read as the same text by the language itself."""

import json
import shutil
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from rtgen.targets.typescript.escapes import key, number, quoted, regex, template_text

NASTY = ("`", "${x}", "\\", "\\`", "$", "${", "'", '"', "'\"", "*/", "\u2028", "\u202e", "\n", "</script>", "__proto__")
TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]))), min_size=1)


def evaluated(expressions: list[str]) -> list[object]:
    program = f"process.stdout.write(JSON.stringify([{','.join(expressions)}]))"
    done = subprocess.run(
        [shutil.which("node") or "node", "-e", program], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    values: list[object] = json.loads(done.stdout)
    return values


@settings(max_examples=15, deadline=None)
@given(TEXTS)
def test_texts_come_back(texts: list[str]) -> None:
    joined = "".join(texts)
    every = [*texts, joined]
    printed = [f"[{quoted(each)}, `{template_text(each)}`, Object.keys({{ {key(each)}: 1 }})[0]]" for each in every]
    assert evaluated(printed) == [[each] * 3 for each in every]
    for each in every:
        assert quoted(each).isascii()
        assert template_text(each).isascii()


def test_numbers_are_the_doubles_that_were_meant() -> None:
    values = [0, 1, -1, 0.1, -0.5, 1e-7, 2.5e-7, 1e20, 1e21, 1e300, 2**53 - 1, 123456.789]
    assert evaluated([number(each) for each in values]) == values


def test_patterns_mean_what_they_meant() -> None:
    cases = [("^/a/b$", "/a/b"), ("^[/]$", "/"), (r"^\[/\]$", "[/]"), ("^é$", "é"), (r"^\d{2}$", "12"), ("a|/", "/")]
    assert evaluated([f"{regex(pattern)}.test({quoted(text)})" for pattern, text in cases]) == [True] * len(cases)
