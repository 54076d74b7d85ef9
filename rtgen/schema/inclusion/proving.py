"""A proof that one type accepts all that another allows to be sent; no proof is no disproof.

What is *sent* is what generated code lets be sent: of an open object its declared properties only. Readers swallow
what they do not know of one, so properties that nobody declared break nobody.

Recursive types are proved as usual for greatest fixed points: a question that comes around again is taken as answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from rtgen.schema.inclusion.accepting import Judge, kind_of
from rtgen.schema.inclusion.same import Sameness
from rtgen.schema.multiples import is_multiple
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    BooleanType,
    Choice,
    Json,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    PrefixItems,
    Property,
    RefinedType,
    RefType,
    Rule,
    StringType,
    TypeNode,
    UnionType,
    When,
)

_SAFE = Decimal(2**53 - 1)


@dataclass(slots=True)
class Prover:
    """Proves over the types of two contracts: `sent` of one, `read` by the other."""

    sent: Mapping[str, NamedType]
    read: Mapping[str, NamedType]
    _assumed: set[tuple[str, str]] = field(default_factory=set)

    def proves(self, sent: TypeNode, read: TypeNode) -> bool:
        """Whether everything that may be sent is surely accepted."""
        if isinstance(read, AnyType):
            return True
        if isinstance(sent, RefType) and isinstance(read, RefType):
            return self._assuming(sent.name, read.name)
        if isinstance(sent, RefType):
            return self.proves(self.sent[sent.name].node, read)
        if isinstance(read, RefType):
            return self.proves(sent, self.read[read.name].node)
        return self._by_parts(sent, read)

    def _assuming(self, sent: str, read: str) -> bool:
        if (sent, read) in self._assumed:
            return True
        before = set(self._assumed)
        self._assumed.add((sent, read))
        if self.proves(self.sent[sent].node, self.read[read].node):
            return True
        self._assumed = before  # nothing that leaned on it stands
        return False

    def _by_parts(self, sent: TypeNode, read: TypeNode) -> bool:
        match sent:
            case UnionType():
                return all(self.proves(each, read) for each in sent.members)
            case LiteralType():
                return self._literal(sent, read)
            case BooleanType() if not isinstance(read, BooleanType):
                return self._values((True, False), read)
            case NullType():
                return self._values((None,), read)
            case RefinedType():
                return self._refined(sent, read)
        match read:
            case RefinedType():
                return self.proves(sent, read.base) and all(self._implied(sent, rule) for rule in read.rules)
            case UnionType():
                return any(self.proves(sent, each) for each in read.members)
            case LiteralType():
                return read.open_to is not None and self.proves(sent, read.open_to)
            case _:
                return self._alike(sent, read)

    def _values(self, values: tuple[Json, ...], read: TypeNode) -> bool:
        judge = Judge(self.read)
        return all(judge.accepts(read, each) is True for each in values)

    def _literal(self, sent: LiteralType, read: TypeNode) -> bool:
        return self._values(sent.values, read) and (sent.open_to is None or self.proves(sent.open_to, read))

    def _refined(self, sent: RefinedType, read: TypeNode) -> bool:
        """With fewer rules a type allows more: what holds of a part of them, holds of all."""
        if Sameness(self.sent, self.read).holds(sent, read):
            return True
        if isinstance(read, RefinedType):
            return self.proves(sent, read.base) and all(self._implied(sent, rule) for rule in read.rules)
        parts = chain((sent.base,), *(_all_apply(rule) for rule in sent.rules))
        if any(self.proves(each, read) for each in parts):
            return True
        choices = [rule for rule in sent.rules if isinstance(rule, Choice)]
        return any(all(self.proves(each, read) for each in rule.members) for rule in choices)

    def _implied(self, sent: TypeNode, rule: Rule) -> bool:
        """Whether all that is sent keeps a rule of the reader."""
        if isinstance(sent, RefinedType) and any(Sameness(self.sent, self.read).holds(own, rule) for own in sent.rules):
            return True
        match rule:
            case When():
                return rule.kind not in self._kinds(sent) or self.proves(sent, rule.node)
            case AllOf():
                return all(self.proves(sent, each) for each in rule.members)
            case Choice(one=False):
                return any(self.proves(sent, each) for each in rule.members)
            case PrefixItems() if isinstance(sent, ArrayType):
                nodes = rule.items if rule.rest is None else (*rule.items, rule.rest)
                short = rule.rest is not None or (sent.max_items is not None and sent.max_items <= len(rule.items))
                return short and all(self.proves(sent.items, each) for each in nodes)
            case _:
                return "array" not in self._kinds(sent) if isinstance(rule, PrefixItems) else False

    def _kinds(self, node: TypeNode) -> frozenset[str]:
        """The JSON kinds that values of a type can have."""
        match node:
            case RefType():
                return self._kinds(self.sent[node.name].node)
            case RefinedType():
                return self._kinds(node.base)
            case UnionType():
                return frozenset(kind for each in node.members for kind in self._kinds(each))
            case LiteralType():
                return frozenset(map(kind_of, node.values)) | ({"string"} if node.open_to else set())
            case NullType():
                return frozenset({"null"})
            case BooleanType():
                return frozenset({"boolean"})
            case NumberType():
                return frozenset({"number"})
            case StringType():
                return frozenset({"string"})
            case ArrayType():
                return frozenset({"array"})
            case ObjectType() | MapType():
                return frozenset({"object"})
            case _:
                return frozenset({"null", "boolean", "number", "string", "array", "object"})

    def _alike(self, sent: TypeNode, read: TypeNode) -> bool:
        match sent, read:
            case (BooleanType(), BooleanType()):
                return True
            case (NumberType(), NumberType()):
                return _numbers(sent, read)
            case (StringType(), StringType()):
                return _strings(sent, read)
            case (ArrayType(), ArrayType()):
                counts = _within((sent.min_items, sent.max_items), (read.min_items, read.max_items))
                different = sent.unique or not read.unique or (sent.max_items is not None and sent.max_items <= 1)
                return counts and different and (sent.max_items == 0 or self.proves(sent.items, read.items))
            case (ObjectType(), ObjectType()):
                return self._objects(sent, read)
            case (MapType(), MapType()):
                return _within(_sent(sent), _asked(read)) and self.proves(sent.values, read.values)
            case (ObjectType(), MapType()):
                typed = isinstance(sent.extra, AnyType) or sent.extra is None or self.proves(sent.extra, read.values)
                return typed and _within(_sent(sent), _asked(read)) and self._each(sent.properties, read.values)
            case (MapType(), ObjectType()):
                named = all(not each.required and self.proves(sent.values, each.type) for each in read.properties)
                extra = read.extra is not None and self.proves(sent.values, read.extra)
                return named and extra and _within(_sent(sent), _asked(read))
            case _:
                return False

    def _each(self, properties: tuple[Property, ...], read: TypeNode) -> bool:
        return all(self.proves(each.type, read) for each in properties)

    def _objects(self, sent: ObjectType, read: ObjectType) -> bool:
        known = {each.name: each for each in read.properties}
        sure = {each.name for each in sent.properties if each.required}
        if not all(each.name in sure for each in read.properties if each.required):
            return False
        for each in sent.properties:
            taker = known[each.name].type if each.name in known else read.extra
            if taker is None or not self.proves(each.type, taker):
                return False
        return _within(_sent(sent), _asked(read)) and self._extra(sent, read)

    def _extra(self, sent: ObjectType, read: ObjectType) -> bool:
        if sent.extra is None or isinstance(sent.extra, AnyType):
            return True
        own = {each.name for each in sent.properties}
        others = [each.type for each in read.properties if each.name not in own]
        takers = [read.extra, *others]
        return all(taker is not None and self.proves(sent.extra, taker) for taker in takers)


def _all_apply(rule: Rule) -> tuple[TypeNode, ...]:
    return rule.members if isinstance(rule, AllOf) else ()


def _asked(node: ObjectType | MapType) -> tuple[int | None, int | None]:
    """How many properties a reader takes."""
    return node.min_properties, node.max_properties


def _sent(node: ObjectType | MapType) -> tuple[int | None, int | None]:
    """How many properties are sent."""
    least, most = node.min_properties, node.max_properties
    if isinstance(node, ObjectType):
        least = max(least or 0, sum(each.required for each in node.properties))
        if node.extra is None or isinstance(node.extra, AnyType):
            most = len(node.properties) if most is None else min(most, len(node.properties))
    return least, most


def _within(inner: tuple[int | None, int | None], outer: tuple[int | None, int | None]) -> bool:
    low = outer[0] is None or (inner[0] or 0) >= outer[0]
    return low and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


def _strings(sent: StringType, read: StringType) -> bool:
    lengths = _within((sent.min_length, sent.max_length), (read.min_length, read.max_length))
    pattern = read.pattern is None or sent.pattern == read.pattern
    return lengths and pattern and (read.format is None or sent.format == read.format)


def _numbers(sent: NumberType, read: NumberType) -> bool:
    whole = (
        sent.integer
        or not read.integer
        or (sent.multiple_of is not None and is_multiple(sent.multiple_of, Decimal(1)) and _bounded(sent))
    )
    step = sent.multiple_of or (Decimal(1) if sent.integer else None)
    steps = read.multiple_of is None or (step is not None and is_multiple(step, read.multiple_of))
    return whole and steps and _not_below(sent, read) and _not_above(sent, read)


def _bounded(node: NumberType) -> bool:
    """Whether all its values are integers that are exact at both ends."""
    low, high = _low(node), _high(node)
    return low is not None and high is not None and low[0] >= -_SAFE and high[0] <= _SAFE


def _low(node: NumberType) -> tuple[Decimal, bool] | None:
    """The lowest bound of a number, and whether it is outside."""
    found = [
        (each, strict) for each, strict in ((node.minimum, False), (node.exclusive_minimum, True)) if each is not None
    ]
    return max(found) if found else ((-_SAFE, False) if node.integer else None)


def _high(node: NumberType) -> tuple[Decimal, bool] | None:
    found = [
        (each, strict) for each, strict in ((node.maximum, False), (node.exclusive_maximum, True)) if each is not None
    ]
    return (
        min(found, key=lambda bound: (bound[0], not bound[1])) if found else ((_SAFE, False) if node.integer else None)
    )


def _not_below(sent: NumberType, read: NumberType) -> bool:
    mine, asked = _low(sent), _low(read)
    return asked is None or (mine is not None and (mine[0], mine[1]) >= (asked[0], asked[1]))


def _not_above(sent: NumberType, read: NumberType) -> bool:
    mine, asked = _high(sent), _high(read)
    if asked is None:
        return True
    return mine is not None and (mine[0] < asked[0] or (mine[0] == asked[0] and (mine[1] or not asked[1])))
