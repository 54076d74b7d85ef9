from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator
from small_contracts import contract, rules, with_payload

from rtgen.contract.documents import definitions, references, standalone
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    BooleanType,
    Listed,
    LiteralType,
    MapType,
    NamedType,
    Not,
    NullType,
    NumberType,
    ObjectType,
    PatternProperties,
    PrefixItems,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
    When,
)


def payload(schema: str, schemas: str = "") -> NamedType:
    made = contract(with_payload(schema, schemas))
    return made.types_by_name["RoomNotePayload"]


def inside(schema: str, schemas: str = "") -> TypeNode:
    """The type of a property with this schema."""
    node = payload(f"{{ type: object, properties: {{ it: {schema} }} }}", schemas).node
    assert isinstance(node, ObjectType)
    return node.properties[0].type


@pytest.mark.parametrize(
    ("schema", "node"),
    [
        ("true", AnyType()),
        ("{}", AnyType()),
        ("{ type: 'null' }", NullType()),
        ("{ type: boolean }", BooleanType()),
        ("{ type: string, minLength: 1, maxLength: 2.0 }", StringType(1, 2)),
        ("{ type: string, pattern: '^a$', format: uuid }", StringType(None, None, "^a$", "uuid")),
        ("{ type: number, minimum: 0.1 }", NumberType(minimum=Decimal("0.1"))),
        (
            "{ type: integer, exclusiveMinimum: 0, exclusiveMaximum: 9, multipleOf: 2 }",
            NumberType(True, None, None, Decimal(0), Decimal(9), Decimal(2)),
        ),
        ("{ enum: [a, 1, 1.5, true, null] }", LiteralType(("a", 1, 1.5, True, None))),
        ("{ enum: [1, true] }", LiteralType((1, True))),
        ("{ const: 2.0 }", LiteralType((2,))),
        ("{ oneOf: [{ const: a }, { const: b }] }", LiteralType(("a", "b"))),
        ("{ anyOf: [{ enum: [a, b] }, { type: string }] }", LiteralType(("a", "b"), StringType())),
        ("{ anyOf: [{ enum: [a] }, { type: string, maxLength: 9 }] }", LiteralType(("a",), StringType(None, 9))),
        ("{ type: array }", ArrayType(AnyType())),
        (
            "{ type: array, items: { type: string }, minItems: 1, maxItems: 2, uniqueItems: true }",
            ArrayType(StringType(), 1, 2, True),
        ),
        ("{ type: object }", MapType(AnyType())),
        (
            "{ type: object, additionalProperties: { type: integer }, maxProperties: 3 }",
            MapType(NumberType(True), None, 3),
        ),
        ("{ type: object, properties: { a: true } }", RefType("RoomNotePayloadIt")),
        ("{ type: object, additionalProperties: false }", RefType("RoomNotePayloadIt")),
        ("{ type: [string, 'null'], maxLength: 3 }", UnionType((StringType(None, 3), NullType()))),
        ("{ type: [string, null] }", UnionType((StringType(), NullType()))),
        ("{ anyOf: [{ type: integer }, { type: array }] }", UnionType((NumberType(True), ArrayType(AnyType())))),
        (
            "{ type: [object, 'null'], properties: { a: true } }",
            UnionType((RefType("RoomNotePayloadItObject"), NullType())),
        ),
        ("{ anyOf: [{ type: string }] }", StringType()),
        ("{ const: [1, { a: b }] }", RefinedType(AnyType(), (Listed(('[1, {"a": "b"}]',)),))),
        (
            "{ type: string, not: { const: '' } }",
            RefinedType(StringType(), (Not(LiteralType(("",))),)),
        ),
        (
            "{ allOf: [{ maxLength: 3 }] }",
            RefinedType(AnyType(), (AllOf((RefinedType(AnyType(), (When("string", StringType(None, 3)),)),)),)),
        ),
        (
            "{ type: array, prefixItems: [{ type: string }], items: false }",
            RefinedType(ArrayType(AnyType()), (PrefixItems((StringType(),), None),)),
        ),
        (
            "{ type: object, patternProperties: { '^a': true }, additionalProperties: { type: string } }",
            RefinedType(MapType(AnyType()), (PatternProperties((("^a", AnyType()),), (), StringType()),)),
        ),
    ],
)
def test_schemas_become_nodes(schema: str, node: TypeNode) -> None:
    assert inside(schema) == node


