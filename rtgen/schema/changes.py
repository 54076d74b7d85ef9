"""What changed between two schemas, part by part: a walk over both types at once. Whether it matters, others decide.

A schema that only moved (behind a `$ref`, inlined, renamed) has not changed: types are compared by what they mean.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from rtgen.schema.inclusion.accepting import kind_of
from rtgen.schema.inclusion.same import Sameness
from rtgen.schema.multiples import is_multiple
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    Json,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    Property,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
)
from rtgen.source.span import Span


class Kind(StrEnum):
    """The kinds of changes. Each is judged by one rule or more."""

    PROPERTY_ADDED_OPTIONAL = "property-added-optional"
    PROPERTY_ADDED_REQUIRED = "property-added-required"
    PROPERTY_REMOVED_OPTIONAL = "property-removed-optional"
    PROPERTY_REMOVED_REQUIRED = "property-removed-required"
    PROPERTY_BECAME_REQUIRED = "property-became-required"
    PROPERTY_BECAME_OPTIONAL = "property-became-optional"
    NULLABLE_ADDED = "nullable-added"
    NULLABLE_REMOVED = "nullable-removed"
    TYPE_CHANGED = "type-changed"
    ENUM_VALUE_ADDED = "enum-value-added"
    ENUM_VALUE_REMOVED = "enum-value-removed"
    ENUM_OPENED = "enum-opened"
    ENUM_CLOSED = "enum-closed"
    CONST_CHANGED = "const-changed"
    DISCRIMINATOR_CHANGED = "discriminator-changed"
    UNION_MEMBER_ADDED = "union-member-added"
    UNION_MEMBER_REMOVED = "union-member-removed"
    BOUND_TIGHTENED = "bound-tightened"
    BOUND_LOOSENED = "bound-loosened"
    PATTERN_CHANGED = "pattern-changed"
    FORMAT_CHANGED = "format-changed"
    OBJECT_CLOSED = "object-closed"
    OBJECT_OPENED = "object-opened"
    CONDITION_CHANGED = "condition-changed"
    """Rules that are no type: conditions, dependencies, names of properties, places of items."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change at one place of a value."""

    kind: Kind
    pointer: str
    """Where in a value; `*` stands for every item, or every value of a map."""
    detail: str
    """What it was and is, in a few words: `maxLength: 10 → 5`."""
    old: TypeNode | None
    """The type at the place, or what it lacked before."""
    new: TypeNode | None
    old_span: Span | None = field(default=None, compare=False)
    new_span: Span | None = field(default=None, compare=False)
    name: str = ""
    """The property, value or member that it is about."""


@dataclass(frozen=True, slots=True)
class _At:
    """A place in both contracts: the nearest thing there that has a position in a file."""

    pointer: str
    old: Span | None
    new: Span | None

    def below(self, step: str, old: Span | None = None, new: Span | None = None) -> "_At":
        escaped = step.replace("~", "~0").replace("/", "~1")
        return _At(f"{self.pointer}/{escaped}", old or self.old, new or self.new)


