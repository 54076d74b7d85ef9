"""What a rule looks at: a contract, the day, and views of the contract that many rules share, each made once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rtgen.checks.going import Mark, marks
from rtgen.checks.parts import Part, parts_of, reached
from rtgen.checks.sizes import Sizes
from rtgen.contract.model import Channel, Contract, Event
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import NamedType, ObjectType, Property, RefType, TypeNode
from rtgen.source.span import Span


@dataclass(frozen=True)
class Subject:
    """A contract on a day."""

    contract: Contract
    today: date

    @cached_property
    def types(self) -> Mapping[str, NamedType]:
        """All types by their names, in the contract's order."""
        return self.contract.types_by_name

    @cached_property
    def events(self) -> tuple[tuple[Channel, Event], ...]:
        """Every event with its channel."""
        return tuple((channel, event) for channel in self.contract.channels for event in channel.events)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every schema of the contract."""
        return tuple(part for named in self.types.values() for part in parts_of(named))

    @cached_property
    def properties(self) -> tuple[tuple[NamedType, Property], ...]:
        """Every property of an object, with the type it stands in."""
        return tuple(
            (named, each)
            for named in self.types.values()
            if isinstance(named.node, ObjectType)
            for each in named.node.properties
        )

    @cached_property
    def deprecated(self) -> tuple[tuple[Mark, Deprecation, Span], ...]:
        """Everything that is going away: what it is, what is said about it, and where."""
        found = ((each, each.deprecation, each.span) for each in marks(self.contract))
        return tuple((each, said, span) for each, said, span in found if said is not None and span is not None)

    @cached_property
    def from_client(self) -> tuple[Part, ...]:
        """Every schema that judges what clients send."""
        handled = [each.payload for channel in self.contract.channels for each in channel.client_events]
        return self._below([*handled, *(each.payload for channel in self.contract.channels for each in channel.relays)])

    @cached_property
    def from_server(self) -> tuple[Part, ...]:
        """Every schema of what the server itself sends: its events, replies, and the data of errors."""
        sent = [each.payload for channel in self.contract.channels for each in channel.server_events]
        replies = [each.reply for channel in self.contract.channels for each in channel.client_events]
        return self._below([*sent, *replies, *(each.data for each in self.contract.errors)])

    @cached_property
    def sizes(self) -> Sizes:
        """How large values can get."""
        return Sizes(self.types)

    def resolved(self, node: TypeNode) -> TypeNode:
        """A node itself, where it is only a name for another."""
        return self.types[node.name].node if isinstance(node, RefType) else node

    def _below(self, roots: list[TypeNode | None]) -> tuple[Part, ...]:
        return tuple(part for named in reached(self.types, roots) for part in parts_of(named))
