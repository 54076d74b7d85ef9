import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtgen.schema.patterns import PatternError, check_pattern, explicit_pattern, python_pattern


@pytest.mark.parametrize(
    ("pattern", "python"),
    [
        (r"^[a-z0-9-]{1,64}$", r"^[a-z0-9-]{1,64}\Z"),
        (r"^\d{4}-\d{2}$", r"^[0-9]{4}-[0-9]{2}\Z"),
        (r"^[\w.-]+$", r"^[\x2d-.0-9A-Z_a-z]+\Z"),
        (r"^a.c$", r"^a[^\x0a\x0d\u2028-\u2029]c\Z"),
        (r"^\u{1F600}\.$", "^😀\\.\\Z"),
        (r"^(?:a|b)?$", r"^(?:a|b)?\Z"),
        (r"a|b", "a|b"),
        ("", ""),
    ],
)
def test_patterns_are_written_out_for_python(pattern: str, python: str) -> None:
    check_pattern(pattern)
    assert python_pattern(pattern) == python


def test_the_explicit_form_keeps_the_anchors() -> None:
    assert explicit_pattern(r"^\d+$") == "^[0-9]+$"


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(a+)+$",
        r"(.*a){20}",
        r"^(a|a)*$",
        r"^(a*)*$",
        r"^(a?){20}a{20}$",
        r"^(([a-z]{1,30}){1,30})$",
        r"^(a|ab)(b|bc)*(bc)*$",
        r"^\d+\d+$",
        r"^[a-z]+[a-z0-9]*$",
        r"\s+$",
        r"^.*a.*b$",
        r"[a-z]+@[a-z]+",
    ],
)
def test_patterns_that_can_take_long_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]+(-[a-z]+)*$",
        r"^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}$",
        r"^#[0-9a-fA-F]{6}$",
        r"^\+[1-9]\d{1,14}$",
        r"^[^@\s]+@[^@\s]+$",
        r"^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$",
        r"^([a-z]{1,64}-)+([0-9]{1,64}_)+$",
        r"^(foo|bar|baz)$",
        r"^.{1,2000}$",
        r"[A-Z]",
    ],
)
def test_patterns_people_write_are_taken(pattern: str) -> None:
    check_pattern(pattern)
    re.compile(python_pattern(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)b",
        r"(?<=a)b",
        r"(?<name>a)",
        r"(?i)a",
        r"(a)\1",
        r"\bword",
        r"\p{L}",
        r"\ud800",
        r"\a",
        r"\Z",
        r"[[a]",
        r"[]",
        r"[^]",
        r"[b-a]",
        r"[\d-z]",
        r"a{2,1}",
        r"a{",
        r"a}",
        r"a**",
        r"*a",
        r"^*",
        r"(a",
        r"a)",
        "a\\",
        r"\x4",
        r"a{99999}",
        "a" * 2000,
        "(" * 200 + "a" + ")" * 200,
    ],
)
def test_what_the_languages_do_not_share_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError) as refused:
        check_pattern(pattern)
    assert str(refused.value)
    assert refused.value.hint


def test_a_final_newline_is_no_end() -> None:
    assert re.search(python_pattern("^a$"), "a\n") is None
    assert re.search(python_pattern(r"^\d$"), "٣") is None
    assert re.search(python_pattern("^.$"), "\u2028") is None


@settings(deadline=None)
@given(st.text(alphabet="ab01^$.*+?()[]{}|\\-,:=!<dDwWsSux&~#"))
def test_no_pattern_breaks_the_parser_and_what_is_taken_compiles(pattern: str) -> None:
    try:
        check_pattern(pattern)
    except PatternError:
        return
    re.compile(python_pattern(pattern))
    again = explicit_pattern(pattern)
    assert explicit_pattern(again) == again


@settings(deadline=None)
@given(
    st.sampled_from([r"^[\w.-]+$", r"^\S*$", r"^[^a-c]\D?$", r"^(?:ab|[b-d]){2}$", r"^\u{1F600}|x$", r"^[\]\-&~]+$"]),
    st.text(alphabet="abcd-.&~] \n\u00a0\u2028٣😀_9", max_size=6),
)
def test_the_explicit_form_means_the_same(pattern: str, text: str) -> None:
    """The forms differ only in how `$` is said, so Python reads both alike once it is said Python's way."""
    explicit = explicit_pattern(pattern).replace("$", r"\Z")
    assert bool(re.search(explicit, text)) == bool(re.search(python_pattern(pattern), text))
