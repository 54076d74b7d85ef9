"""What the parser of schemas hands around: a schema as its user sees it, and what it must be told from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rtgen.schema.tree import Place
from rtgen.schema.types import NO_NOTES, AnyType, Json, Notes, TypeNode
from rtgen.source.finding import Finding
from rtgen.source.nodes import Node
from rtgen.source.pointer import Pointer


@dataclass(frozen=True, slots=True)
class Naming:
    """What this room must be told about the contract around the schemas."""

    type_name: Callable[[Node, Pointer], str]
    """The name of the type at a pointer."""
    is_schema: Callable[[Pointer], bool]
    """Whether a schema stands at a pointer."""


@dataclass(frozen=True, slots=True)
class Use:
    """A schema where it is used: its type, the JSON Schema of it, and its words."""

    type: TypeNode
    document: Json
    notes: Notes = NO_NOTES
    default: str = ""
    """What stands for the value where it is missing, as JSON text; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A value that the contract claims to be valid under a schema."""

    value: Node
    document: Json
    word: str


BROKEN = Use(AnyType(), True)
"""Stands in for a schema with a finding; a contract with one is never built."""


class Uses(Protocol):
    """What the parser of one kind of schema needs of the whole: the schemas below it, and where findings go."""

    findings: list[Finding]
    loose: bool
    """Inside a condition: types may be left out, and no object needs a name."""

    def use(self, place: Place) -> Use:
        """The schema at a place as its user sees it."""
        ...

    def member(self, place: Place) -> Use:
        """The schema at a place of one that applies together with others; without a type of its own, a condition."""
        ...

    def condition(self, place: Place) -> Use:
        """The schema at a place, that only asks something of a value and makes no type."""
        ...
