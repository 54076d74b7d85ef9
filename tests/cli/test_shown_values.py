"""A payload that shows a breach, on one line."""

import json

import pytest

from rtgen.cli.report.values import on_one_line

LONG = {
    "id": "0" * 36,
    "author": {"id": "a" * 36, "name": "b" * 36},
    "body": "x" * 2001,
    "sentAt": "2026-01-02T03:04:05Z",
}


@pytest.mark.parametrize(
    ("value", "pointer", "shown"),
    [
        ({"mood": "sad"}, "/mood", '{"mood": "sad"}'),
        ("x" * 2001, "", '"xxxxxxxxxxxx… (2001 characters)"'),
        ([1, 2, 3, 4], "/3", '[1, 2, "… (4 items)"]'),
        (LONG, "/body", '{"body": "xxxxxxxxxxxx… (2001 characters)", …}'),
        (LONG, "", '{"id": …, "author": …, "body": …, "sentAt": …}'),
        (LONG, "/author/name", '{"author": {"name": "bbbbbbbbbbbb… (36 characters)", …}, …}'),
        ({"a": [LONG, {"b~/c": 1}], "d": LONG}, "/a/1/b~0~1c", '{"a": […, {"b~/c": 1}], …}'),
        (LONG, "/lang", '{"id": …, "author": …, "body": …, "sentAt": …}'),
    ],
)
def test_it_keeps_what_shows_the_breach(value: object, pointer: str, shown: str) -> None:
    assert on_one_line(value, pointer) == shown


def test_it_is_never_long() -> None:
    deep: object = 1
    for _ in range(200):
        deep = {"a": deep, "b": "c" * 20}
    assert len(on_one_line(deep, "/a" * 200)) <= 201
    assert len(on_one_line({f"name{index}" * 9: index for index in range(999)})) <= 201
    assert json.loads(on_one_line({"a": 1})) == {"a": 1}
