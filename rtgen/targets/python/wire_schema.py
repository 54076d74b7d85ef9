"""Type nodes as the JSON Schema that a `msgspec.Struct` can keep, and nothing more.

The fast decoder may accept only what the contract accepts. So this drops a constraint only where `residual` checks it,
and widens a type only where msgspec can't tell its members apart. A uuid, a date-time or a date is a reference to one
of `OBJECTS`: an object in a program, a string on the wire, where it is checked on its text.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import assert_never

from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
    Json,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    PrefixItems,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
    base_of,
)

SAFE_INTEGER = 2**53 - 1
"""The largest integer that both ends hold exactly."""

OBJECTS = {"uuid": "Uuid", "date-time": "DateTime", "date": "Date"}
"""Formats whose values programs hold as objects, and the runtime's name for their type."""

Schema = dict[str, Json]


def wire_schema(node: TypeNode, names: Mapping[str, str]) -> Schema:
    """The schema of one node; a reference points at `#/$defs/<names[name]>`, one of `OBJECTS` at its `object_marker`.

    A name that `names` leaves out stands for any value: a type that refers to itself without an object in between,
    which msgspec can't build.
    """
    match node:
        case AnyType():
            return {}
        case NullType() | BooleanType():
            return {"type": "null" if isinstance(node, NullType) else "boolean"}
        case NumberType():
            return _number(node)
        case StringType():
            return _string(node)
        case LiteralType():
            return _literal(node)
        case ArrayType():
            return _sized(
                {"type": "array", "items": _inside(node.items, names)}, node.min_items, node.max_items, "Items"
            )
        case MapType():
            # Sizes are left to `residual`: the generator of Structs forgets them inside lists and unions.
            return {"type": "object", "additionalProperties": _inside(node.values, names)}
        case ObjectType():
            return _object(node, names)
        case UnionType():
            return {"anyOf": [_inside(each, names) for each in node.members]}
        case RefinedType():
            return _refined(node, names)
        case RefType():
            return {"$ref": f"#/$defs/{names[node.name]}"} if node.name in names else {}
        case _:
            assert_never(node)


def _inside(node: TypeNode, names: Mapping[str, str]) -> Schema:
    """The schema of a part. An object without a name, put together by `allOf`, makes no class: it may be anything."""
    return {} if isinstance(base_of(node), ObjectType) else wire_schema(node, names)


def _refined(node: RefinedType, names: Mapping[str, str]) -> Schema:
    """The rules are the full validator's. A string that has some stays one: an object has no spelling."""
    places = fixed_places(node)
    if places:
        each: list[Json] = [_inside(place, names) for place in places]
        return {"type": "array", "prefixItems": each, "minItems": len(places), "maxItems": len(places)}
    return text_schema(node.base) if isinstance(node.base, StringType) else wire_schema(node.base, names)


def fixed_places(node: RefinedType) -> tuple[TypeNode, ...]:
    """The items of a list that always has the same number of them, each with a type of its own; else nothing."""
    base = node.base
    for rule in node.rules:
        if isinstance(rule, PrefixItems) and isinstance(base, ArrayType):
            most = len(rule.items) if rule.rest is None else base.max_items
            return rule.items if base.min_items == most == len(rule.items) else ()
    return ()


def _sized(schema: Schema, least: int | None, most: int | None, noun: str) -> Schema:
    if least:
        schema[f"min{noun}"] = least
    if most is not None:
        schema[f"max{noun}"] = most
    return schema


def object_marker(type_name: str) -> str:
    """What one of `OBJECTS` is called among the definitions; it can't meet a name of a contract's."""
    return f"RtgenObject{type_name}"


def _string(node: StringType) -> Schema:
    if node.format in OBJECTS and node == StringType(format=node.format):
        return {"$ref": f"#/$defs/{object_marker(OBJECTS[node.format])}"}
    return text_schema(node)


def text_schema(node: StringType) -> Schema:
    """The schema of a string that is one in programs too."""
    return _sized({"type": "string"}, node.min_length, node.max_length, "Length")


