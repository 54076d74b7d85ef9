"""Values that are made up: readable, bounded, different from each other, and the same in every run."""

import json
from textwrap import indent

import pytest
from small_contracts import HEAD, contract

from rtgen.schema.specimens import Specimens
from rtgen.schema.types import Json, RefType


def made(schemas: str, name: str = "T", most: int = 2) -> tuple[Json, ...]:
    """What is made up for one of the `schemas`, which stand as in a contract."""
    source = contract(f"{HEAD}channels: {{}}\nschemas:\n{indent(schemas, '  ')}\n")
    return Specimens(source.types_by_name).of(RefType(name), name, most)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{ type: string }", ["T 1", "T 2"]),
        ("{ type: string, maxLength: 2 }", [" 1", " 2"]),
        ("{ type: string, minLength: 6 }", ["T 1 T 1", "T 2 T 2"]),
        ("{ type: string, pattern: '^[a-z]{2}-[0-9]$' }", ["aa-0", "zz-0"]),
        ("{ type: string, format: uuid }", [f"2f1e6b1c-8d7a-4c3e-9a51-{n:012x}" for n in (1, 2)]),
        ("{ type: string, format: date-time }", ["2026-01-02T03:04:05Z", "2026-01-02T03:05:05Z"]),
        ("{ type: integer }", [1, 2]),
        ("{ type: integer, minimum: 100 }", [100, 101]),
        ("{ type: number, exclusiveMinimum: 0, maximum: 0.5 }", [0.25, 0.125]),
        ("{ type: integer, multipleOf: 5, minimum: 12 }", [15, 20]),
        ("{ type: boolean }", [True, False]),
        ("{ enum: [red, green] }", ["red", "green"]),
        ("{ type: 'null' }", [None]),
        ("{ type: array, items: { type: integer }, maxItems: 1 }", [[1], [2]]),
        ("{ type: array, items: { enum: [a, b] }, uniqueItems: true }", [["a", "b"], ["b", "a"]]),
        ("{ type: object, additionalProperties: { type: integer } }", [{"key1": 1, "key2": 2}, {"key1": 2, "key2": 3}]),
        ("{ type: [string, 'null'] }", ["T 1", "T 2"]),
        ("{ type: integer, not: { enum: [1, 2] } }", [0]),
        ("{ type: string, examples: [real] }", ["real"]),
    ],
)
def test_a_schema_gets_such_values(schema: str, expected: list[Json]) -> None:
    assert list(made(f"T: {schema}")) == expected


def test_an_object_has_all_its_properties_by_their_names_and_examples() -> None:
    schema = """\
T:
  type: object
  required: [sentAt]
  properties:
    sentAt: { type: string, format: date-time }
    first_name: { type: string }
    city: { type: string, examples: [Oslo, Lima] }
"""
    assert made(schema) == (
        {"sentAt": "2026-01-02T03:04:05Z", "first_name": "First name 1", "city": "Oslo"},
        {"sentAt": "2026-01-02T03:05:05Z", "first_name": "First name 2", "city": "Lima"},
    )


def test_a_type_within_itself_ends() -> None:
    tree = """\
T:
  type: object
  required: [children]
  properties:
    children: { type: array, items: { $ref: '#/schemas/T' } }
    parent: { $ref: '#/schemas/T' }
    either: { anyOf: [{ $ref: '#/schemas/T' }, { type: 'null' }] }
"""
    assert made(tree) == ({"children": [], "either": None},)


def test_what_rules_want_is_in_it() -> None:
    schema = """\
T:
  type: object
  properties: { kind: { type: string }, size: { type: integer } }
  if: { required: [kind], properties: { kind: { const: big } } }
  then: { required: [size] }
  dependentRequired: { kind: [size] }
"""
    assert made(schema)[0] == {"kind": "Kind 1", "size": 1}


def test_what_would_be_too_large_is_left_out() -> None:
    assert made("T: { type: string, minLength: 100000 }") == ()


def test_the_same_contract_gives_the_same_values() -> None:
    schema = "T: { type: object, additionalProperties: { type: array, items: { type: [string, integer] } } }"
    assert json.dumps(made(schema)) == json.dumps(made(schema))
