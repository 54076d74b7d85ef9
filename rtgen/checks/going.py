"""What of a contract may be marked `deprecated`, and what is: each with a place to point at."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rtgen.contract.model import Channel, Contract, Event
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import LiteralType, NamedType, ObjectType, Property, RefType
from rtgen.source.span import Span


class Key(NamedTuple):
    """Which thing it is, the same in every version that has it."""

    channel: str = ""
    event: str = ""
    part: str = ""
    """An error, a flag, a parameter, or the name of a schema; empty for a channel or an event."""
    pointer: str = ""
    """A property of the schema, and one of its values."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing, and what is said about its end."""

    key: Key
    label: str
    """How a message calls it: ``event `sent` ``, `` `phone` of `Rider` ``."""
    deprecation: Deprecation | None
    span: Span | None
    near: tuple[str, ...]
    """What could take its place, by the names that `use` may give."""


def marks(contract: Contract) -> Iterator[Mark]:
    """Everything that can be deprecated: channels with their parameters and events, flags, errors, schemas."""
    channels = tuple(each.name for each in contract.channels)
    for channel in contract.channels:
        yield Mark(Key(channel.name), str(channel), channel.deprecation, channel.span, channels)
        yield from _parameters(channel)
        events = tuple(each.name for each in channel.events)
        for event in channel.events:
            yield Mark(Key(channel.name, event.name), str(event), event.deprecation, event.span, events)
    flags = tuple(each.name for each in contract.flags)
    for flag in contract.flags:
        yield Mark(Key(part=f"flag {flag.name}"), str(flag), flag.deprecation, flag.span, flags)
    errors = tuple(each.name for each in contract.errors)
    for error in contract.errors:
        label = f"error `{error.name}`"
        yield Mark(Key(part=f"error {error.name}"), label, error.deprecation, error.span, errors)
    yield from _schemas(contract)


def _parameters(channel: Channel) -> Iterator[Mark]:
    names = tuple(each.name for each in channel.parameters)
    for each in channel.parameters:
        label = f"parameter `{each.name}` of {channel}"
        yield Mark(Key(channel.name, part=f"parameter {each.name}"), label, each.notes.deprecation, each.span, names)


def _schemas(contract: Contract) -> Iterator[Mark]:
    types = contract.types_by_name
    carried = dict(pair for channel in contract.channels for event in channel.events for pair in _carried(event))
    for named in contract.types:
        label = f"schema `{named.name}`" if named.from_schemas else carried.get(named.name, f"`{named.name}`")
        key = Key(part=named.name)
        yield Mark(key, label, named.notes.deprecation, named.span, tuple(types))
        yield from _values(key, f"`{named.name}`", named, named.span)
        if isinstance(named.node, ObjectType):
            for each in named.node.properties:
                yield from _property(named, named.node, each, types.get(_name(each)))


def _property(named: NamedType, node: ObjectType, each: Property, target: NamedType | None) -> Iterator[Mark]:
    label, key = f"`{each.name}` of `{named.name}`", Key(part=named.name, pointer=f"/{each.name}")
    notes, span = each.notes, each.span
    # A `$ref` takes over the words of its target, which speaks for itself.
    own = notes.deprecation if target is None or notes.deprecation != target.notes.deprecation else None
    yield Mark(key, label, own, span, tuple(other.name for other in node.properties))
    yield from _values(key, label, each, span)


def _values(key: Key, label: str, noted: NamedType | Property, span: Span | None) -> Iterator[Mark]:
    node = noted.node if isinstance(noted, NamedType) else noted.type
    if not isinstance(node, LiteralType):
        return
    near, going = tuple(str(value) for value in node.values), dict(noted.notes.going)
    for value in node.values:
        text = json.dumps(value, ensure_ascii=False)
        there = key._replace(pointer=f"{key.pointer} {text}".strip())
        yield Mark(there, f"the value `{text}` of {label}", going.get(text), span, near)


def _carried(event: Event) -> Iterator[tuple[str, str]]:
    """Inline types, whose names nobody wrote, by what they are."""
    reply = getattr(event, "reply", None)
    for node, words in ((event.payload, "payload"), (reply, "reply")):
        if isinstance(node, RefType):
            yield node.name, f"the {words} of {event}"


def _name(each: Property) -> str:
    return each.type.name if isinstance(each.type, RefType) else ""
