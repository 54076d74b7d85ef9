"""The closed union of type nodes: what a JSON Schema means once references and sugar are gone.

Every stage after `schema` reads these nodes, matches them with `match`, and closes the match with `assert_never`.
Rules for maintainers:

* A node is complete when it exists. No field means "filled in later".
* Spans and notes (description and the like) stay out of equality: two nodes are equal when they accept the same
  values in the same words.
* A constraint that a node does not have is `None`. A node never carries a constraint that can't apply to it.
* An object that has properties is always reached through a `RefType`: inline objects are given a name from their
  path while the contract is built, so that both languages name them alike.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from rtgen.source.span import Span

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Any JSON value, as `json.loads` gives it."""

Literal = None | bool | int | float | str
"""What may stand in an enum or const here: scalars."""


@dataclass(frozen=True, slots=True)
class Notes:
    """Words about a schema that change no verdict: they become docstrings, JSDoc and documentation."""

    title: str = ""
    description: str = ""
    deprecated: bool = False
    sensitive: bool = False
    brand: str = ""
    has_examples: bool = False


NO_NOTES = Notes()


@dataclass(frozen=True, slots=True)
class AnyType:
    """Accepts every JSON value (`true`, `{}`)."""


@dataclass(frozen=True, slots=True)
class NullType:
    """Accepts `null` only."""


@dataclass(frozen=True, slots=True)
class BooleanType:
    """Accepts `true` and `false`."""


@dataclass(frozen=True, slots=True)
class NumberType:
    """Accepts numbers; with `integer`, those without a fraction (`1.0` is one) and within 2^53-1."""

    integer: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    exclusive_maximum: Decimal | None = None
    multiple_of: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StringType:
    """Accepts strings. Lengths are in code points; `pattern` is in the portable subset (`schema.patterns`)."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class LiteralType:
    """Accepts the listed scalars (`enum`, `const`); `open_to` is set for an open enum: other values of it pass too."""

    values: tuple[Literal, ...]
    open_to: "StringType | None" = None
    constant: bool = field(default=False, compare=False, repr=False)
    """Whether it was written as `const`."""


@dataclass(frozen=True, slots=True)
class ArrayType:
    """Accepts arrays whose every item is `items`; counts in items."""

    items: "TypeNode"
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """One declared property of an object. `name` is the wire name."""

    name: str
    type: "TypeNode"
    required: bool
    notes: Notes = field(default=NO_NOTES, compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ObjectType:
    """Accepts objects with the declared properties.

    `extra` is what undeclared properties must be: `AnyType()` for an open object (the default of JSON Schema),
    `None` for a closed one (`additionalProperties: false`), another node for a map. Counts are of all properties,
    declared or not.
    """

    properties: tuple[Property, ...]
    extra: "TypeNode | None"
    min_properties: int | None = None
    max_properties: int | None = None


@dataclass(frozen=True, slots=True)
class MapType:
    """Accepts objects without declared properties, every value of which is `values`; counts in properties."""

    values: "TypeNode"
    min_properties: int | None = None
    max_properties: int | None = None


@dataclass(frozen=True, slots=True)
class UnionType:
    """Accepts what at least one member accepts.

    `tag` is the wire name of the property whose constant tells object members apart, empty when there is none
    (then the members are of different JSON kinds, and at most one of them is an object).
    """

    members: tuple["TypeNode", ...]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class RefType:
    """A use of a named type of the same contract; the name is a key of `Contract.types`."""

    name: str


TypeNode = (
    AnyType
    | NullType
    | BooleanType
    | NumberType
    | StringType
    | LiteralType
    | ArrayType
    | ObjectType
    | MapType
    | UnionType
    | RefType
)


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type that both languages give a name: a schema of `schemas:`, or an inline one named after its path.

    `name` is PascalCase (`Message`, `RoomSendPayload`, `RoomSendPayloadAuthor`). `document` is the JSON Schema it
    came from, with every `$ref` rewritten to `#/$defs/<name>`: what a full validator judges by.
    """

    name: str
    node: TypeNode
    document: dict[str, Json] | bool = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)
    notes: Notes = field(default=NO_NOTES, compare=False)
    from_schemas: bool = True
    """Whether it stands in `schemas:`, so that it is part of the public tables even when nothing uses it."""
