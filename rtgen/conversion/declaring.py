"""Whether a contract says something of earlier versions inside a type."""

from collections.abc import Iterator, Mapping

from rtgen.schema.types import (
    ArrayType,
    LiteralType,
    MapType,
    NamedType,
    ObjectType,
    RefinedType,
    RefType,
    TypeNode,
    UnionType,
    inside_rule,
)


def declares(node: TypeNode, types: Mapping[str, NamedType]) -> bool:
    """Whether a name, a value or something that is gone is told of anywhere in values of a type."""
    rest, seen = [node], set[str]()
    while rest:
        here = rest.pop()
        match here:
            case RefType(name=name):
                if name not in seen:
                    seen.add(name)
                    rest.append(types[name].node)
            case LiteralType() if here.earlier or here.instead:
                return True
            case ObjectType() if here.removed or any(each.was for each in here.properties):
                return True
            case _:
                rest.extend(_parts(here))
    return False


def _parts(node: TypeNode) -> Iterator[TypeNode]:
    match node:
        case ArrayType(items=items):
            yield items
        case MapType(values=values):
            yield values
        case ObjectType(properties=properties, extra=extra):
            yield from (each.type for each in properties)
            yield from () if extra is None else (extra,)
        case UnionType(members=members):
            yield from members
        case RefinedType(base=base, rules=rules):
            yield base
            for rule in rules:
                yield from inside_rule(rule)
