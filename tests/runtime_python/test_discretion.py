"""Issues inside of sensitive values; the table is the same for both ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from rtgen_runtime.discretion import discreet
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.validation import Schema

TABLE = json.loads((Path(__file__).parents[1] / "conformance/discretion.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['sensitive'][-1]} {row['issue'][0]}")
def test_an_issue_inside_of_a_secret_is_told_of_the_secret(row: dict[str, Any]) -> None:
    assert discreet([Issue(*row["issue"])], row["sensitive"]) == [Issue(*row["told"])]


def test_each_is_told_once_and_without_secrets_nothing_changes() -> None:
    found = [Issue(f"/cards/{number}", "type", "must be a string") for number in range(3)]
    assert discreet(found, ["/cards"]) == [Issue("/cards", "type", "must be a string")]
    assert discreet(found, []) == found


def test_many_wildcards_cost_no_more_than_their_length() -> None:
    pattern = "/**/a" * 30
    deep = Issue("/a" * 64 + "/b", "type", "must be a string")
    assert discreet([deep], [pattern]) == [Issue("/a" * 30, "type", "must be a string")]
    assert discreet([deep], [pattern + "/c"]) == [deep]


def test_no_error_quotes_what_is_sensitive() -> None:
    quoted = "4711 0815"
    vault = {"type": "object", "additionalProperties": False, "properties": {"pin": {"type": "string", "maxLength": 4}}}
    document = {"type": "object", "properties": {"vault": vault, "word": {"enum": ["open"]}}}
    schema: Schema[Any] = Schema("It", Any, {"It": document}, judged=True, sensitive=("/vault", "/word"))
    for value in ({"vault": {quoted: 1}}, {"vault": {"pin": quoted}}, {"word": quoted}):
        with pytest.raises(InvalidPayload) as caught:
            schema.decode(json.dumps(value).encode())
        assert quoted not in str(caught.value)
        assert quoted not in repr(caught.value.issues)
