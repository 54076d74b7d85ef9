"""Values worth trying where nobody can prove that one type accepts all of another: they lie near its edges.

What comes is meant to be valid and need not be; whoever tries it asks `accepting` first.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from typing import assert_never

from rtgen.schema.inclusion.accepting import Judge, kind_of
from rtgen.schema.inclusion.known_formats import VALID, texts
from rtgen.schema.inclusion.pattern_texts import texts_of
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    BooleanType,
    Choice,
    DependentRequired,
    DependentSchemas,
    IfThenElse,
    Json,
    Listed,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    PatternProperties,
    PrefixItems,
    PropertyNames,
    RefinedType,
    RefType,
    Rule,
    StringType,
    TypeNode,
    UnionType,
    When,
)

_DEEP = 6
_FEW = 24
"""How many values of a part are tried in the place of the part, the rest of the value being the simplest."""
_MANY = 120
"""The same of a part that has parts of its own."""

ANYTHING: tuple[Json, ...] = (None, True, 0, 1, 1.5, -1, "", "x", [], ["x"], {}, {"x": 1})
"""One and another of every kind."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Makes values of the types of one contract. `others` are edges that another schema has: counts and words."""

    types: Mapping[str, NamedType]
    numbers: tuple[Decimal, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[Json, ...] = ()
    _known: dict[tuple[str, int], list[Json]] = field(default_factory=dict)
    """Valid values of named types at a depth: recursive types would be gone through again and again."""

    def of(self, node: TypeNode) -> Iterator[Json]:
        """Values that are likely valid; the simplest comes first."""
        return self._of(node, 0)

    def _of(self, node: TypeNode, depth: int) -> Iterator[Json]:
        match node:
            case AnyType() | NullType() | BooleanType() | NumberType() | StringType() | LiteralType():
                yield from self._scalars(node)
            case ArrayType():
                yield from self._arrays(node, depth)
            case ObjectType():
                yield from self._objects(node, depth)
            case MapType():
                yield from self._maps(node, depth)
            case UnionType():
                yield from _in_turn([self._of(each, depth) for each in node.members])
            case RefType():
                if depth <= _DEEP:
                    yield from self._of(self.types[node.name].node, depth)
            case RefinedType():
                yield from self._refined(node, depth)
            case _:
                assert_never(node)

    def _scalars(
        self, node: AnyType | NullType | BooleanType | NumberType | StringType | LiteralType
    ) -> Iterator[Json]:
        match node:
            case AnyType():
                yield from chain(self.words, ANYTHING)
            case NullType():
                yield None
            case BooleanType():
                yield from (True, False)
            case NumberType():
                yield from self._numbers(node)
            case StringType():
                yield from self._strings(node)
            case LiteralType():
                yield from node.values
                if node.open_to is not None:
                    yield from self._strings(node.open_to)
            case _:
                assert_never(node)

    def _valid(self, node: TypeNode, depth: int) -> list[Json]:
        """Values of a part: what is put together of valid ones is more often valid."""
        key = (node.name, depth) if isinstance(node, RefType) else None
        if key is not None and key in self._known:
            return self._known[key]
        judge = Judge(self.types)
        most = _MANY if isinstance(node, RefType) else _FEW
        found = list(islice((each for each in self._of(node, depth + 1) if judge.accepts(node, each) is True), most))
        if key is not None:
            self._known[key] = found
        return found

    def _numbers(self, node: NumberType) -> Iterator[Json]:
        step = node.multiple_of or Decimal(1)
        bounds = (node.minimum, node.maximum, node.exclusive_minimum, node.exclusive_maximum)
        edges = [each for each in bounds if each is not None]
        words = [Decimal(repr(each)) for each in self.words if kind_of(each) == "number"]
        around = [*edges, Decimal(0), *self.numbers, *words]
        spread = (Decimal(0), Decimal(1), Decimal(-1), step, -step, Decimal("0.5"), Decimal("-0.5"))
        seen: set[Decimal] = set()
        for edge in (*around, Decimal(2**53 - 1), Decimal(-(2**53) + 1)):
            for more in spread:
                value = edge + more
                if value not in seen:
                    seen.add(value)
                    yield int(value) if value == value.to_integral_value() else float(value)

    def _strings(self, node: StringType) -> Iterator[Json]:
        found: list[str] = []
        if node.format is not None:
            found += VALID.get(node.format, ())
        if node.pattern is not None:
            found += texts_of(node.pattern)
        least = node.min_length or 0
        lengths = [each for each in (node.min_length, node.max_length) if each is not None]
        lengths += [int(each) for each in self.numbers if 0 <= each <= 100_000 and each == each.to_integral_value()]
        if not found:
            found.append("x" * max(least, 1))
        found += [each for each in self.words if isinstance(each, str)]
        found += [
            "x" * (length + more) for length in dict.fromkeys(lengths) for more in (0, 1, -1) if length + more >= 0
        ]
        found += ["", "X", "1", "é", "\n", "\U0001f600", " "]
        if node.pattern is None and node.format is None:
            found += texts()
        if node.pattern is not None:
            found += [text * 2 for text in texts_of(node.pattern)]
        yield from dict.fromkeys(found)

    def _arrays(self, node: ArrayType, depth: int) -> Iterator[Json]:
        items = self._valid(node.items, depth)
        least = node.min_items or 0
        yield self._list(items, least, unique=node.unique)
        if not items:
            return
        first = self._list(items, max(least - 1, 0), unique=node.unique)
        lengths = [node.max_items, *(int(each) for each in self.numbers if 0 <= each <= 2000)]
        counts = (
            count
            for length in dict.fromkeys(each for each in lengths if each is not None and each <= 2000)
            for count in (length, length + 1, max(length - 1, 0))
        )
        # In turn: of a part only the first values are tried, and both an item and their number can be what is refused.
        long: Iterator[Json] = (self._list(items, count, unique=node.unique) for count in counts)
        yield from _in_turn([long, ([item, *first] for item in items)])
        yield [items[0], items[0]]

    @staticmethod
    def _list(items: list[Json], count: int, *, unique: bool) -> list[Json]:
        if not unique:
            return [items[0]] * count if items else []
        return list(islice(items, count))

    def _objects(self, node: ObjectType, depth: int) -> Iterator[Json]:
        values = {each.name: self._valid(each.type, depth) for each in node.properties}
        if any(each.required and not values[each.name] for each in node.properties):
            return
        least: dict[str, Json] = {each.name: values[each.name][0] for each in node.properties if each.required}
        whole: dict[str, Json] = {name: found[0] for name, found in values.items() if found}
        found: list[dict[str, Json]] = [least, whole]
        found += [{**least, name: value} for name, several in values.items() for value in several]
        found += [{other: value for other, value in whole.items() if other != name or other in least} for name in whole]
        if node.extra is not None and not isinstance(node.extra, AnyType):
            names = [name for name in ("another", *self.names) if name not in values]
            found += [{**least, name: value} for value in self._valid(node.extra, depth) for name in names]
        yield from sorted(found, key=_size)  # who reads a value that shows something reads a short one

    def _maps(self, node: MapType, depth: int) -> Iterator[Json]:
        values = self._valid(node.values, depth)
        names = ["a", *self.names, *(f"k{index}" for index in range(node.min_properties or 0))]
        first = values[0] if values else None
        yield dict.fromkeys(names[: node.min_properties or 0], first)
        for value in values:
            for name in dict.fromkeys(("a", *self.names)):
                filled = dict.fromkeys(
                    islice((each for each in names if each != name), (node.min_properties or 1) - 1), first
                )
                yield {name: value, **filled}
        counts = [node.max_properties, *(int(each) for each in self.numbers if 0 <= each <= 2000)]
        for count in dict.fromkeys(each for each in counts if values and each is not None and each <= 2000):
            for size in (count, count + 1, max(count - 1, 0)):
                yield {f"k{index}": first for index in range(size)}

    def _refined(self, node: RefinedType, depth: int) -> Iterator[Json]:
        """What rules speak of, put together with what the base is."""
        spoken = [list(islice(self._ruled(rule, depth), _FEW)) for rule in node.rules]
        plain = list(islice(self._of(node.base, depth), 3 * _FEW))
        yield from islice(plain, 3)
        for values in spoken:
            yield from values
        objects = [[each for each in values if isinstance(each, dict)] for values in (plain, *spoken)]
        for index, several in enumerate(objects):
            for others in objects[index + 1 :]:
                yield from ({**one, **other} for one in several[:6] for other in others[:6])
        yield {name: value for several in objects for one in several[:1] for name, value in one.items()}
        yield from plain[3:]

    def _ruled(self, rule: Rule, depth: int) -> Iterator[Json]:
        match rule:
            case When():
                yield from self._of(rule.node, depth)
            case Listed():
                yield from map(json.loads, rule.values)
            case AllOf() | Choice():
                yield from _in_turn([self._of(each, depth) for each in rule.members])
            case IfThenElse():
                branches = (rule.condition, rule.then, rule.otherwise)
                yield from _in_turn([self._of(each, depth) for each in branches if each is not None])
            case PrefixItems():
                yield from self._places(rule, depth)
            case PatternProperties() | PropertyNames() | DependentRequired() | DependentSchemas():
                yield from self._named(rule, depth)
            case _:  # `contains` and `not`: what the base gives is tried
                return

    def _places(self, rule: PrefixItems, depth: int) -> Iterator[Json]:
        places = [list(islice(self._of(each, depth + 1), 6)) for each in rule.items]
        first: list[Json] = [each[0] if each else None for each in places]
        yield first
        yield from (
            [*first[:index], value, *first[index + 1 :]] for index, found in enumerate(places) for value in found
        )
        if rule.rest is not None:
            yield from ([*first, value] for value in islice(self._of(rule.rest, depth + 1), 6))

    def _named(
        self, rule: PatternProperties | PropertyNames | DependentRequired | DependentSchemas, depth: int
    ) -> Iterator[Json]:
        match rule:
            case PatternProperties():
                for pattern, found in rule.patterns:
                    for value in islice(self._of(found, depth + 1), 6):
                        yield from ({name: value} for name in texts_of(pattern)[:3])
            case PropertyNames():
                yield from (
                    _keyed([name], 1) for name in islice(self._of(rule.name, depth + 1), 6) if isinstance(name, str)
                )
            case DependentRequired():
                yield from (_keyed([key, *needed], "x") for key, needed in rule.needs)
            case DependentSchemas():
                for _, found in rule.schemas:
                    yield from self._of(found, depth)
            case _:
                assert_never(rule)


def _keyed(names: list[str], value: Json) -> dict[str, Json]:
    return dict.fromkeys(names, value)


def _size(value: Json) -> int:
    return len(json.dumps(value))


def _in_turn(sources: list[Iterator[Json]]) -> Iterator[Json]:
    """One of each in turn, so that the first ones are of all kinds."""
    while sources:
        left = []
        for source in sources:
            for value in islice(source, 1):
                yield value
                left.append(source)
        sources = left