@dataclass(slots=True)
class Changes:
    """Walks over types of two contracts."""

    old: Mapping[str, NamedType]
    new: Mapping[str, NamedType]
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def between(
        self, old: TypeNode, new: TypeNode, old_span: Span | None = None, new_span: Span | None = None
    ) -> tuple[Change, ...]:
        """All changes from one type to another, in the order of the old one's parts."""
        self._seen = set()
        return tuple(self._walk(old, new, _At("", old_span, new_span)))

    def _walk(self, old: TypeNode, new: TypeNode, at: _At) -> Iterator[Change]:
        if isinstance(old, RefType) and isinstance(new, RefType):
            if (old.name, new.name) in self._seen:
                return
            self._seen.add((old.name, new.name))
        if isinstance(old, RefType):
            named = self.old[old.name]
            yield from self._walk(named.node, new, _At(at.pointer, named.span, at.new))
        elif isinstance(new, RefType):
            named = self.new[new.name]
            yield from self._walk(old, named.node, _At(at.pointer, at.old, named.span))
        elif not Sameness(self.old, self.new).holds(old, new):
            yield from self._different(old, new, at)

    def _different(self, old: TypeNode, new: TypeNode, at: _At) -> Iterator[Change]:
        if isinstance(old, RefinedType) or isinstance(new, RefinedType):
            yield from self._refined(old, new, at)
        elif isinstance(old, UnionType) or isinstance(new, UnionType):
            yield from self._unions(old, new, at)
        else:
            yield from self._alike(old, new, at)

    def _refined(self, old: TypeNode, new: TypeNode, at: _At) -> Iterator[Change]:
        old_base, old_rules = (old.base, old.rules) if isinstance(old, RefinedType) else (old, ())
        new_base, new_rules = (new.base, new.rules) if isinstance(new, RefinedType) else (new, ())
        yield from self._walk(old_base, new_base, at)
        same = Sameness(self.old, self.new)
        gone = [rule for rule in old_rules if not any(same.holds(rule, other) for other in new_rules)]
        come = [rule for rule in new_rules if not any(same.holds(other, rule) for other in old_rules)]
        if gone or come:
            words = [f"without {type(rule).__name__}" for rule in gone] + [
                f"with {type(rule).__name__}" for rule in come
            ]
            yield _change(Kind.CONDITION_CHANGED, at, ", ".join(words), old, new)

    def _unions(self, old: TypeNode, new: TypeNode, at: _At) -> Iterator[Change]:
        mine, theirs = list(_members(old)), list(_members(new))
        old_null = next((each for each in mine if isinstance(each, NullType)), None)
        new_null = next((each for each in theirs if isinstance(each, NullType)), None)
        if old_null is None and new_null is not None:
            yield _change(Kind.NULLABLE_ADDED, at, "may be null now", old, new)
        if old_null is not None and new_null is None:
            yield _change(Kind.NULLABLE_REMOVED, at, "may not be null any more", old, new)
        mine = [each for each in mine if not isinstance(each, NullType)]
        theirs = [each for each in theirs if not isinstance(each, NullType)]
        if len(mine) == len(theirs) == 1:
            yield from self._walk(mine[0], theirs[0], at)
            return
        old_tag, new_tag = _tag(old), _tag(new)
        if old_tag and new_tag and old_tag != new_tag:
            yield _change(Kind.DISCRIMINATOR_CHANGED, at, f"`{old_tag}` → `{new_tag}`", old, new)
            return
        yield from self._members(mine, theirs, old_tag or new_tag, at)

    def _members(self, mine: list[TypeNode], theirs: list[TypeNode], tag: str, at: _At) -> Iterator[Change]:
        old = {_label(each, tag, self.old): each for each in mine}
        new = {_label(each, tag, self.new): each for each in theirs}
        for label, node in old.items():
            if label in new:
                yield from self._walk(node, new[label], at)
            else:
                yield _change(Kind.UNION_MEMBER_REMOVED, at, f"no {label} any more", node, None, name=label)
        for label, node in new.items():
            if label not in old:
                yield _change(Kind.UNION_MEMBER_ADDED, at, f"also {label}", None, node, name=label)

    def _alike(self, old: TypeNode, new: TypeNode, at: _At) -> Iterator[Change]:
        match old, new:
            case (ObjectType(), ObjectType()):
                yield from self._objects(old, new, at)
            case (MapType(), MapType()):
                yield from _bounds(old, new, at, COUNTS)
                yield from self._walk(old.values, new.values, at.below("*"))
            case (ObjectType() | MapType(), ObjectType() | MapType()):
                yield from self._objects(_as_object(old), _as_object(new), at)
            case (ArrayType(), ArrayType()):
                yield from _bounds(old, new, at, ITEMS)
                if old.unique != new.unique:
                    kind = Kind.BOUND_TIGHTENED if new.unique else Kind.BOUND_LOOSENED
                    yield _change(kind, at, f"uniqueItems: {_word(old.unique)} → {_word(new.unique)}", old, new)
                yield from self._walk(old.items, new.items, at.below("*"))
            case (NumberType(), NumberType()) if old.integer == new.integer:
                yield from _numbers(old, new, at)
            case (StringType(), StringType()):
                yield from _strings(old, new, at)
            case (LiteralType(), LiteralType()):
                yield from self._literals(old, new, at)
            case _:
                yield _change(Kind.TYPE_CHANGED, at, f"{name_of(old)} → {name_of(new)}", old, new)

    def _literals(self, old: LiteralType, new: LiteralType, at: _At) -> Iterator[Change]:
        if len(old.values) == len(new.values) == 1 and old.values != new.values and not (old.open_to or new.open_to):
            yield _change(Kind.CONST_CHANGED, at, f"{_word(old.values[0])} → {_word(new.values[0])}", old, new)
            return
        before, after = set(map(_word, old.values)), set(map(_word, new.values))
        for value in old.values:
            if _word(value) not in after:
                yield _change(Kind.ENUM_VALUE_REMOVED, at, f"no {_word(value)} any more", old, new, name=_word(value))
        for value in new.values:
            if _word(value) not in before:
                yield _change(Kind.ENUM_VALUE_ADDED, at, f"also {_word(value)}", old, new, name=_word(value))
        if old.open_to is None and new.open_to is not None:
            yield _change(Kind.ENUM_OPENED, at, "other values pass now", old, new)
        elif old.open_to is not None and new.open_to is None:
            yield _change(Kind.ENUM_CLOSED, at, "only listed values pass now", old, new)
        elif old.open_to is not None and new.open_to is not None:
            yield from _strings(old.open_to, new.open_to, at)

    def _objects(self, old: ObjectType, new: ObjectType, at: _At) -> Iterator[Change]:
        before, after = ({each.name: each for each in node.properties} for node in (old, new))
        for name, mine in before.items():
            theirs = after.get(name)
            if theirs is None:
                kind = Kind.PROPERTY_REMOVED_REQUIRED if mine.required else Kind.PROPERTY_REMOVED_OPTIONAL
                yield _change(kind, at.below(name, mine.span), f"`{name}` is gone", old, new, name=name)
            else:
                yield from self._property(mine, theirs, at.below(name, mine.span, theirs.span))
        for name, theirs in after.items():
            if name not in before:
                kind = Kind.PROPERTY_ADDED_REQUIRED if theirs.required else Kind.PROPERTY_ADDED_OPTIONAL
                yield _change(kind, at.below(name, None, theirs.span), f"`{name}` is new", old, new, name=name)
        yield from self._extra(old.extra, new.extra, at)
        yield from _bounds(old, new, at, COUNTS)

    def _property(self, old: Property, new: Property, at: _At) -> Iterator[Change]:
        if old.required != new.required:
            kind = Kind.PROPERTY_BECAME_REQUIRED if new.required else Kind.PROPERTY_BECAME_OPTIONAL
            word = "required" if new.required else "optional"
            yield _change(kind, at, f"`{old.name}` is {word} now", old.type, new.type, name=old.name)
        yield from self._walk(old.type, new.type, at)

    def _extra(self, old: TypeNode | None, new: TypeNode | None, at: _At) -> Iterator[Change]:
        if old is None and new is not None:
            yield _change(Kind.OBJECT_OPENED, at, "undeclared properties pass now", old, new)
        elif old is not None and new is None:
            yield _change(Kind.OBJECT_CLOSED, at, "undeclared properties are refused now", old, new)
        elif old is not None and new is not None:
            yield from self._walk(old, new, at.below("*"))


