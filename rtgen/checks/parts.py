"""The schemas inside a contract's types, one by one, each with a place to point at and words to call it by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rtgen.schema.types import (
    NO_NOTES,
    AnyType,
    ArrayType,
    LiteralType,
    MapType,
    NamedType,
    Notes,
    NumberType,
    ObjectType,
    Origin,
    Property,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
    inside_rule,
)
from rtgen.source.finding import Related
from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Part:
    """One schema inside a type. Cases of a union are parts too, under the name of the union."""

    node: TypeNode
    span: Span
    label: str
    """How a message calls it: `` `tags` of `Message` ``, or `` an item of `tags` of `Message` ``."""
    name: str = ""
    """The property's name; empty for what is no property."""
    notes: Notes = NO_NOTES
    related: tuple[Related, ...] = ()
    """Where it is used by `$ref`, when it is told once for all of them."""


def parts_of(named: NamedType) -> Iterator[Part]:
    """A type and what stands inside it, up to references to other types."""
    yield from _inside(Part(named.node, named.span, f"`{named.name}`", notes=named.notes), named.name)


def _inside(part: Part, owner: str) -> Iterator[Part]:
    yield part
    match part.node:
        case ArrayType(items=items):
            yield from _inside(Part(items, part.span, f"an item of {part.label}"), owner)
        case MapType(values=values):
            yield from _inside(Part(values, part.span, f"a value of {part.label}"), owner)
        case UnionType(members=members):
            for member in members:
                yield from _inside(Part(member, part.span, part.label, part.name, part.notes), owner)
        case LiteralType(open_to=open_to) if open_to is not None:
            yield Part(open_to, part.span, part.label, part.name, part.notes)
        case ObjectType(properties=properties, extra=extra):
            for each in properties:
                yield from _inside(_of_property(each, part.span, owner), owner)
            if isinstance(extra, ArrayType | MapType | UnionType | LiteralType):
                yield from _inside(Part(extra, part.span, f"an undeclared property of {part.label}"), owner)
        case RefinedType(base=base) if not isinstance(base, AnyType):
            yield from _inside(Part(base, part.span, part.label, part.name, part.notes), owner)
        case _:
            pass


def once(parts: Iterable[Part]) -> Iterator[Part]:
    """The same, but what several places use by `$ref` once, where it stands: for rules that judge no name."""
    found: dict[tuple[Span, TypeNode], list[Part]] = {}
    for part in parts:
        found.setdefault((_stands(part), part.node), []).append(part)
    for (span, _), uses in found.items():
        origins = [origin for each in uses if (origin := _origin(each.node)) is not None]
        if not origins:
            yield from uses
            continue
        places = dict.fromkeys(each.span for each in uses if each.span != span)
        related = tuple(Related("used here", place) for place in list(places)[:_SHOWN])
        yield replace(uses[0], span=span, label=origins[0].label or uses[0].label, related=related)


_SHOWN = 4


def _origin(node: TypeNode) -> Origin | None:
    match node:
        case StringType() | NumberType() | LiteralType() | ArrayType() | MapType():
            return node.origin
        case _:
            return None


def _stands(part: Part) -> Span:
    origin = _origin(part.node)
    return part.span if origin is None else origin.span


def _of_property(each: Property, near: Span, owner: str) -> Part:
    return Part(each.type, each.span or near, f"`{each.name}` of `{owner}`", each.name, each.notes)


def references(node: TypeNode) -> Iterator[str]:
    """The names of the types that a node mentions."""
    match node:
        case RefType(name=name):
            yield name
        case ArrayType(items=inner) | MapType(values=inner):
            yield from references(inner)
        case UnionType(members=members):
            for member in members:
                yield from references(member)
        case ObjectType(properties=properties, extra=extra):
            for each in properties:
                yield from references(each.type)
            if extra is not None:
                yield from references(extra)
        case RefinedType(base=base, rules=rules):
            yield from references(base)
            for rule in rules:
                for inner in inside_rule(rule):
                    yield from references(inner)
        case _:
            pass


def reached(types: Mapping[str, NamedType], roots: Iterable[TypeNode | None]) -> tuple[NamedType, ...]:
    """The types that these nodes lead to, in the contract's order."""
    seen = names_reached(types, roots)
    return tuple(named for name, named in types.items() if name in seen)


def names_reached(types: Mapping[str, NamedType], roots: Iterable[TypeNode | None]) -> frozenset[str]:
    """The names of the types that these nodes lead to."""
    seen: set[str] = set()
    rest = [name for root in roots if root is not None for name in references(root)]
    while rest:
        name = rest.pop()
        if name not in seen:
            seen.add(name)
            rest.extend(references(types[name].node))
    return frozenset(seen)
