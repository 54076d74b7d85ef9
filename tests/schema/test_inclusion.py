"""Inclusion of one schema in another: proofs, values that show the contrary, and what stays undecided."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from rtgen.api import Contract, load_contract
from rtgen.schema.inclusion import Answer, Excluded, Included, Inclusion, Undecided
from rtgen.schema.inclusion.accepting import Judge
from rtgen.schema.types import NumberType, RefType

HEAD = """\
rtgen: 1
contract: small
version: 1.0.0
channels: { one: { address: one, events: { told: { from: server } } } }
schemas:
"""

ID = "{ type: object, required: [id], properties: { id: { type: string } }"

AB = "{ type: object, required: [a], properties: { a: { type: integer }, b: { type: integer } }"

# What is sent, who reads it, and whether all of it is accepted: with a value that is not.
PAIRS: list[tuple[str, str, str]] = [
    ("{ type: string }", "{ type: string }", "yes"),
    ("{ type: integer }", "{ type: number }", "yes"),
    ("{ type: number }", "{ type: integer }", "0.5"),
    ("{ type: integer, minimum: 1, maximum: 5 }", "{ type: number, exclusiveMinimum: 0, exclusiveMaximum: 6 }", "yes"),
    ("{ type: number, minimum: 0 }", "{ type: number, exclusiveMinimum: 0 }", "0"),
    ("{ type: integer, multipleOf: 6 }", "{ type: integer, multipleOf: 3 }", "yes"),
    ("{ type: integer, multipleOf: 3 }", "{ type: integer, multipleOf: 6 }", "3"),
    ("{ type: integer, multipleOf: 9007199254740990 }", "{ type: number, multipleOf: 1.0e-15 }", "yes"),
    ("{ enum: [9007199254740990] }", "{ type: number, multipleOf: 1.0e-15 }", "yes"),
    ("{ type: string, maxLength: 5 }", "{ type: string, maxLength: 4 }", '"xxxxx"'),
    ("{ type: string, minLength: 2, maxLength: 4 }", "{ type: string, maxLength: 5 }", "yes"),
    ("{ type: string, pattern: '^[a-z]+$' }", "{ type: string, pattern: '^[a-z]+$', minLength: 0 }", "yes"),
    ("{ type: string, pattern: '^[a-z]$' }", "{ type: string, pattern: '^[a-c]$' }", '"z"'),
    ("{ type: string, pattern: '^[a-c]$' }", "{ type: string, pattern: '^[a-z]$' }", "undecided"),
    ("{ type: string, format: uuid }", "{ type: string }", "yes"),
    ("{ type: string }", "{ type: string, format: uuid }", '"x"'),
    ("{ type: string, enum: [a] }", "{ type: string, enum: [a, b] }", "yes"),
    ("{ type: string, enum: [a, b] }", "{ type: string, enum: [a] }", '"b"'),
    ("{ type: string, enum: [a, b] }", "{ anyOf: [{ enum: [a] }, { type: string }] }", "yes"),
    ("{ anyOf: [{ enum: [a] }, { type: string }] }", "{ type: string, enum: [a] }", '"x"'),
    ("{ type: string, enum: [a, b] }", "{ type: string, maxLength: 1 }", "yes"),
    ("{ const: 1 }", "{ enum: [1, true] }", "yes"),
    ("{ const: true }", "{ const: 1 }", "true"),
    ("{ type: boolean }", "{ enum: [true, false] }", "yes"),
    ("{ type: [string, 'null'] }", "{ type: string }", "null"),
    ("{ type: string }", "{ type: [string, 'null'] }", "yes"),
    ("{ type: array, maxItems: 2, items: { type: integer } }", "{ type: array, items: { type: number } }", "yes"),
    (
        "{ type: array, items: { type: integer } }",
        "{ type: array, maxItems: 2, items: { type: integer } }",
        "[0, 0, 0]",
    ),
    (
        "{ type: object, properties: { a: { type: array, maxItems: 8, items: { type: string, maxLength: 32 } } } }",
        "{ type: object, properties: { a: { type: array, maxItems: 1, items: { type: string, maxLength: 32 } } } }",
        '{"a": ["x", "x"]}',
    ),
    (
        "{ type: array, items: { type: integer } }",
        "{ type: array, uniqueItems: true, items: { type: integer } }",
        "[0, 0]",
    ),
    (
        "{ type: array, uniqueItems: true, items: { type: integer } }",
        "{ type: array, maxItems: 2, items: { type: integer } }",
        "[0, 1, -1]",
    ),
    (f"{ID} }}", "{ type: object, required: [id, at], properties: { id: { type: string }, at: {} } }", '{"id": ""}'),
    (f"{ID} }}", "{ type: object, properties: { id: { type: string }, at: { type: integer } } }", "yes"),
    (
        "{ type: object, properties: { id: { type: string }, at: { type: integer } } }",
        "{ type: object, properties: { id: { type: string } }, additionalProperties: false }",
        '{"at": 0}',
    ),
    (
        "{ type: object, properties: { at: { type: integer } } }",
        "{ type: object, additionalProperties: { type: number } }",
        "yes",
    ),
    (
        "{ type: object, additionalProperties: { type: number } }",
        "{ type: object, additionalProperties: { type: number }, maxProperties: 1 }",
        '{"k0": 0, "k1": 0}',
    ),
    (
        "{ type: object, additionalProperties: { type: number } }",
        "{ type: object, properties: { at: { type: integer } }, additionalProperties: { type: number } }",
        '{"at": 0.5}',
    ),
    (
        "{ type: object, properties: { next: { $ref: '#/schemas/Root' }, at: { type: integer } } }",
        "{ type: object, properties: { next: { $ref: '#/schemas/Root' }, at: { type: number } } }",
        "yes",
    ),
    (
        "{ type: object, properties: { next: { $ref: '#/schemas/Root' }, at: { type: number } } }",
        "{ type: object, properties: { next: { $ref: '#/schemas/Root' }, at: { type: integer } } }",
        '{"at": 0.5}',
    ),
    (
        f"{AB}, dependentRequired: {{ b: [a] }} }}",
        f"{AB}, dependentRequired: {{ b: [a, c] }} }}",
        '{"a": 0, "b": 0}',
    ),
    ("{ type: integer, not: { const: 3 } }", "{ type: integer }", "yes"),
    ("{ type: integer }", "{ type: integer, not: { const: 3 } }", "3"),
    ("{ type: integer, not: { const: 3 } }", "{ type: integer, not: { const: 3 } }", "yes"),
    (
        "{ type: array, prefixItems: [{ type: string }], items: false }",
        "{ type: array, maxItems: 9, items: {} }",
        "undecided",
    ),
]


def contract(folder: Path, root: str) -> Contract:
    folder.mkdir()
    spec = folder / "contract.yaml"
    spec.write_text(f"{HEAD}  Root: {root}\n", encoding="utf-8")
    return load_contract(spec)


def shown(answer: Answer) -> str:
    match answer:
        case Included():
            return "yes"
        case Undecided():
            return "undecided"
        case Excluded():
            return json.dumps(answer.value)


@pytest.mark.parametrize(("sent", "read", "expected"), PAIRS)
def test_all_that_is_sent_is_accepted_or_a_value_is_shown(sent: str, read: str, expected: str, tmp_path: Path) -> None:
    old, new = contract(tmp_path / "sent", sent), contract(tmp_path / "read", read)
    answer = Inclusion(old.types_by_name, new.types_by_name).of(RefType("Root"), RefType("Root"))
    assert shown(answer) == expected


def test_the_refusal_is_named_by_place_and_word(tmp_path: Path) -> None:
    old = contract(
        tmp_path / "sent", "{ type: object, properties: { list: { type: array, items: { type: number } } } }"
    )
    new = contract(
        tmp_path / "read", "{ type: object, properties: { list: { type: array, items: { type: integer } } } }"
    )
    answer = Inclusion(old.types_by_name, new.types_by_name).of(RefType("Root"), RefType("Root"))
    assert isinstance(answer, Excluded)
    assert (answer.refusal.pointer, answer.refusal.word) == ("/list/0", "type")


def test_names_and_places_of_schemas_make_no_difference(tmp_path: Path) -> None:
    inline = contract(
        tmp_path / "sent", "{ type: object, properties: { at: { type: object, properties: { x: { type: number } } } } }"
    )
    named = contract(
        tmp_path / "read",
        "{ type: object, properties: { at: { $ref: '#/schemas/Place' } } }\n"
        "  Place: { type: object, properties: { x: { type: number } } }",
    )
    for sent, read in ((inline, named), (named, inline)):
        types: tuple[Mapping[str, object], Mapping[str, object]] = (sent.types_by_name, read.types_by_name)
        assert Inclusion(*types).of(RefType("Root"), RefType("Root")) == Included()  # type: ignore[arg-type]


@pytest.mark.parametrize("node", [NumberType(), NumberType(integer=True), NumberType(multiple_of=Decimal(5))], ids=str)
def test_what_no_end_takes_for_a_number_is_none(node: NumberType) -> None:
    assert Judge({}).accepts(node, json.loads("-1e400")) is False
