"""Whatever stands in a contract lands in code as text: print it, parse it, and get the same text back."""

import ast
import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from rtgen.targets.text import js_doc, py_doc, py_string, ts_key, ts_string, visible

HOSTILE = (
    '"""',
    "'''",
    '"',
    'ends with "',
    'ends with \\"',
    "ends with \\",
    "*/",
    "/*",
    "\\u002a/",
    "${1}",
    "`",
    "{{ 1 }}",
    "\u2028*/",
    "\u202e",
    "\x00",
    "# type: ignore",
    "@ts-nocheck",
    "eslint-disable",
    "a\r\nb",
    '""" + print(1) + """',
)
TEXT = st.one_of(
    st.text(), st.text(alphabet="\"'\\*/`${}@\n \t\u2028a"), st.lists(st.sampled_from(HOSTILE)).map("".join)
)


@given(TEXT)
def test_a_python_string_is_its_text(text: str) -> None:
    printed = py_string(text)
    assert ast.literal_eval(printed) == text
    assert printed.isascii()


@given(TEXT)
def test_a_typescript_string_is_its_text(text: str) -> None:
    printed = ts_string(text)
    assert json.loads(printed) == text
    assert printed.isascii()


@given(TEXT)
@example('"')
@example('\\"')
@example('"""')
def test_a_docstring_holds_its_words_and_nothing_else(text: str) -> None:
    module = ast.parse(f'def f():\n    """x {py_doc(text, 4)}"""\n')
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 1
    words = ast.get_docstring(function, clean=False)
    assert words is not None
    wanted = " ".join(visible(text).split())
    assert " ".join(words.split()) == f"x {wanted}".strip()


@given(TEXT)
def test_a_docstring_alone_ends_where_it_should(text: str) -> None:
    module = ast.parse(f'"""{py_doc(text)}"""\n')
    assert len(module.body) <= 1


@given(TEXT, st.lists(TEXT, max_size=2))
def test_a_jsdoc_comment_ends_where_it_should(text: str, tags: list[str]) -> None:
    comment = js_doc(text, 2, tags=tuple(f"@deprecated {tag}" for tag in tags))
    if not comment:
        assert not text.strip() or not visible(text).strip()
        return
    assert comment.startswith("/**")
    assert comment.count("*/") == 1
    assert comment.endswith("*/")
    assert "/*" not in comment[3:]
    assert not re.search(r"^[\s*/]*(eslint|@ts-)", comment, re.MULTILINE)


@given(TEXT)
def test_words_hide_nothing(text: str) -> None:
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00\u2028\u2029]", visible(text))


def test_a_property_named_proto_never_sets_a_prototype() -> None:
    assert ts_key("__proto__") == '["__proto__"]'
    assert ts_key("plain") == "plain"
    assert ts_key("user-id") == '"user-id"'
