"""Words that change no verdict: brands, what is sensitive, what is going away, what values of an enum mean."""

import pytest
from small_contracts import contract, rules, with_payload

from rtgen.contract.documents import definitions
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.sensitive import sensitive_paths
from rtgen.schema.types import LiteralType, NamedType, ObjectType, Property, RefType, StringType
from rtgen.targets.wording import about_values

TO_S = "{ type: object, properties: { a: { $ref: '#/schemas/S' } } }"
TREE = (
    "Tree: { type: object, properties: { pin: { type: string, sensitive: true }, "
    "all: { type: array, items: { $ref: '#/schemas/Tree' } } } }"
)


def types(payload: str, schemas: str = "") -> dict[str, NamedType]:
    return dict(contract(with_payload(payload, schemas)).types_by_name)


def first_property(payload: str, schemas: str = "") -> Property:
    node = types(payload, schemas)["RoomNotePayload"].node
    assert isinstance(node, ObjectType)
    return node.properties[0]


def test_a_branded_schema_is_a_type_named_after_its_brand_wherever_it_stands() -> None:
    found = types(
        "{ type: object, properties: { a: { type: string, brand: UserId, maxLength: 9 }, "
        "b: { type: array, items: { type: string, maxLength: 9, brand: UserId } }, c: { $ref: '#/schemas/Price' } } }",
        "Price: { type: number, brand: Price }",
    )
    assert sorted(found) == ["Price", "RoomNotePayload", "UserId"]
    assert found["UserId"].node == StringType(max_length=9)
    assert [found[name].notes.brand for name in ("Price", "UserId")] == ["Price", "UserId"]
    node = found["RoomNotePayload"].node
    assert isinstance(node, ObjectType)
    assert [node.properties[0].type, node.properties[2].type] == [RefType("UserId"), RefType("Price")]


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ("{ type: string, brand: user id }", "wrong-value"),
        ("{ type: string, brand: userId }", "wrong-value"),
        ("{ type: boolean, brand: Flag }", "misplaced-keyword"),
        ("{ enum: [a, b], brand: Letter }", "misplaced-keyword"),
        ("{ type: [string, 'null'], brand: UserId }", "misplaced-keyword"),
        ("{ type: string, not: { minLength: 3, brand: UserId } }", "misplaced-keyword"),
        ("{ $ref: '#/schemas/Text', brand: UserId }", "unsupported-keyword"),
        ("{ anyOf: [{ type: string, brand: Text }, { type: 'null' }] }", "name-collision"),
        (
            "{ type: object, properties: { a: { type: string, brand: A }, b: { type: integer, brand: A } } }",
            "name-collision",
        ),
    ],
)
def test_a_brand_that_can_be_no_type_is_a_finding(schema: str, rule: str) -> None:
    payload = f"{{ type: object, properties: {{ it: {schema} }} }}"
    assert rules(with_payload(payload, "Text: { type: string }")) == [rule]


def test_a_parameter_keeps_the_branded_type_it_refers_to() -> None:
    text = with_payload("{ type: string }", "RoomId: { type: string, brand: RoomId, maxLength: 9 }")
    text = text.replace(
        "address: room\n", "address: rooms/{id}\n    parameters: { id: { $ref: '#/schemas/RoomId' } }\n"
    )
    parameter = contract(text).channels[0].parameters[0]
    assert (parameter.named, parameter.type) == ("RoomId", StringType(1, 9))


@pytest.mark.parametrize(
    ("schema", "schemas", "paths"),
    [
        ("{ type: object, properties: { a: { type: string } } }", "", ()),
        ("{ type: string, sensitive: true }", "", ("",)),
        ("{ type: object, properties: { 'a/b~': { type: string, sensitive: true } } }", "", ("/a~1b~0",)),
        (
            "{ type: object, properties: { a: { $ref: '#/schemas/S' } } }",
            "S: { type: string, sensitive: true }",
            ("/a",),
        ),
        (
            "{ type: object, properties: { a: { $ref: '#/schemas/S', sensitive: true } } }",
            "S: { type: string }",
            ("/a",),
        ),
        ("{ type: array, items: { type: string, sensitive: true } }", "", ("/*",)),
        ("{ type: object, additionalProperties: { type: string, sensitive: true } }", "", ("/*",)),
        ("{ type: array, prefixItems: [true, { type: string, sensitive: true }] }", "", ("/1",)),
        (
            "{ $ref: '#/schemas/Tree' }",
            TREE,
            ("/**/pin", "/pin"),
        ),
        (
            "{ type: object, sensitive: true, properties: { a: { type: string, sensitive: true } } }",
            "",
            ("",),
        ),
        (
            "{ type: object, allOf: [{ properties: { a: { type: string, sensitive: true } } }] }",
            "",
            ("/a",),
        ),
    ],
)
def test_where_a_type_is_sensitive(schema: str, schemas: str, paths: tuple[str, ...]) -> None:
    made = contract(with_payload(schema, schemas))
    name = made.channels[0].events[0].payload
    assert isinstance(name, RefType)
    assert sensitive_paths(name.name, definitions(made)) == paths


