"""Types that accept `null` beside something else."""

from collections.abc import Mapping
from dataclasses import replace

from rtgen.schema.types import LiteralType, NamedType, NullType, RefType, TypeNode, UnionType


def not_null(node: TypeNode, types: Mapping[str, NamedType]) -> TypeNode | None:
    """What a type accepts beside `null`; `None` where it does not accept that, or nothing else."""
    while isinstance(node, RefType):
        node = types[node.name].node
    match node:
        case UnionType(members=members):
            rest = tuple(each for each in members if not isinstance(each, NullType))
            if len(rest) == len(members) or not rest:
                return None
            return rest[0] if len(rest) == 1 else replace(node, members=rest)
        case LiteralType(values=values) if None in values and len(values) > 1:
            return replace(node, values=tuple(each for each in values if each is not None))
        case _:
            return None
