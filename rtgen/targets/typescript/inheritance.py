"""Which interfaces an object's interface extends: members of its `allOf` that have other properties."""

from collections.abc import Iterator, Mapping

from rtgen.schema.types import AllOf, NamedType, ObjectType, RefinedType, RefType, base_of
from rtgen.targets.typescript.types import index_of


def parents(named: NamedType, types: Mapping[str, NamedType]) -> tuple[str, ...]:
    """The names of the interfaces, in the contract's order. None has a property of another or of the object's own."""
    if _has_index(named):
        return ()
    taken = set(_declared(named))
    found: list[str] = []
    for name in _members(named):
        names = _all_names(types[name], types)
        if names and not names & taken and not _has_index(types[name]):
            found.append(name)
            taken |= names
    return tuple(found)


def _has_index(named: NamedType) -> bool:
    """Whether an interface says what undeclared properties hold: then others can't be put beside it."""
    base = base_of(named.node)
    return isinstance(base, ObjectType) and index_of(base) is not None


def _members(named: NamedType) -> Iterator[str]:
    rules = named.node.rules if isinstance(named.node, RefinedType) else ()
    for rule in rules:
        if isinstance(rule, AllOf):
            yield from (member.name for member in rule.members if isinstance(member, RefType))


def _declared(named: NamedType) -> frozenset[str]:
    base = base_of(named.node)
    return frozenset(each.name for each in base.properties) if isinstance(base, ObjectType) else frozenset()


def _all_names(named: NamedType, types: Mapping[str, NamedType]) -> frozenset[str]:
    """The properties of an interface, inherited ones too; none of what is no interface."""
    declared = _declared(named)
    return declared.union(*(_all_names(types[name], types) for name in parents(named, types))) if declared else declared