def test_a_deprecated_schema_says_since_when_until_when_and_what_instead() -> None:
    words = "{ since: 1.2.0, sunset: '2027-03-01', use: name }"
    found = first_property(f"{{ type: object, properties: {{ nick: {{ type: string, deprecated: {words} }} }} }}")
    assert found.notes.deprecation == Deprecation("1.2.0", "2027-03-01", "name")
    assert found.notes.deprecation.words == "since 1.2.0, gone on 2027-03-01, use name"
    plain = first_property("{ type: object, properties: { nick: { type: string, deprecated: true } } }")
    assert plain.notes.deprecation == Deprecation()
    assert rules(with_payload("{ type: string, deprecated: soon }")) == ["wrong-type"]


def test_values_of_an_enum_keep_their_words_open_or_closed() -> None:
    known = "{ const: red, description: Stop. }, { const: green }"
    closed = first_property(f"{{ type: object, properties: {{ it: {{ oneOf: [{known}] }} }} }}")
    assert closed.type == LiteralType(("red", "green"))
    assert closed.notes.values == (('"red"', "Stop."), ('"green"', ""))
    opened = first_property(f"{{ type: object, properties: {{ it: {{ anyOf: [{known}, {{ type: string }}] }} }} }}")
    assert opened.type == LiteralType(("red", "green"), StringType())
    assert opened.notes.values == closed.notes.values


def test_a_value_of_an_enum_may_be_deprecated_with_words_or_without() -> None:
    going = "{ const: red, deprecated: { since: 1.2.0, use: green } }, { const: green }"
    found = first_property(f"{{ type: object, properties: {{ it: {{ oneOf: [{going}] }} }} }}")
    assert found.notes.going == (('"red"', Deprecation("1.2.0", "", "green")),)
    assert about_values(found.notes) == '- `"red"`: Deprecated: since 1.2.0, use green.\n- `"green"`'
    said = first_property(
        "{ type: object, properties: { it: { oneOf: [{ const: 1, description: One., deprecated: true }] } } }"
    )
    assert about_values(said.notes) == "- `1`: One. Deprecated."


def test_secrets_of_types_that_lead_to_each_other_in_every_way_are_found_in_bounded_time() -> None:
    names = [f"T{n}" for n in range(24)]
    links = ", ".join(f"t{name}: {{ $ref: '#/schemas/{name}' }}" for name in names)
    own = [f"pin{name}: {{ type: string, sensitive: true }}" for name in names]
    schemas = "\n".join(
        f"{name}: {{ type: object, properties: {{ {links}, {pin} }} }}" for name, pin in zip(names, own, strict=True)
    )
    paths = sensitive_paths("T0", definitions(contract(with_payload("{ $ref: '#/schemas/T0' }", schemas))))
    assert set(paths) == {f"/**/pin{name}" for name in names}


def test_secrets_at_the_end_of_ways_that_multiply_are_hidden() -> None:
    both = "a: {{ $ref: '#/schemas/L{0}' }}, b: {{ $ref: '#/schemas/L{0}' }}"
    levels = [f"L{n}: {{ type: object, properties: {{ {both.format(n + 1)} }} }}" for n in range(40)]
    end = "L40: { type: object, properties: { pin: { type: string, sensitive: true } } }"
    made = contract(with_payload("{ $ref: '#/schemas/L0' }", "\n".join([*levels, end])))
    assert sensitive_paths("L0", definitions(made)) == ("/**/pin",)