def test_a_choice_of_objects_is_told_apart_by_a_constant() -> None:
    line = "{ type: object, required: [kind], properties: { kind: { const: line } } }"
    shapes = f"{{ oneOf: [{{ $ref: '#/schemas/Dot' }}, {line}] }}"
    made = contract(
        with_payload(shapes, "Dot: { type: object, required: [kind], properties: { kind: { const: dot } } }")
    )
    node = made.types_by_name["RoomNotePayload"].node
    assert node == UnionType((RefType("Dot"), RefType("RoomNotePayloadLine")), "kind")


def test_names_come_from_paths() -> None:
    made = contract(
        with_payload(
            "{ type: object, properties: { who: { type: object, properties: { id: true } }, "
            "list: { type: array, items: { type: object, properties: { a: true } } }, "
            "map: { type: object, additionalProperties: { type: object, properties: { b: true } } } } }"
        )
    )
    assert [each.name for each in made.types] == [
        "RoomNotePayload",
        "RoomNotePayloadWho",
        "RoomNotePayloadListItem",
        "RoomNotePayloadMapValue",
    ]


def test_a_reference_into_a_schema_is_written_out_or_named_by_its_own_path() -> None:
    schemas = (
        "Message: { type: object, properties: { body: { type: string, maxLength: 9, description: Words. }, "
        "at: { type: object, properties: { x: true } } } }"
    )
    node = payload(
        "{ type: object, properties: { body: { $ref: '#/schemas/Message/properties/body' }, "
        "own: { $ref: '#/schemas/Message/properties/body', description: Mine. }, "
        "at: { $ref: '#/schemas/Message/properties/at' } } }",
        schemas,
    ).node
    assert isinstance(node, ObjectType)
    body, own, at = node.properties
    assert (body.type, body.notes.description) == (StringType(None, 9), "Words.")
    assert own.notes.description == "Mine."
    assert at.type == RefType("MessageAt")


def test_an_anchor_is_a_name_to_refer_by() -> None:
    schemas = "A: { type: object, properties: { b: { $anchor: inner, type: string, maxLength: 3 } } }"
    assert inside("{ $ref: '#inner' }", schemas) == StringType(None, 3)
    twice = schemas + "\nB: { $anchor: inner, type: string }"
    assert rules(with_payload("{ $ref: '#inner' }", twice)) == ["unresolved-ref"]


def test_recursion_through_names_works() -> None:
    assert inside("{ $ref: '#/schemas/Tree' }", "Tree: { type: array, items: { $ref: '#/schemas/Tree' } }") == RefType(
        "Tree"
    )


