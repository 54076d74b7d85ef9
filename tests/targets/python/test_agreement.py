"""The fast way and the full validator agree about every type that the language has, on values near the border."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any, assert_never

import pytest
from generated_chat import CHAT, ROOT, generated, imported, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtgen.api import load_contract
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
)

KINDS = ROOT / "tests/golden/generated_kinds/contract.yaml"
LIBRARY = ROOT / "tests/golden/generated_pydantic/contract.yaml"
STRAY = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        5,
        1.0,
        1.5,
        0.29,
        1e300,
        2**53,
        -(2**53),
        "",
        "a",
        "é",
        "x" * 9,
        [],
        [1],
        {},
        {"kind": "cat"},
    ]
)
TEXTS = st.sampled_from(
    [
        "",
        "a",
        "red",
        "abcde",
        "abcdef",
        "A",
        "a\n",
        "0189b0de-0000-7000-8000-000000000000",
        "2026-01-01T00:00:00Z",
        "9780000000000",
    ]
)
FORMATTED = {
    "uuid": ["0189b0de-0000-7000-8000-000000000000", "0189B0DE-0000-7000-8000-000000000000"],
    "date": ["2026-01-01", "0000-02-29"],
    "date-time": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+01:00"],
}
NUMBERS = st.sampled_from([0, 1, 2, 5, 10, -5, 0.01, 0.3, 0.305, 1.0, 10.0, 1e16, 100000, 100001, True])


def near(node: TypeNode, types: dict[str, NamedType], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that are valid, or wrong in a place or two."""
    return st.integers(0, 15).flatmap(lambda luck: STRAY if luck == 0 else _near(node, types, depth))


def _near(node: TypeNode, types: dict[str, NamedType], depth: int) -> st.SearchStrategy[Any]:
    match node:
        case AnyType() | NullType() | BooleanType() | NumberType() | StringType() | LiteralType():
            return _scalar(node)
        case ArrayType():
            return st.lists(near(node.items, types, depth + 1), max_size=0 if depth > 4 else 3)
        case MapType():
            return st.dictionaries(TEXTS, near(node.values, types, depth + 1), max_size=3)
        case UnionType():
            return st.one_of([near(member, types, depth + 1) for member in node.members])
        case RefType(name):
            return near(types[name].node, types, depth + 1)
        case RefinedType(base):
            return near(base, types, depth + 1)
        case ObjectType():
            fields = {each.name: near(each.type, types, depth + 1) for each in node.properties}
            return st.fixed_dictionaries({}, optional={**fields, "surplus": STRAY}).flatmap(
                lambda value: _completed(value, node, fields)
            )
        case _:
            assert_never(node)


def _scalar(
    node: AnyType | NullType | BooleanType | NumberType | StringType | LiteralType,
) -> st.SearchStrategy[Any]:
    match node:
        case AnyType():
            return STRAY
        case NullType():
            return st.none()
        case BooleanType():
            return st.booleans()
        case NumberType():
            return NUMBERS
        case StringType():
            return st.sampled_from([*FORMATTED[node.format], "no"]) if node.format else TEXTS
        case LiteralType():
            return st.sampled_from([*node.values, "other", 1.0])
        case _:
            assert_never(node)


def _completed(
    value: dict[str, Any], node: ObjectType, fields: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly with what is required."""
    missing = {each.name: fields[each.name] for each in node.properties if each.required and each.name not in value}
    whole = st.fixed_dictionaries(missing).map(lambda more: {**value, **more})
    return st.integers(0, 7).flatmap(lambda luck: st.just(value) if luck == 0 else whole)


def outcome(decode: Any, raw: bytes) -> tuple[bool, Any]:
    try:
        return True, decode(raw)
    except Exception as error:
        if type(error).__name__ != "InvalidPayload":
            raise
        return False, [(issue.pointer, issue.code) for issue in error.issues]  # type: ignore[attr-defined]


PACKAGES = {KINDS: ("kinds", "msgspec"), CHAT: ("chat", "msgspec"), LIBRARY: ("library", "pydantic")}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, ModuleType]:
    made = {}
    for spec, (package, models) in PACKAGES.items():
        folder = tmp_path_factory.mktemp(package)
        write(generated(spec, models=models), folder)
        made[spec] = imported(folder, package)
    return made


NAMED = [
    (spec, each.name)
    for spec in PACKAGES
    for each in load_contract(spec, ROOT).types
    if each.name != "Book"  # too much of it must be right at once; `test_pydantic` breaks it place by place
]


@pytest.mark.parametrize(("spec", "name"), NAMED, ids=[name for _, name in NAMED])
def test_both_ways_give_one_verdict_and_one_value(packages: dict[Path, ModuleType], spec: Path, name: str) -> None:
    types = {each.name: each for each in load_contract(spec, ROOT).types}
    issues = packages[spec].validators.VALIDATORS[name]
    schema = issues.__self__
    accepted = []

    @given(near(types[name].node, types))
    @settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    def agree(value: Any) -> None:
        raw = json.dumps(value).encode()
        fast, slow = outcome(schema.decode, raw), outcome(schema.decode_slowly, raw)
        assert fast == slow
        if fast[0]:
            accepted.append(raw)
            assert schema.decode(schema.encode(fast[1])) == fast[1]

    for _ in range(5):  # of some types few values are valid by chance
        agree()
        if accepted:
            break
    assert accepted, "no value was valid: the test has no teeth"
