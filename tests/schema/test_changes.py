"""What changed between two schemas: kind, place, and a few words."""

from pathlib import Path

import pytest

from rtgen.api import Contract, load_contract
from rtgen.schema.changes import Changes
from rtgen.schema.types import RefType

HEAD = """\
rtgen: 1
contract: small
version: 1.0.0
channels: { one: { address: one, events: { told: { from: server } } } }
schemas:
"""


def contract(folder: Path, root: str) -> Contract:
    folder.mkdir()
    spec = folder / "contract.yaml"
    spec.write_text(f"{HEAD}  Root: {root}\n", encoding="utf-8")
    return load_contract(spec)


def changes(tmp_path: Path, old: str, new: str) -> list[str]:
    one, other = contract(tmp_path / "old", old), contract(tmp_path / "new", new)
    found = Changes(one.types_by_name, other.types_by_name).between(RefType("Root"), RefType("Root"))
    return [f"{each.pointer} {each.kind}: {each.detail}" for each in found]


A = "{ type: object, properties: { a: { type: integer } } }"
TAGGED = "{ type: object, required: [t], properties: { t: { const: %s } } }"

ROWS: list[tuple[str, str, list[str]]] = [
    (A, A, []),
    (A, "{ type: object, properties: { a: { $ref: '#/schemas/Part' } } }\n  Part: { type: integer }", []),
    (A, "{ type: object, properties: {} }", ["/a property-removed-optional: `a` is gone"]),
    (
        A,
        "{ type: object, required: [b], properties: { a: { type: integer }, b: {} } }",
        ["/b property-added-required: `b` is new"],
    ),
    (
        A,
        "{ type: object, required: [a], properties: { a: { type: integer, minimum: 1 } } }",
        ["/a property-became-required: `a` is required now", "/a bound-tightened: minimum: none → 1"],
    ),
    (
        A,
        "{ type: object, properties: { a: { type: integer } }, additionalProperties: false }",
        [" object-closed: undeclared properties are refused now"],
    ),
    (A, "{ type: object, properties: { a: { type: string } } }", ["/a type-changed: integer → string"]),
    (A, "{ type: object, properties: { a: { type: [integer, 'null'] } } }", ["/a nullable-added: may be null now"]),
    (
        "{ type: string, enum: [a, b] }",
        "{ type: string, enum: [b, c] }",
        [' enum-value-removed: no "a" any more', ' enum-value-added: also "c"'],
    ),
    ("{ enum: [a] }", "{ anyOf: [{ enum: [a] }, { type: string }] }", [" enum-opened: other values pass now"]),
    ("{ const: 1 }", "{ const: 2 }", [" const-changed: 1 → 2"]),
    ("{ type: string, maxLength: 5 }", "{ type: string, maxLength: 9 }", [" bound-loosened: maxLength: 5 → 9"]),
    ("{ type: string, minLength: 0 }", "{ type: string }", []),
    ("{ type: string, pattern: a }", "{ type: string, pattern: b }", [" pattern-changed: pattern: a → b"]),
    ("{ type: string }", "{ type: string, format: uuid }", [" format-changed: format: none → uuid"]),
    (
        "{ type: array, items: { type: object, properties: { a: { type: integer } } } }",
        "{ type: array, items: { type: object, properties: { a: { type: number } } }, maxItems: 3 }",
        [" bound-tightened: maxItems: none → 3", "/*/a type-changed: integer → number"],
    ),
    (
        f"{{ anyOf: [{TAGGED % 'one'}, {TAGGED % 'two'}] }}",
        f"{{ anyOf: [{TAGGED % 'one'}, {TAGGED % 'three'}] }}",
        [' union-member-removed: no t: "two" any more', ' union-member-added: also t: "three"'],
    ),
    ("{ type: integer }", "{ type: integer, not: { const: 3 } }", [" condition-changed: with Not"]),
]


@pytest.mark.parametrize(("old", "new", "expected"), ROWS)
def test_each_change_is_named_with_its_place(old: str, new: str, expected: list[str], tmp_path: Path) -> None:
    assert changes(tmp_path, old, new) == expected


def test_a_recursive_type_is_gone_through_once(tmp_path: Path) -> None:
    tree = "{ type: object, properties: { left: { $ref: '#/schemas/Root' }, value: { type: %s } } }"
    assert changes(tmp_path, tree % "integer", tree % "string") == ["/value type-changed: integer → string"]


def test_a_change_knows_both_lines(tmp_path: Path) -> None:
    one, other = contract(tmp_path / "old", A), contract(tmp_path / "new", A.replace("integer", "string"))
    (found,) = Changes(one.types_by_name, other.types_by_name).between(RefType("Root"), RefType("Root"))
    assert found.old_span is not None
    assert found.new_span is not None
    assert (found.old_span.start.line, found.new_span.start.line) == (6, 6)