def test_a_long_chain_of_schemas_needs_no_stack() -> None:
    chain = "\n".join(
        f"S{n}: {{ type: object, properties: {{ next: {{ $ref: '#/schemas/S{n + 1}' }} }} }}" for n in range(2000)
    )
    made = contract(with_payload("{ $ref: '#/schemas/S0' }", chain + "\nS2000: { type: string }"))
    assert len([each for each in made.types if each.from_schemas]) == 2001


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ("false", "impossible-schema"),
        ("[]", "wrong-type"),
        ("{ type: string, if: {} }", "misplaced-keyword"),
        ("{ type: string, then: {} }", "misplaced-keyword"),
        ("{ type: string, not: { nullable: true } }", "unsupported-keyword"),
        ("{ type: array, maxContains: 1 }", "misplaced-keyword"),
        ("{ type: array, contains: {}, maxContains: 0 }", "impossible-range"),
        ("{ type: array, contains: {}, minContains: 2, maxContains: 1 }", "impossible-range"),
        ("{ type: array, prefixItems: [] }", "wrong-type"),
        ("{ type: string, allOf: {} }", "wrong-type"),
        ("{ type: object, patternProperties: [] }", "wrong-type"),
        ("{ type: object, patternProperties: { '(a+)+$': true } }", "pattern"),
        ("{ type: object, dependentRequired: { a: [1] } }", "wrong-type"),
        ("{ type: string, contains: {} }", "misplaced-keyword"),
        ("{ contains: {} }", "missing-type"),
        ("{ type: object, unevaluatedProperties: false }", "unsupported-keyword"),
        ("{ type: array, items: [{}] }", "unsupported-keyword"),
        ("{ enum: [[1], [1.0]] }", "wrong-value"),
        ("{ type: string, enum: [[1]] }", "wrong-value"),
        ("{ const: { a: 9007199254740993 } }", "unsafe-integer"),
        ("{ $ref: '#nothing' }", "unresolved-ref"),
        ("{ type: string, $defs: [] }", "wrong-type"),
        ("{ type: string, $defs: { a: { nullable: true } } }", "unsupported-keyword"),
        ("{ enum: [a, a] }", "wrong-value"),
        ("{ const: a, enum: [a] }", "misplaced-keyword"),
        ("{ type: number, multipleOf: 0 }", "wrong-value"),
        ("{ type: string, minLength: -1 }", "wrong-type"),
        ("{ type: string, minLength: true }", "wrong-type"),
        ("{ type: number, minimum: '1' }", "wrong-type"),
        ("{ type: array, uniqueItems: 1 }", "wrong-type"),
        ("{ type: string, description: 5 }", "wrong-type"),
        ("{ type: integer, multipleOf: 10, minimum: 1, maximum: 9 }", "impossible-range"),
        ("{ type: integer, minimum: 0.2, maximum: 0.8 }", "impossible-range"),
        ("{ type: number, minimum: 1, exclusiveMaximum: 1 }", "impossible-range"),
        ("{ type: integer, default: 9007199254740993 }", "unsafe-integer"),
        ("{ type: integer, default: x }", "invalid-example"),
        ("{ type: [string, string] }", "wrong-value"),
        ("{ type: [] }", "wrong-value"),
        ('{ type: object, properties: { "a\\u202Eb": true } }', "bad-name"),
        ("{ $ref: 5 }", "wrong-type"),
        ("{ $ref: '#/schemas/A' }", "unresolved-ref"),
        ("{ $ref: '#' }", "unresolved-ref"),
        ("{ $ref: '/etc/passwd#/schemas/A' }", "unresolved-ref"),
        ("{ $ref: 'file:///etc/passwd#/schemas/A' }", "unresolved-ref"),
        ("{ $ref: '//host/a.yaml#/schemas/A' }", "unresolved-ref"),
        ("{ $ref: '%2e%2e/a.yaml#/schemas/A' }", "unresolved-ref"),
        ("{ $ref: './absent.yaml#/schemas/A' }", "unresolved-ref"),
        ("{ type: array, items: { $ref: '#/channels/room/events/note/payload/items' } }", "ref-cycle"),
        (
            "{ oneOf: [{ type: object, properties: { a: true } }, { type: object, properties: { b: true } }] }",
            "union-overlap",
        ),
        ("{ oneOf: [{ type: string }, { type: string, maxLength: 1 }] }", "union-overlap"),
        ("{ oneOf: [{ type: integer }, { type: number }] }", "union-overlap"),
    ],
)
def test_what_can_not_be_said_is_refused(schema: str, rule: str) -> None:
    assert rules(with_payload(schema)) == [rule]


