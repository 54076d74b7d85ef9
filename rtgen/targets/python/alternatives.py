"""One type for several: a union that msgspec can tell apart by JSON kind.

It takes at most one type that is written as an object, one that is written as a list, and one of strings, numbers,
booleans and null each; so those of one kind become what they have in common.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
)
from rtgen.targets.python.wire_schema import fixed_places

_KINDS = ("string", "number", "boolean", "array", "object", "null")


@dataclass(slots=True)
class Alternatives:
    """Makes unions of nodes that may refer to `types`."""

    types: Mapping[str, NamedType]
    alike: bool = False
    """Whether there were several types of objects, which nothing tells apart."""

    def among(self, nodes: Sequence[TypeNode]) -> TypeNode:
        """What every value of every node fits."""
        by_kind: dict[str, list[TypeNode]] = {kind: [] for kind in _KINDS}
        for each in dict.fromkeys(nodes):
            parts = self._parts(each)
            if parts is None:
                return AnyType()
            for kind, part in parts:
                by_kind[kind].append(part)
        made = [self._joined(kind, list(dict.fromkeys(by_kind[kind]))) for kind in _KINDS if by_kind[kind]]
        if not made:
            return AnyType()
        return made[0] if len(made) == 1 else UnionType(self.told_apart(made))

    def told_apart(self, members: Sequence[TypeNode]) -> tuple[TypeNode, ...]:
        """The members of a union, with lists for tuples.

        msgspec 0.22 loses count of what belongs to a type that is a tuple of fixed length or a string or number with
        bounds (`Annotated[float, Meta(ge=0)] | tuple[int]`): the next run of Python's garbage collector crashes.
        """
        if all(isinstance(self.bare(each), ArrayType | NullType | BooleanType) for each in members):
            return tuple(members)
        return tuple(map(self._as_list, members))

    def _as_list(self, node: TypeNode) -> TypeNode:
        found, seen = node, set[str]()
        while isinstance(found, RefType | RefinedType):
            if isinstance(found, RefinedType):
                places = fixed_places(found)
                if places:
                    return ArrayType(self.among(places), len(places), len(places))
                found = found.base
            elif found.name in seen or found.name not in self.types:
                break
            else:
                seen.add(found.name)
                found = self.types[found.name].node
        return node

    def bare(self, node: TypeNode) -> TypeNode:
        """A node without its name and its rules."""
        seen: set[str] = set()
        while isinstance(node, RefType | RefinedType):
            if isinstance(node, RefinedType):
                node = node.base
            elif node.name in seen:
                return AnyType()
            else:
                seen.add(node.name)
                node = self.types[node.name].node
        return node

    def _parts(self, node: TypeNode) -> list[tuple[str, TypeNode]] | None:
        """The kinds of a node with what it is of each; `None` where it may be anything."""
        bare = self.bare(node)
        match bare:
            case AnyType() | RefType() | RefinedType():
                return None
            case UnionType(members):
                found: list[tuple[str, TypeNode]] = []
                for each in members:
                    parts = self._parts(each)
                    if parts is None:
                        return None
                    found += parts
                return found
            case LiteralType() if bare.open_to is None:
                kinds = dict.fromkeys(_kind_of(each) for each in bare.values)
                return [(kind, _literal(bare, kind)) for kind in kinds]
            case LiteralType() | StringType():
                return [("string", node)]
            case NumberType():
                return [("number", node)]
            case BooleanType():
                return [("boolean", node)]
            case NullType():
                return [("null", node)]
            case ArrayType():
                return [("array", node)]
            case MapType() | ObjectType():
                return [("object", node)]
            case _:
                assert_never(bare)

    def _joined(self, kind: str, nodes: list[TypeNode]) -> TypeNode:
        if len(nodes) == 1:
            return nodes[0]
        bare = [self.bare(each) for each in nodes]
        match kind:
            case "string":
                return _literals(bare) or StringType()
            case "number":
                whole = all(isinstance(each, NumberType) and each.integer for each in bare)
                return _literals(bare) or NumberType(integer=whole)
            case "array":
                return ArrayType(self.among([each.items for each in bare if isinstance(each, ArrayType)]))
            case "object":
                maps = [each for each in bare if isinstance(each, MapType)]
                if len(maps) == len(bare):
                    return MapType(self.among([each.values for each in maps]))
                self.alike = True
                return MapType(AnyType())
            case _:
                return bare[0]


def _literals(nodes: Sequence[TypeNode]) -> LiteralType | None:
    """All listed values, where nothing else is allowed."""
    listed = [each for each in nodes if isinstance(each, LiteralType) and each.open_to is None]
    if len(listed) < len(nodes):
        return None
    return LiteralType(tuple(dict.fromkeys(value for each in listed for value in each.values)))


def _literal(node: LiteralType, kind: str) -> TypeNode:
    """The values of one kind; msgspec knows literals of strings and integers."""
    values = tuple(each for each in node.values if _kind_of(each) == kind)
    simple: Mapping[str, Callable[[], TypeNode]] = {"boolean": BooleanType, "null": NullType}
    if kind in simple:
        return simple[kind]()
    return NumberType() if any(isinstance(each, float) for each in values) else LiteralType(values)


def _kind_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"


def type_of_values(values: Sequence[Json]) -> TypeNode:
    """What listed values have in common."""
    choose = Alternatives({})
    return choose.among([*(_type_of(each) for each in values if not isinstance(each, list)), *_lists(values)])


def _type_of(value: Json) -> TypeNode:
    match value:
        case dict():
            return MapType(type_of_values(list(value.values())))
        case list():
            return ArrayType(type_of_values(value))
        case _:
            return LiteralType((value,))


def _lists(values: Sequence[Json]) -> list[TypeNode]:
    """Lists of one length are tuples, with what each place may hold."""
    lists = [each for each in values if isinstance(each, list)]
    lengths = {len(each) for each in lists}
    if len(lengths) != 1 or 0 in lengths:
        return [_type_of(each) for each in lists]
    length = lengths.pop()
    places = tuple(type_of_values([each[index] for each in lists]) for index in range(length))
    items = Alternatives({}).among(places)
    return [RefinedType(ArrayType(items, length, length), (PrefixItems(places, None),))]