def _as_object(node: ObjectType | MapType) -> ObjectType:
    """A map is an object that declares nothing."""
    if isinstance(node, ObjectType):
        return node
    return ObjectType((), node.values, node.min_properties, node.max_properties)


COUNTS = (("minProperties", "min_properties", True), ("maxProperties", "max_properties", False))
ITEMS = (("minItems", "min_items", True), ("maxItems", "max_items", False))
LENGTHS = (("minLength", "min_length", True), ("maxLength", "max_length", False))
_LEAST_COUNTS = frozenset({"minProperties", "minItems", "minLength"})
RANGES = (
    ("minimum", "minimum", True),
    ("exclusiveMinimum", "exclusive_minimum", True),
    ("maximum", "maximum", False),
    ("exclusiveMaximum", "exclusive_maximum", False),
)


def _bounds(old: TypeNode, new: TypeNode, at: _At, bounds: Iterable[tuple[str, str, bool]]) -> Iterator[Change]:
    """Bounds by word, attribute, and whether more of it is tighter."""
    for word, attribute, is_lower in bounds:
        before, after = (_value(node, attribute, word) for node in (old, new))
        if before == after:
            continue
        tighter = before is None or (after is not None and ((after > before) == is_lower))
        kind = Kind.BOUND_TIGHTENED if tighter else Kind.BOUND_LOOSENED
        yield _change(kind, at, f"{word}: {_bound(before)} → {_bound(after)}", old, new, name=word)