def test_a_choice_that_contains_itself_is_refused() -> None:
    text = with_payload("{ $ref: '#/schemas/A' }", "A: { anyOf: [{ type: 'null' }, { $ref: '#/schemas/A' }] }")
    assert rules(text) == ["ref-cycle"]


@pytest.mark.parametrize(
    "schema",
    [
        "{ allOf: [{ $ref: '#/schemas/A' }] }",
        "{ not: { $ref: '#/schemas/A' } }",
        "{ type: object, dependentSchemas: { x: { $ref: '#/schemas/A' } } }",
        "{ type: object, if: { required: [x] }, then: { anyOf: [{ $ref: '#/schemas/B' }, true] } }",
        "{ type: string, oneOf: [{ $ref: '#/schemas/B' }, { maxLength: 3 }] }",
    ],
)
def test_a_schema_that_asks_itself_is_refused(schema: str) -> None:
    found = rules(with_payload("{ $ref: '#/schemas/A' }", f"A: {schema}\nB: {{ allOf: [{{ $ref: '#/schemas/A' }}] }}"))
    assert set(found) - {"union-overlap"} == {"ref-cycle"}


@pytest.mark.parametrize("word", ["contains: { $ref: '#/schemas/A' }", "prefixItems: [{ $ref: '#/schemas/A' }]"])
def test_rules_about_what_is_inside_may_recurse(word: str) -> None:
    contract(
        with_payload(
            "{ $ref: '#/schemas/A' }",
            f"A: {{ type: [array, object], {word}, patternProperties: {{ a: {{ $ref: '#/schemas/A' }} }} }}",
        )
    )


def test_two_rules_about_the_same_item_may_not() -> None:
    recursive = "A: { type: array, contains: { $ref: '#/schemas/A' }, prefixItems: [{ $ref: '#/schemas/A' }] }"
    assert rules(with_payload("{ $ref: '#/schemas/A' }", recursive)) == ["slow-recursion"]


def test_a_contract_of_many_branches_takes_no_long() -> None:
    branches = ", ".join(
        f"{{ type: object, required: [k], properties: {{ k: {{ const: k{n} }} }} }}" for n in range(200)
    )
    node = payload(f"{{ oneOf: [{branches}] }}").node
    assert isinstance(node, UnionType)
    assert (len(node.members), node.tag) == (200, "k")


def test_documents_judge_as_the_schema_does() -> None:
    made = contract(
        with_payload(
            "{ type: object, required: [n, who], additionalProperties: false, properties: { "
            "n: { type: integer }, who: { $ref: '#/schemas/Who' }, "
            "p: { type: string, pattern: '^\\d+$', sensitive: true } } }",
            "Who: { type: object, required: [name], properties: { name: { type: string, brand: Name, default: x } } }",
        )
    )
    named = made.types_by_name["RoomNotePayload"]
    assert isinstance(named.document, dict)
    assert references(named.document) == ("Who",)
    assert "$defs" not in named.document
    text = str(definitions(made))
    assert "brand" not in text
    judge = Draft202012Validator(standalone(made, named))
    assert judge.is_valid({"n": 1, "who": {"name": "a"}, "p": "12"})
    for wrong in (
        {"n": 2**53, "who": {"name": "a"}},
        {"n": 1},
        {"n": 1, "who": {"name": 1}},
        {"n": 1, "who": {"name": ""}, "x": 1},
    ):
        assert not judge.is_valid(wrong)


def test_known_values_of_an_open_enum_pass_its_bounds() -> None:
    made = contract(
        with_payload(
            "{ type: object, properties: { a: { anyOf: [{ enum: [toolong] }, { type: string, maxLength: 3 }] } } }"
        )
    )
    judge = Draft202012Validator(standalone(made, made.types_by_name["RoomNotePayload"]))
    assert judge.is_valid({"a": "toolong"})
    assert not judge.is_valid({"a": "longer"})