def _number(node: NumberType) -> Schema:
    if not node.integer:
        schema: Schema = {"type": "number"}
        for key, bound in (
            ("minimum", node.minimum),
            ("maximum", node.maximum),
            ("exclusiveMinimum", node.exclusive_minimum),
            ("exclusiveMaximum", node.exclusive_maximum),
        ):
            if bound is not None:
                schema[key] = int(bound) if bound == bound.to_integral_value() else float(bound)
        return schema
    least, most = integer_range(node)
    return {"type": "integer", "minimum": least, "maximum": most}


def integer_range(node: NumberType) -> tuple[int, int]:
    """The smallest and the largest integer that a node's bounds allow, both inclusive."""
    least, most = -SAFE_INTEGER, SAFE_INTEGER
    if node.minimum is not None:
        least = max(least, int(node.minimum.to_integral_value(ROUND_CEILING)))
    if node.exclusive_minimum is not None:
        least = max(least, int(node.exclusive_minimum.to_integral_value(ROUND_FLOOR)) + 1)
    if node.maximum is not None:
        most = min(most, int(node.maximum.to_integral_value(ROUND_FLOOR)))
    if node.exclusive_maximum is not None:
        most = min(most, int(node.exclusive_maximum.to_integral_value(ROUND_CEILING)) - 1)
    return least, most


def struct_literal(node: LiteralType) -> bool:
    """Whether msgspec can check the values itself: only strings, integers and null make a `Literal` it decodes."""
    return node.open_to is None and all(
        value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
        for value in node.values
    )


def _literal(node: LiteralType) -> Schema:
    if node.open_to is not None:
        # Bounds are left to `residual`: the known values need not keep them.
        return {"anyOf": [{"enum": list(node.values)}, {"type": "string"}]}
    if struct_literal(node):
        return {"enum": list(node.values)}
    kinds = {_kind(value) for value in node.values}
    return {"type": min(kinds)} if len(kinds) == 1 else {}


def _kind(value: bool | float | str | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case _:
            return "number"


def _object(node: ObjectType, names: Mapping[str, str]) -> Schema:
    properties: Schema = {encoded_name(each.name): _inside(each.type, names) for each in node.properties}
    schema: Schema = {"type": "object", "properties": properties}
    required: list[Json] = [encoded_name(each.name) for each in node.properties if each.required]
    if required:
        schema["required"] = required
    if node.extra is None:
        schema["additionalProperties"] = False
    return schema


def self_naming(types: tuple[NamedType, ...]) -> frozenset[str]:
    """The names of types that contain themselves without an object in between, such as nested lists of lists."""
    direct = {each.name: _bare_references(each.node) for each in types}

    def reaches(start: str) -> bool:
        seen: set[str] = set()
        todo = list(direct[start])
        while todo:
            name = todo.pop()
            if name == start:
                return True
            if name not in seen:
                seen.add(name)
                todo.extend(direct[name])
        return False

    return frozenset(name for name in direct if reaches(name))


def _bare_references(node: TypeNode) -> frozenset[str]:
    match node:
        case RefType():
            return frozenset({node.name})
        case ArrayType():
            return _bare_references(node.items)
        case MapType():
            return _bare_references(node.values)
        case UnionType():
            return frozenset().union(*(_bare_references(each) for each in node.members))
        case RefinedType():
            return _bare_references(node.base)
        case _:
            return frozenset()


def encoded_name(wire_name: str) -> str:
    """What a property is called here: a contract's own names could hide `str` or `list` inside a class."""
    return "p_" + wire_name.encode().hex()


def decoded_name(encoded: str) -> str:
    """The wire name behind `encoded_name`."""
    return bytes.fromhex(encoded.removeprefix("p_")).decode()


def exact_bound(bound: Decimal | None) -> bool:
    """Whether a bound is the same number as a double: else `residual` compares in decimal."""
    return bound is None or Decimal(float(bound)) == bound
