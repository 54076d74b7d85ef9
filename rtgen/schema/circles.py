"""Types that judge a value by asking themselves about that same value: no judge would come to an end."""

from collections.abc import Iterable, Iterator, Mapping

from rtgen.schema.types import (
    Contains,
    NamedType,
    PatternProperties,
    PrefixItems,
    PropertyNames,
    RefinedType,
    RefType,
    TypeNode,
    UnionType,
    inside_rule,
)
from rtgen.source.finding import Finding, error

_ABOUT_PARTS = (Contains, PatternProperties, PrefixItems, PropertyNames)
"""Rules about what is inside of a value: recursion through them ends where the value does."""


def circles(types: Iterable[NamedType]) -> Iterator[Finding]:
    """A finding for every type in such a circle."""
    named = {each.name: each for each in types}
    asks = {name: frozenset(_asked(each.node)) & named.keys() for name, each in named.items()}
    # What comes to an end is peeled off, then what nothing left asks for: circles stay, and what lies between two.
    for name in _reversed(_without_ends(_reversed(_without_ends(asks)))):
        hint = "A value must end somewhere: put the recursion inside a property or a list."
        yield error("ref-cycle", "this schema asks itself about the same value", named[name].span, hint)


def _without_ends(edges: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The part of a graph in which every way goes on for ever."""
    back = _reversed(edges)
    ways = {name: len(others) for name, others in edges.items()}
    ends = [name for name, count in ways.items() if count == 0]
    while ends:
        for name in back[ends.pop()]:
            ways[name] -= 1
            if ways[name] == 0:
                ends.append(name)
    left = frozenset(name for name, count in ways.items() if count)
    return {name: others & left for name, others in edges.items() if name in left}


def _reversed(edges: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    back: dict[str, set[str]] = {name: set() for name in edges}
    for name, others in edges.items():
        for other in others:
            back[other].add(name)
    return {name: frozenset(others) for name, others in back.items()}


def _asked(node: TypeNode) -> Iterator[str]:
    """The types whose word about a value a node asks for."""
    match node:
        case RefType(name):
            yield name
        case UnionType(members):
            for member in members:
                yield from _asked(member)
        case RefinedType(base, rules):
            yield from _asked(base)
            for rule in rules:
                for inner in () if isinstance(rule, _ABOUT_PARTS) else inside_rule(rule):
                    yield from _asked(inner)
        case _:
            pass
