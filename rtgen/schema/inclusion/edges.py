"""What a type makes a difference between: its bounds, its names, its listed values. Good values lie about them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rtgen.schema.inclusion.pattern_texts import texts_of
from rtgen.schema.types import (
    ArrayType,
    DependentRequired,
    Json,
    Listed,
    LiteralType,
    MapType,
    NamedType,
    NumberType,
    ObjectType,
    PatternProperties,
    RefinedType,
    RefType,
    Rule,
    StringType,
    TypeNode,
    UnionType,
    inside_rule,
)


@dataclass(frozen=True, slots=True)
class Edges:
    """Bounds and counts, names of properties, and listed values, each once."""

    numbers: tuple[Decimal, ...]
    names: tuple[str, ...]
    words: tuple[Json, ...]


def edges_of(node: TypeNode, types: Mapping[str, NamedType]) -> Edges:
    """The edges of a type and of all types in it."""
    numbers: dict[Decimal, None] = {}
    names: dict[str, None] = {}
    words: dict[str, Json] = {}
    for each in _nodes(node, types):
        numbers.update(dict.fromkeys(_numbers(each)))
        names.update(dict.fromkeys(_names(each)))
        words.update((json.dumps(word), word) for word in _words(each))
    return Edges(tuple(numbers)[:24], tuple(names)[:24], tuple(words.values())[:24])


def _nodes(node: TypeNode, types: Mapping[str, NamedType]) -> Iterator[TypeNode | Rule]:
    """A node and all nodes and rules in it, those behind names once."""
    rest: list[TypeNode | Rule] = [node]
    seen: set[str] = set()
    while rest:
        each = rest.pop()
        yield each
        if isinstance(each, RefType):
            if each.name not in seen:
                seen.add(each.name)
                rest.append(types[each.name].node)
        else:
            rest.extend(parts_of_node(each))


def parts_of_node(node: TypeNode | Rule) -> tuple[TypeNode | Rule, ...]:
    """The nodes and rules directly in a node or rule."""
    match node:
        case ArrayType():
            return (node.items,)
        case MapType():
            return (node.values,)
        case ObjectType():
            found = tuple(each.type for each in node.properties)
            return found if node.extra is None else (*found, node.extra)
        case UnionType():
            return node.members
        case RefinedType():
            return (node.base, *node.rules)
        case LiteralType(open_to=StringType() as open_to):
            return (open_to,)
        case _ if isinstance(node, Rule):
            return inside_rule(node)
        case _:
            return ()


def _numbers(node: TypeNode | Rule) -> Iterator[Decimal]:
    match node:
        case NumberType():
            bounds = (node.minimum, node.maximum, node.exclusive_minimum, node.exclusive_maximum, node.multiple_of)
            yield from (each for each in bounds if each is not None)
        case StringType():
            yield from (Decimal(each) for each in (node.min_length, node.max_length) if each is not None)
        case ArrayType():
            yield from (Decimal(each) for each in (node.min_items, node.max_items) if each is not None)
        case ObjectType() | MapType():
            yield from (Decimal(each) for each in (node.min_properties, node.max_properties) if each is not None)


def _names(node: TypeNode | Rule) -> Iterator[str]:
    match node:
        case ObjectType():
            yield from (each.name for each in node.properties)
        case PatternProperties():
            yield from (text for pattern, _ in node.patterns for text in texts_of(pattern)[:2])
        case DependentRequired():
            yield from (name for key, needed in node.needs for name in (key, *needed))


def _words(node: TypeNode | Rule) -> Iterator[Json]:
    match node:
        case LiteralType():
            yield from node.values
        case Listed():
            yield from map(json.loads, node.values)
        case StringType(pattern=str() as pattern):
            yield from texts_of(pattern)[:4]
