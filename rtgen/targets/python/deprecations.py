"""What clients use that is going away, as a table for the server, which counts uses and tells clients of them."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from rtgen.contract.model import Channel, Contract, ServerEvent
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import (
    ArrayType,
    MapType,
    NamedType,
    Notes,
    ObjectType,
    RefinedType,
    RefType,
    TypeNode,
    UnionType,
)
from rtgen.targets.python.code import call
from rtgen.targets.text import PyCode, py_string

MOST: Final = 100
"""Places in one payload that are looked for; each costs a look at every message."""

Place = tuple[str, str]
"""A JSON pointer in which `*` stands for any one step, and a value there as JSON text; empty for any value."""


def deprecations(contract: Contract, indent: int) -> tuple[PyCode, ...]:
    """One call each, in the order of the contract."""
    types = contract.types_by_name
    return tuple(line for channel in contract.channels for line in _of(channel, types, indent))


def _of(channel: Channel, types: Mapping[str, NamedType], indent: int) -> Iterator[PyCode]:
    if channel.deprecation is not None:
        yield _entry(f"{channel.name}.$join", ("", ""), channel.deprecation, indent)
    if channel.presence is not None:
        yield from _inside(f"{channel.name}.$state", channel.presence.state, types, indent)
    for event in channel.events:
        tag = f"{channel.name}.{event.name}"
        if event.deprecation is not None:
            yield _entry(tag, ("", ""), event.deprecation, indent)
        if event.payload is not None and not isinstance(event, ServerEvent):
            yield from _inside(tag, event.payload, types, indent)


def _inside(tag: str, node: TypeNode, types: Mapping[str, NamedType], indent: int) -> Iterator[PyCode]:
    found: dict[Place, Deprecation] = {}
    for place, deprecation in islice(_places(node, types, "", ()), MOST):
        found.setdefault(place, deprecation)
    for place, deprecation in found.items():
        yield _entry(tag, place, deprecation, indent)


def _places(
    node: TypeNode, types: Mapping[str, NamedType], at: str, inside: tuple[str, ...]
) -> Iterator[tuple[Place, Deprecation]]:
    """What is deprecated in a value; a type that holds itself is looked into once."""
    match node:
        case RefType(name) if name not in inside:
            named = types[name]
            yield from _values(named.notes, at)
            yield from _places(named.node, types, at, (*inside, name))
        case ObjectType(properties=properties):
            for each in properties:
                below = f"{at}/{each.name.replace('~', '~0').replace('/', '~1')}"
                said = each.notes.deprecation or _of_type(each.type, types)
                if said is not None:
                    yield (below, ""), said
                yield from _values(each.notes, below)
                yield from _places(each.type, types, below, inside)
        case ArrayType(items=inner) | MapType(values=inner):
            yield from _places(inner, types, f"{at}/*", inside)
        case UnionType(members=members):
            for member in members:
                yield from _places(member, types, at, inside)
        case RefinedType(base=base):
            yield from _places(base, types, at, inside)
        case _:
            pass


def _of_type(node: TypeNode, types: Mapping[str, NamedType]) -> Deprecation | None:
    return types[node.name].notes.deprecation if isinstance(node, RefType) else None


def _values(notes: Notes, at: str) -> Iterator[tuple[Place, Deprecation]]:
    for value, deprecation in notes.going:
        yield (at, value), deprecation


def _entry(tag: str, place: Place, deprecation: Deprecation, indent: int) -> PyCode:
    at, value = place
    said = {
        "at": at,
        "value": value,
        "since": deprecation.since,
        "sunset": deprecation.sunset,
        "use": deprecation.use,
    }
    words = [f"{name}={py_string(text)}" for name, text in said.items() if text]
    return call("Deprecation", [str(py_string(tag)), *words], indent=indent, after=",")
