"""One schema: both judges agree, and issues come in the contract's order."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.judge import MAX_ISSUES, Judge
from rtgen_runtime.validation import Schema
from small_conversation import NOTE, Note

DOCUMENT: dict[str, Any] = {
    "type": "object",
    "required": ["z", "a"],
    "properties": {
        "m": {"type": "string", "minLength": 2, "pattern": "^x"},
        "a": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
            "maxItems": 3,
            "uniqueItems": True,
        },
        "n": {"$ref": "#/$defs/Inner"},
        "z": {"type": "number", "multipleOf": 0.1},
    },
    "additionalProperties": False,
}
INNER: dict[str, Any] = {"type": "object", "properties": {"q": {"enum": ["a", 1]}, "b": {"type": ["string", "null"]}}}
JUDGE = Judge({"It": DOCUMENT, "Inner": INNER}, "It")


def told(value: Any) -> list[tuple[str, str]]:
    return [(issue.pointer, issue.code) for issue in JUDGE.issues(value)]


@pytest.mark.parametrize(
    ("value", "issues"),
    [
        ({"z": 0.3, "a": []}, []),
        ([], [("", "type")]),
        ({}, [("", "required"), ("", "required")]),
        (
            {"extra": 1, "n": {"b": 1, "q": "x"}, "a": [1, 1, -1, "x"], "m": "a"},
            [
                ("", "required"),
                ("/m", "minLength"),
                ("/m", "pattern"),
                ("/a", "maxItems"),
                ("/a", "uniqueItems"),
                ("/a/2", "minimum"),
                ("/a/3", "type"),
                ("/n/q", "enum"),
                ("/n/b", "type"),
                ("", "additionalProperties"),
            ],
        ),
        ({"z": 0.35, "a": [2**53]}, [("/a/0", "type"), ("/z", "multipleOf")]),
        ({"z": 1, "a": [], "n": {"q": True}}, [("/n/q", "enum")]),
    ],
)
def test_issues_come_in_the_contracts_order(value: Any, issues: list[tuple[str, str]]) -> None:
    assert told(value) == issues


def test_missing_properties_come_in_the_order_of_required() -> None:
    assert [issue.message for issue in JUDGE.issues({})] == ['needs the property "z"', 'needs the property "a"']


def test_pointers_are_escaped() -> None:
    judge = Judge({"It": {"type": "object", "properties": {"a/b~c": {"type": "null"}}}}, "It")
    assert judge.issues({"a/b~c": 1})[0].pointer == "/a~1b~0c"


def test_there_is_an_end_to_issues() -> None:
    judge = Judge({"It": {"type": "array", "items": {"type": "null"}}}, "It")
    assert len(judge.issues([1] * 10_000)) == MAX_ISSUES


def test_messages_never_hold_the_value() -> None:
    assert "hunter2" not in json.dumps(
        msgspec.to_builtins(JUDGE.issues({"m": "hunter2", "a": "hunter2", "z": "hunter2"}))
    )


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["", "a", "x" * 8, "x" * 9, "\U0001f600" * 8, 1, None]),
        "count": st.sampled_from([0, 10, 11, -1, 1.0, 1.5, True, "1", 2**53, 1e300, None]),
        "id": st.sampled_from(["0189b0de-0000-7000-8000-000000000000", "no", 5, None]),
        "other": st.integers() | st.lists(st.none(), max_size=2),
    },
)


@given(VALUES | st.none() | st.lists(VALUES, max_size=1))
@settings(deadline=None)
def test_the_fast_way_and_the_full_validator_agree(value: Any) -> None:
    raw = json.dumps(value).encode()
    fast, slow = outcome(NOTE, raw, slowly=False), outcome(NOTE, raw, slowly=True)
    assert fast == slow


def outcome(schema: Schema[Note], raw: bytes, *, slowly: bool) -> Any:
    try:
        return schema.decode_slowly(raw) if slowly else schema.decode(raw)
    except InvalidPayload as error:
        return error.issues


@pytest.mark.parametrize("raw", [b"", b"{", b"nul", b"1e999", b'"\\ud800"', b"\xff", b"[" * 64, b"NaN"])
def test_what_is_no_json_is_one_issue(raw: bytes) -> None:
    assert [(issue.pointer, issue.code) for issue in NOTE.issues(raw)] == [("", "malformed")]


def test_depth_is_limited_wherever_it_is() -> None:
    raw = b'{"text":"a","other":' + b"[" * 64 + b"]" * 64 + b"}"
    assert [issue.code for issue in NOTE.issues(raw)] == ["depth"]
    assert NOTE.issues(raw.replace(b"[" * 64, b"[" * 63).replace(b"]" * 64, b"]" * 63)) == []


@pytest.mark.parametrize("levels", [65, 900, 1100, 100_000])
@pytest.mark.parametrize("rest", [b"]", b"", b'"\\ud800"]', b"x"])
def test_too_many_levels_are_depth_whatever_else_is_wrong(levels: int, rest: bytes) -> None:
    assert [issue.code for issue in NOTE.issues(b"[" * levels + b'"]"' + rest * levels)] == ["depth"]
    assert [issue.code for issue in NOTE.issues(b'"' + b"[" * levels + rest)][:1] != ["depth"]


@pytest.mark.parametrize("digits", [309, 400, 4000])
@pytest.mark.parametrize("place", ['"other":%s', '"other":[{"a":%s}]', '"undeclared":%s', '"count":%s'])
def test_an_integer_beyond_all_doubles_is_malformed_wherever_it_is(place: str, digits: int) -> None:
    raw = ('{"text":"a",%s}' % (place % ("9" * digits))).encode()
    assert [issue.code for issue in NOTE.issues(raw)] == ["malformed"]


def test_what_can_not_be_json_is_an_invalid_payload() -> None:
    with pytest.raises(InvalidPayload):
        NOTE.encode(Note(text=object()))  # type: ignore[arg-type]
    with pytest.raises(InvalidPayload):
        NOTE.encode(Note(text="\ud800"))
    with pytest.raises(InvalidPayload):
        NOTE.encode(Note(text="a", count=float("nan")))  # type: ignore[arg-type]


def members(*kinds: str) -> dict[str, Any]:
    """Cases told apart by `type`, which stands behind `children` in their alphabet, and is looked at after it."""
    children = {"children": {"type": "array", "items": {"$ref": "#/$defs/It"}}}
    return {
        kind: {
            "type": "object",
            "required": ["type"],
            "properties": {**children, "type": {"enum": [kind]}},
        }
        for kind in kinds
    }


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
@pytest.mark.parametrize("leaf", [1, {"type": "bold", "children": []}])
def test_nested_choices_cost_no_more_with_each_level(word: str, leaf: object) -> None:
    """The server must not be held up: before, 16 levels took half a minute, and 64 are allowed."""
    cases = members("bold", "italic", "link")
    judge = Judge({"It": {word: [{"$ref": f"#/$defs/{kind}"} for kind in cases]}, **cases}, "It")
    value = leaf
    for _ in range(30):
        value = {"type": "link", "children": [value]}
    assert [(issue.pointer, issue.code) for issue in judge.issues(value)] == ([("", word)] if leaf == 1 else [])
