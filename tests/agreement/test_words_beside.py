"""Words beside `$ref`, and beside `enum` and `const`: both must hold, at both ends, as JSON Schema says."""

import json
from typing import Any

import pytest
from agreement.judging import Family, judged

SCHEMAS: dict[str, Any] = {
    "Word": {"type": "string", "maxLength": 4},
    "Pair": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}},
    "List": {"type": "array", "items": {"type": "integer"}},
    "Kind": {"enum": ["on", "off", 1]},
}
CASES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"$ref": "#/schemas/Word", "minLength": 2}, ["ab", "abcd"], ["a", "abcde", 5]),
    ({"$ref": "#/schemas/Word", "pattern": "^a"}, ["a"], ["b", "abcde"]),
    ({"$ref": "#/schemas/Word", "type": "string"}, ["a"], ["abcde", 5]),
    ({"$ref": "#/schemas/Word", "minimum": 5}, ["a"], ["abcde", 7]),
    ({"$ref": "#/schemas/Word", "not": {"const": "no"}}, ["yes"], ["no", "abcde"]),
    ({"$ref": "#/schemas/Pair", "required": ["b"]}, [{"a": 1, "b": ""}], [{"a": 1}, {"b": ""}, 1]),
    (
        {"$ref": "#/schemas/Pair", "properties": {"b": {"maxLength": 1}}, "maxProperties": 2},
        [{"a": 1, "b": "x"}, {"a": 1}],
        [{"a": 1, "b": "xy"}, {"a": 1, "b": "x", "c": 1}],
    ),
    ({"$ref": "#/schemas/List", "minItems": 1, "contains": {"const": 3}}, [[3], [1, 3]], [[], [1], ["3"]]),
    ({"$ref": "#/schemas/Kind", "enum": ["on", "auto"]}, ["on"], ["off", "auto", 1]),
    ({"$ref": "#/schemas/Kind", "anyOf": [{"type": "integer"}, {"minLength": 3}]}, ["off", 1], ["on", 2]),
    ({"enum": ["a", "bb", 3], "maxLength": 1}, ["a", 3], ["bb", "c"]),
    ({"type": "string", "enum": ["a", "bb"], "maxLength": 2, "pattern": "^[ab]+$"}, ["a", "bb"], ["c", "ab"]),
    ({"type": "integer", "enum": [1, 5, 9], "maximum": 5}, [1, 5, 1.0], [9, 2]),
    ({"const": "x", "not": {"const": "y"}}, ["x"], ["y"]),
    ({"const": {"a": 1}, "minProperties": 2}, [], [{"a": 1}, {}]),
    ({"enum": ["a", "b"], "allOf": [{"$ref": "#/schemas/Word"}]}, ["a", "b"], ["c"]),
]


@pytest.fixture(scope="module")
def verdicts() -> list[list[tuple[str, bool, str]]]:
    """Of each case, and of the same inside of an object and of a list: text, what it should be, what is wrong."""
    families, wanted = [], []
    for schema, valid, invalid in CASES:
        inside = {"type": "object", "properties": {"x": schema}}
        root = {**SCHEMAS, "Root": schema, "In": inside, "Of": {"type": "array", "items": schema}}
        asked, should = [], []
        for values, good in ((valid, True), (invalid, False)):
            for value in values:
                for name, placed in (("Root", value), ("In", {"x": value}), ("Of", [value])):
                    asked.append((name, json.dumps(placed)))
                    should.append(good)
        families.append(Family(root, asked))
        wanted.append(should)
    answers = judged(families)
    made = []
    for family, should, said in zip(families, wanted, answers.judgements, strict=True):
        assert said is not None, (family.schemas["Root"], answers.refused)
        both = zip(family.asked, should, said, strict=True)
        made.append([(text, (one.python is None) == good, one.fault) for (_, text), good, one in both])
    return made


@pytest.mark.parametrize("index", range(len(CASES)), ids=lambda index: json.dumps(CASES[index][0]))
def test_both_ends_ask_for_both(index: int, verdicts: list[list[tuple[str, bool, str]]]) -> None:
    assert [(text, fault) for text, right, fault in verdicts[index] if not right or fault] == []
