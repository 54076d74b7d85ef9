"""The closed union of type nodes: what a JSON Schema means once references and sugar are gone.

Every stage after `schema` reads these nodes, matches them with `match`, and closes the match with `assert_never`.
Rules for maintainers:

* A node is complete when it exists. No field means "filled in later".
* Spans and notes (description and the like) stay out of equality: two nodes are equal when they accept the same
  values in the same words.
* A constraint that a node does not have is `None`. A node never carries a constraint that can't apply to it.
* An object that has properties is always reached through a `RefType`: inline objects are given a name from their
  path while the contract is built, so that both languages name them alike. Only inside rules it may stand as it is.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, assert_never

from rtgen.schema.deprecation import Deprecation
from rtgen.source.finding import Edit
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
    deprecation: Deprecation | None = None
    sensitive: bool = False
    brand: str = ""
    examples: tuple[str, ...] = ()
    """Values as JSON texts."""
    values: tuple[tuple[str, str], ...] = ()
    """Of an enum, values as JSON texts with what the contract says about each."""
    going: tuple[tuple[str, Deprecation], ...] = ()
    """Of an enum, values as JSON texts that are going away, in the contract's order."""

    @property
    def has_examples(self) -> bool:
        """Whether somebody took the trouble to show a value."""
        return bool(self.examples)

    @property
    def deprecated(self) -> bool:
        """Whether it is going away."""
        return self.deprecation is not None


NO_NOTES = Notes()


class Origin(NamedTuple):
    """Where a schema stands that is used by `$ref` without a name of its own."""

    label: str
    """How messages call it; empty where each use has the better words."""
    span: Span


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
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StringType:
    """Accepts strings. Lengths are in code points; `pattern` is in the portable subset (`schema.patterns`)."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LiteralType:
    """Accepts the listed scalars (`enum`, `const`); `open_to` is set for an open enum: other values of it pass too."""

    values: tuple[Literal, ...]
    open_to: "StringType | None" = None
    constant: bool = field(default=False, compare=False, repr=False)
    """Whether it was written as `const`."""
    as_constant: Edit | None = field(default=None, compare=False, repr=False)
    """What would write an `enum` of one value as `const`, where that takes no judgement."""
    earlier: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    """Values of earlier versions, each with what it is now."""
    instead: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    """Values, each with what a version is given that does not know it."""
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ArrayType:
    """Accepts arrays whose every item is `items`; counts in items."""

    items: "TypeNode"
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Property:
    """One declared property of an object. `name` is the wire name."""

    name: str
    type: "TypeNode"
    required: bool
    notes: Notes = field(default=NO_NOTES, compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)
    was: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Its earlier names, the newest first."""
    default: str = field(default="", compare=False, repr=False)
    """What stands for it where it is missing, as JSON text; empty where nobody said."""


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
    removed: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    """Properties that are gone, with what versions are given that need them, as JSON texts."""


@dataclass(frozen=True, slots=True)
class MapType:
    """Accepts objects without declared properties, every value of which is `values`; counts in properties."""

    values: "TypeNode"
    min_properties: int | None = None
    max_properties: int | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


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


@dataclass(frozen=True, slots=True)
class When:
    """Values of one JSON kind must be `node`; others pass. `kind` is `string`, `number`, `array` or `object`."""

    kind: str
    node: "TypeNode"


@dataclass(frozen=True, slots=True)
class Listed:
    """The value must be one of these, given as JSON texts: a list with arrays or objects in it."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every member must accept the value."""

    members: tuple["TypeNode", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """At least one member must accept the value, or with `one` exactly one."""

    members: tuple["TypeNode", ...]
    one: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The node must refuse the value."""

    node: "TypeNode"


@dataclass(frozen=True, slots=True)
class IfThenElse:
    """What the condition accepts must be `then`, the rest `otherwise`; `None` where nothing is asked."""

    condition: "TypeNode"
    then: "TypeNode | None"
    otherwise: "TypeNode | None"


@dataclass(frozen=True, slots=True)
class PrefixItems:
    """Items by their place, as far as there are any; then every other is `rest`, or with `None` there is no other."""

    items: tuple["TypeNode", ...]
    rest: "TypeNode | None"


@dataclass(frozen=True, slots=True)
class Contains:
    """Of an array's items, so many must be accepted; `counted` when the contract states how many."""

    item: "TypeNode"
    least: int
    most: int | None
    counted: bool


@dataclass(frozen=True, slots=True)
class PatternProperties:
    """Properties whose name a pattern finds must be its node; those neither found nor `declared` must be `extra`."""

    patterns: tuple[tuple[str, "TypeNode"], ...]
    declared: tuple[str, ...]
    extra: "TypeNode | None"


@dataclass(frozen=True, slots=True)
class PropertyNames:
    """Every name of an object's property must be accepted."""

    name: "TypeNode"


@dataclass(frozen=True, slots=True)
class DependentRequired:
    """Where a property is, others must be."""

    needs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DependentSchemas:
    """Where a property is, the whole object must be accepted."""

    schemas: tuple[tuple[str, "TypeNode"], ...]


Rule = (
    Listed
    | When
    | PrefixItems
    | Contains
    | PatternProperties
    | PropertyNames
    | DependentRequired
    | DependentSchemas
    | AllOf
    | Choice
    | Not
    | IfThenElse
)
"""What no type of both languages says. The order of the classes is the order in which both ends apply them."""


@dataclass(frozen=True, slots=True)
class RefinedType:
    """Accepts what `base` accepts and every rule lets pass. Objects inside rules may stand there without a name."""

    base: "TypeNode"
    rules: tuple[Rule, ...]
    ruled: bool = False
    """Whether one of the rules is the base itself, so that it need not be checked before them."""


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
    | RefinedType
)


def base_of(node: TypeNode) -> TypeNode:
    """A node without the rules that refine it: what its type in either language is made from."""
    return base_of(node.base) if isinstance(node, RefinedType) else node


def inside_rule(rule: Rule) -> tuple[TypeNode, ...]:
    """The nodes that a rule applies."""
    match rule:
        case When(node=node) | Not(node=node) | Contains(item=node) | PropertyNames(name=node):
            return (node,)
        case AllOf(members=members) | Choice(members=members):
            return members
        case IfThenElse():
            return tuple(each for each in (rule.condition, rule.then, rule.otherwise) if each is not None)
        case PrefixItems():
            return rule.items if rule.rest is None else (*rule.items, rule.rest)
        case PatternProperties():
            found = tuple(node for _, node in rule.patterns)
            return found if rule.extra is None else (*found, rule.extra)
        case DependentSchemas():
            return tuple(node for _, node in rule.schemas)
        case DependentRequired() | Listed():
            return ()
        case _:
            assert_never(rule)


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
    default: str = field(default="", compare=False, repr=False)
    """What stands for a value of it that is missing, as JSON text; empty where nobody said."""