def _value(node: TypeNode, attribute: str, word: str) -> Decimal | int | None:
    """A bound; the least count that is left out is 0."""
    found: Decimal | int | None = getattr(node, attribute)
    return 0 if found is None and word in _LEAST_COUNTS else found


def _bound(value: object) -> str:
    return "none" if value is None else str(value)


def _numbers(old: NumberType, new: NumberType, at: _At) -> Iterator[Change]:
    yield from _bounds(old, new, at, RANGES)
    before, after = old.multiple_of, new.multiple_of
    if before != after:
        tighter = before is None or (after is not None and is_multiple(after, before))
        kind = Kind.BOUND_TIGHTENED if tighter else Kind.BOUND_LOOSENED
        yield _change(kind, at, f"multipleOf: {_bound(before)} → {_bound(after)}", old, new, name="multipleOf")


def _strings(old: StringType, new: StringType, at: _At) -> Iterator[Change]:
    yield from _bounds(old, new, at, LENGTHS)
    if old.pattern != new.pattern:
        yield _change(Kind.PATTERN_CHANGED, at, f"pattern: {_bound(old.pattern)} → {_bound(new.pattern)}", old, new)
    if old.format != new.format:
        yield _change(Kind.FORMAT_CHANGED, at, f"format: {_bound(old.format)} → {_bound(new.format)}", old, new)


def _change(kind: Kind, at: _At, detail: str, old: TypeNode | None, new: TypeNode | None, *, name: str = "") -> Change:
    return Change(kind, at.pointer, detail, old, new, at.old, at.new, name=name)


def _members(node: TypeNode) -> tuple[TypeNode, ...]:
    return node.members if isinstance(node, UnionType) else (node,)


def _tag(node: TypeNode) -> str:
    return node.tag if isinstance(node, UnionType) else ""


def _label(node: TypeNode, tag: str, types: Mapping[str, NamedType]) -> str:
    """What tells a member from the others: the value of its tag, else its JSON kind."""
    found = types[node.name].node if isinstance(node, RefType) else node
    if tag and isinstance(found, ObjectType):
        for each in found.properties:
            if each.name == tag and isinstance(each.type, LiteralType):
                return f"{tag}: {_word(each.type.values[0])}"
    return name_of(found)


def name_of(node: TypeNode) -> str:
    """What a type is called in a sentence."""
    match node:
        case AnyType():
            return "anything"
        case NullType():
            return "null"
        case NumberType():
            return "integer" if node.integer else "number"
        case StringType():
            return "string"
        case LiteralType():
            kinds = list(dict.fromkeys(map(kind_of, node.values)))
            return "a list of " + " and ".join(f"{kind} values" for kind in kinds)
        case ArrayType():
            return "array"
        case ObjectType():
            return "object"
        case MapType():
            return "map"
        case UnionType():
            return " or ".join(map(name_of, node.members))
        case RefinedType():
            return name_of(node.base)
        case RefType():
            return node.name
        case _:
            return "boolean"


def _word(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
