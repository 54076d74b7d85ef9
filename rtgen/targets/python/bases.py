"""How much of a schema's rules a Python type can say.

The rules of a `RefinedType` are the full validator's business, so its base may be any type that every valid value
fits: here each base is made as telling as Python allows. Members of `allOf` give their properties to the class, choices
that overlap become unions by JSON kind, lists by place become tuples, listed arrays and objects become what they have
in common. Where nothing is left to say, a docstring gives the reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rtgen.contract.model import Contract
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    Choice,
    Listed,
    MapType,
    NamedType,
    ObjectType,
    PatternProperties,
    PrefixItems,
    Property,
    RefinedType,
    RefType,
    Rule,
    TypeNode,
    UnionType,
    When,
)
from rtgen.targets.python.alternatives import Alternatives, type_of_values
from rtgen.targets.python.wire_schema import self_naming
from rtgen.targets.wording import paragraphs

_NO_TYPE = "Typed as `Any`: its rules are checked, but no type of Python says them."
_ALIKE = "A `dict`, since nothing tells its objects apart."
_UNNAMED = "A `dict`: named in `schemas:`, it would be a class."
_DEEPER = "Holds itself: what is nested in it is typed as `Any`."


def with_bases(contract: Contract) -> Contract:
    """The contract with telling bases; what it accepts is the same."""
    types = {name: _as_object(each, contract.types_by_name) for name, each in contract.types_by_name.items()}
    made = tuple(_Bases(types).named(each) for each in contract.types)
    loops = self_naming(made)
    return replace(contract, types=tuple(_opened(each, loops) if each.name in loops else each for each in made))


def _as_object(named: NamedType, types: Mapping[str, NamedType]) -> NamedType:
    """A type that is an object by its `allOf`, as one: for those who refer to it."""
    found = _object(named.node, types, (named.name,)) if isinstance(named.node, RefinedType) else None
    return named if found is None else replace(named, node=found)


@dataclass(slots=True)
class _Bases:
    types: Mapping[str, NamedType]
    alike: bool = False
    """Whether a choice had several kinds of objects."""
    unnamed: bool = False
    """Whether there were several objects to be at once, where there is no name for a class."""

    def named(self, named: NamedType) -> NamedType:
        self.alike = self.unnamed = False
        node = self._whole(named.node)
        alike = self.alike and not isinstance(node, ObjectType)
        reason = _NO_TYPE if _lost(named.node, node) else _ALIKE if alike else ""
        notes = replace(named.notes, description=paragraphs(named.notes.description, reason)) if reason else named.notes
        return replace(named, node=node, notes=notes)

    def _whole(self, node: TypeNode) -> TypeNode:
        """The node of a named type: only that may be a class, so only there members of `allOf` give properties."""
        made = self.node(node)
        found = _object(node, self.types, ())
        if not isinstance(node, RefinedType) or not isinstance(made, RefinedType) or found is None:
            return made
        return replace(made, base=replace(found, properties=tuple(map(self._property, found.properties))))

    def node(self, node: TypeNode) -> TypeNode:
        """The node with telling bases, its own and those inside of it."""
        match node:
            case ArrayType():
                return replace(node, items=self.node(node.items))
            case MapType():
                return replace(node, values=self.node(node.values))
            case UnionType():
                return replace(node, members=Alternatives(self.types).told_apart(tuple(map(self.node, node.members))))
            case ObjectType():
                return replace(node, properties=tuple(map(self._property, node.properties)))
            case RefinedType():
                rules = tuple(map(self._rule, node.rules))
                return replace(node, base=self._base(node.base, rules), rules=rules)
            case _:
                return node

    def _property(self, each: Property) -> Property:
        before = self.alike, self.unnamed
        self.alike = self.unnamed = False
        node = self.node(each.type)
        reason = _NO_TYPE if _lost(each.type, node) else _ALIKE if self.alike else _UNNAMED if self.unnamed else ""
        self.alike, self.unnamed = before
        notes = replace(each.notes, description=paragraphs(each.notes.description, reason)) if reason else each.notes
        return replace(each, type=node, notes=notes)

    def _rule(self, rule: Rule) -> Rule:
        """Rules whose nodes become types; of the others only the verdict counts."""
        match rule:
            case PrefixItems(items, rest):
                return PrefixItems(tuple(map(self.node, items)), None if rest is None else self.node(rest))
            case AllOf(members):
                return AllOf(tuple(map(self.node, members)))
            case Choice(members):
                return replace(rule, members=tuple(map(self.node, members)))
            case _:
                return rule

    def _base(self, base: TypeNode, rules: tuple[Rule, ...]) -> TypeNode:
        made = self.node(base)
        for rule in rules:
            made = self._told_by(rule, made)
        return made

    def _told_by(self, rule: Rule, base: TypeNode) -> TypeNode:
        choose = Alternatives(self.types)
        others: tuple[TypeNode, ...]
        match rule, base:
            case PrefixItems(items, rest), ArrayType() if not isinstance(rest, AnyType):
                others = () if rest is None else (rest,)
                base = replace(base, items=choose.among((*items, *others)))
            case PatternProperties(patterns, (), extra), MapType() if not isinstance(extra, AnyType):
                others = () if extra is None else (self.node(extra),)
                base = replace(base, values=choose.among((*(self.node(each) for _, each in patterns), *others)))
            case Listed(values), AnyType():
                base = type_of_values([json.loads(each) for each in values])
            case Choice(members), AnyType():
                base = choose.among(members)
            case AllOf(members), _:
                base = self._all_of(members, base)
        self.alike = self.alike or choose.alike
        return base

    def _all_of(self, members: tuple[TypeNode, ...], base: TypeNode) -> TypeNode:
        """Without a name it can be no class: one of the members, if only one says what there is."""
        if not isinstance(base, AnyType):
            return base
        choose = Alternatives(self.types)
        telling = [each for each in members if not isinstance(choose.bare(each), AnyType)]
        objects = [each for each in telling if isinstance(choose.bare(each), ObjectType)]
        if len(objects) > 1 or (objects and _asked_names(members) - _names(choose.bare(objects[0]))):
            self.unnamed = True
            return MapType(AnyType())
        return telling[0] if telling else base


def _object(node: TypeNode, types: Mapping[str, NamedType], inside: tuple[str, ...]) -> ObjectType | None:
    """The object that a node asks for, with the properties that members of `allOf` give it."""
    match node:
        case RefType(name):
            return None if name in inside else _object(types[name].node, types, (*inside, name))
        case ObjectType():
            return node
        case RefinedType(base, rules):
            members = [each for rule in rules if isinstance(rule, AllOf) for each in rule.members]
            given = [found for each in members if (found := _object(each, types, inside)) is not None]
            asked = [each.node for each in rules if isinstance(each, When) and isinstance(each.node, ObjectType)]
            own = [base] if isinstance(base, ObjectType) else [_unnamed(each) for each in asked]
            if not own + given or not isinstance(base, ObjectType | MapType | AnyType):
                return None
            start = own[0] if isinstance(base, ObjectType) else ObjectType((), AnyType())
            return replace(start, properties=_merged(own + given))
        case _:
            return None


def _names(node: TypeNode) -> frozenset[str]:
    return frozenset(each.name for each in node.properties) if isinstance(node, ObjectType) else frozenset()


def _asked_names(members: tuple[TypeNode, ...]) -> frozenset[str]:
    """The properties that conditions among the members speak of."""
    rules = [rule for each in members if isinstance(each, RefinedType) for rule in each.rules]
    return frozenset().union(*(_names(each.node) for each in rules if isinstance(each, When)))


def _merged(objects: list[ObjectType]) -> tuple[Property, ...]:
    """The properties of all; the first who says what one is has the word, and one who requires it is enough."""
    found: dict[str, Property] = {}
    for each in (each for one in objects for each in one.properties):
        known = found.get(each.name)
        if known is None:
            found[each.name] = each
            continue
        telling = each if isinstance(known.type, AnyType) else known
        found[each.name] = replace(telling, required=known.required or each.required)
    return tuple(found.values())


def _unnamed(node: ObjectType) -> ObjectType:
    """An object of a condition: what is inside of it has no name, so no class."""
    return replace(node, properties=tuple(replace(each, type=_without_classes(each.type)) for each in node.properties))


def _without_classes(node: TypeNode) -> TypeNode:
    match node:
        case ObjectType():
            return MapType(AnyType())
        case RefinedType():
            return replace(node, base=_without_classes(node.base))
        case ArrayType():
            return replace(node, items=_without_classes(node.items))
        case MapType():
            return replace(node, values=_without_classes(node.values))
        case UnionType():
            return Alternatives({}).among(tuple(map(_without_classes, node.members)))
        case _:
            return node


def _lost(before: TypeNode, after: TypeNode) -> bool:
    return isinstance(before, RefinedType) and isinstance(after, RefinedType) and isinstance(after.base, AnyType)


def _opened(named: NamedType, loops: frozenset[str]) -> NamedType:
    """A type that holds itself without a class in between, cut where it does; the full validator looks deeper."""
    notes = replace(named.notes, description=paragraphs(named.notes.description, _DEEPER))
    return replace(named, node=RefinedType(_cut(named.node, loops), ()), notes=notes)


def _cut(node: TypeNode, loops: frozenset[str]) -> TypeNode:
    match node:
        case RefType(name) if name in loops:
            return AnyType()
        case ArrayType():
            return replace(node, items=_cut(node.items, loops))
        case MapType():
            return replace(node, values=_cut(node.values, loops))
        case UnionType():
            members = tuple(_cut(each, loops) for each in node.members)
            return AnyType() if AnyType() in members else replace(node, members=members)
        case RefinedType():
            return replace(node, base=_cut(node.base, loops))
        case _:
            return node
