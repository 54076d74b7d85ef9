"""What schemas say of earlier versions: where it may stand, what may not come back, and what becomes of it."""

import pytest
from small_contracts import contract, read, rules, with_payload

from rtgen.schema.types import LiteralType, ObjectType


def note(schema: str, schemas: str = "") -> ObjectType:
    made = contract(with_payload(schema, schemas)).types_by_name["RoomNotePayload"].node
    assert isinstance(made, ObjectType)
    return made


def test_a_property_has_earlier_names_and_a_default() -> None:
    made = note(
        "{ type: object, properties: { a: { type: string, was: b, default: x }, c: { type: string, was: [d, e] } } }"
    )
    assert [(each.name, each.was, each.default) for each in made.properties] == [
        ("a", ("b",), '"x"'),
        ("c", ("d", "e"), ""),
    ]


def test_beside_a_reference_too() -> None:
    name = "Name: { type: string, default: y }"
    made = note(
        "{ type: object, properties: { a: { $ref: '#/schemas/Name', was: b, default: x }, "
        "c: { $ref: '#/schemas/Other/properties/d' } } }",
        name + "\nOther: { type: object, properties: { d: { type: string, was: dd, default: z } } }",
    )
    assert [(each.was, each.default) for each in made.properties] == [(("b",), '"x"'), ((), '"z"')]


def test_a_named_schema_has_a_default() -> None:
    made = contract(with_payload("{ $ref: '#/schemas/Name' }", "Name: { type: string, default: y }"))
    assert made.types_by_name["Name"].default == '"y"'


def test_integral_defaults_are_integers() -> None:
    made = note("{ type: object, properties: { a: { type: array, items: { type: number }, default: [1.0, 2.5] } } }")
    assert made.properties[0].default == "[1, 2.5]"


def test_values_have_earlier_ones() -> None:
    made = note("{ type: object, properties: { a: { enum: [x, y], earlier: { z: x }, instead: { y: x } } } }")
    kind = made.properties[0].type
    assert isinstance(kind, LiteralType)
    assert kind.earlier == (("z", "x"),)
    assert kind.instead == (("y", "x"),)


@pytest.mark.parametrize(
    "schema",
    [
        "{ oneOf: [{ const: x, earlier: { z: x } }, { const: y, instead: { y: x } }] }",
        "{ anyOf: [{ enum: [x, y] }, { type: string }], earlier: { z: x }, instead: { y: x } }",
    ],
)
def test_in_other_spellings_of_a_list(schema: str) -> None:
    kind = note(f"{{ type: object, properties: {{ a: {schema} }} }}").properties[0].type
    assert isinstance(kind, LiteralType)
    assert (kind.earlier, kind.instead) == ((("z", "x"),), (("y", "x"),))


def test_an_object_tells_what_is_gone() -> None:
    made = note("{ type: object, removed: { b: 1.0 }, properties: { a: { type: string } } }")
    assert made.removed == (("b", "1"),)


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ("{ type: object, properties: { a: { type: string, was: b }, b: { type: string } } }", "removed-name"),
        ("{ type: object, properties: { a: { type: string, was: c }, b: { type: string, was: c } } }", "removed-name"),
        ("{ type: object, removed: { a: 1 }, properties: { a: { type: string } } }", "removed-name"),
        ("{ type: object, properties: { a: { enum: [x], earlier: { x: x } } } }", "removed-name"),
        ("{ type: object, properties: { a: { enum: [x], earlier: { z: y } } } }", "unknown-name"),
        ("{ type: object, properties: { a: { enum: [x], instead: { y: x } } } }", "unknown-name"),
        ("{ type: object, properties: { a: { enum: [x], instead: { x: x } } } }", "wrong-value"),
        ("{ type: object, properties: { a: { enum: [1], earlier: { one: 1 } } } }", "wrong-type"),
        ("{ type: object, properties: { a: { enum: [x], earlier: [y] } } }", "wrong-type"),
        ("{ type: object, properties: { a: { type: string, earlier: { z: x } } } }", "misplaced-keyword"),
        ("{ type: object, properties: { a: { type: string, was: 1 } } }", "wrong-type"),
        ("{ type: object, properties: { a: { type: array, items: { type: string, was: b } } } }", "misplaced-keyword"),
        ("{ type: object, was: b, properties: { a: { type: string } } }", "misplaced-keyword"),
        ("{ type: object, removed: [b], properties: { a: { type: string } } }", "wrong-type"),
        ("{ type: string, removed: { b: 1 } }", "misplaced-keyword"),
    ],
)
def test_what_can_not_be(schema: str, rule: str) -> None:
    assert rules(with_payload(schema)) == [rule]


def test_names_of_schemas_are_nobodys_business() -> None:
    (found,) = read(with_payload("{ $ref: '#/schemas/Name' }", "Name: { type: string, was: Title }")).findings
    assert found.hint == "Names of schemas are not on the wire, so they may change."
