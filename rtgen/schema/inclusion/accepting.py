"""Does a type accept a value? Asked of values that are tried out, not of messages: three answers, no speed.

The third answer is `None`: whether a text has a format is only known of the texts in `known_formats`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import assert_never

from rtgen.schema.inclusion.known_formats import has_format
from rtgen.schema.multiples import is_multiple
from rtgen.schema.patterns import python_pattern
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    BooleanType,
    Choice,
    Contains,
    DependentRequired,
    DependentSchemas,
    IfThenElse,
    Json,
    Listed,
    LiteralType,
    MapType,
    NamedType,
    Not,
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

_SAFE = 2**53 - 1

Verdict = bool | None
"""Yes, no, or not known."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value is refused: a JSON pointer into it, and the word of the schema that says so."""

    pointer: str
    word: str
    name: str = ""
    """The property that is missing, or too much."""


@dataclass(slots=True)
class Judge:
    """Judges values by the types of one contract."""

    types: Mapping[str, NamedType]
    _said: list[Refusal] = field(default_factory=list)

    def refusals(self, node: TypeNode, value: Json) -> tuple[Refusal, ...]:
        """Everything that speaks against a value; nothing when it is accepted, or nobody knows."""
        self._said = []
        return tuple(self._said) if self.accepts(node, value) is False else ()

    def accepts(self, node: TypeNode, value: Json, at: str = "") -> Verdict:
        """Whether a value is valid."""
        match node:
            case AnyType() | NullType() | BooleanType() | NumberType() | StringType() | LiteralType():
                return self._scalar(node, value, at)
            case ArrayType():
                return self._array(node, value, at)
            case ObjectType():
                return self._object(node, value, at)
            case MapType():
                return self._map(node, value, at)
            case UnionType():
                return self._is(_any(self._quiet(each, value) for each in node.members), at, "anyOf")
            case RefType():
                return self.accepts(self.types[node.name].node, value, at)
            case RefinedType():
                return _every(
                    [
                        self.accepts(node.base, value, at),
                        *(self._rule(rule, value, at) for rule in node.rules),
                    ]
                )
            case _:
                assert_never(node)

    def _scalar(
        self,
        node: AnyType | NullType | BooleanType | NumberType | StringType | LiteralType,
        value: Json,
        at: str,
    ) -> Verdict:
        match node:
            case AnyType():
                return True
            case NullType():
                return self._is(value is None, at, "type")
            case BooleanType():
                return self._is(isinstance(value, bool), at, "type")
            case NumberType():
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                return self._number(node, value, at) if is_number else self._is(False, at, "type")
            case StringType():
                return self._string(node, value, at) if isinstance(value, str) else self._is(False, at, "type")
            case LiteralType():
                listed = any(same_value(value, each) for each in node.values)
                if listed or node.open_to is None:
                    return self._is(listed, at, "const" if node.constant else "enum")
                return self.accepts(node.open_to, value, at)
            case _:
                assert_never(node)

    def _quiet(self, node: TypeNode, value: Json) -> Verdict:
        """A verdict whose reasons nobody is told."""
        kept, self._said = self._said, []
        found = self.accepts(node, value)
        self._said = kept
        return found

    def _is(self, answer: Verdict, at: str, word: str, name: str = "") -> Verdict:
        if answer is False:
            self._said.append(Refusal(at, word, name))
        return answer

    def _number(self, node: NumberType, value: Json, at: str) -> Verdict:
        exact = Decimal(repr(value))
        if not exact.is_finite():  # `1e400`, which no end takes for a number
            return self._is(False, at, "type")
        whole = exact == exact.to_integral_value() and abs(exact) <= _SAFE
        step = node.multiple_of
        return _every(
            [
                self._is(whole or not node.integer, at, "type"),
                self._is(node.minimum is None or exact >= node.minimum, at, "minimum"),
                self._is(node.maximum is None or exact <= node.maximum, at, "maximum"),
                self._is(node.exclusive_minimum is None or exact > node.exclusive_minimum, at, "exclusiveMinimum"),
                self._is(node.exclusive_maximum is None or exact < node.exclusive_maximum, at, "exclusiveMaximum"),
                self._is(step is None or is_multiple(exact, step), at, "multipleOf"),
            ]
        )

    def _string(self, node: StringType, value: str, at: str) -> Verdict:
        return _every(
            [
                self._is(node.min_length is None or len(value) >= node.min_length, at, "minLength"),
                self._is(node.max_length is None or len(value) <= node.max_length, at, "maxLength"),
                self._is(node.pattern is None or _found(node.pattern, value), at, "pattern"),
                self._is(node.format is None or has_format(node.format, value), at, "format"),
            ]
        )

    def _array(self, node: ArrayType, value: Json, at: str) -> Verdict:
        if not isinstance(value, list):
            return self._is(False, at, "type")
        return _every(
            [
                self._is(node.min_items is None or len(value) >= node.min_items, at, "minItems"),
                self._is(node.max_items is None or len(value) <= node.max_items, at, "maxItems"),
                self._is(not node.unique or _all_different(value), at, "uniqueItems"),
                _every(self.accepts(node.items, each, f"{at}/{index}") for index, each in enumerate(value)),
            ]
        )

    def _object(self, node: ObjectType, value: Json, at: str) -> Verdict:
        if not isinstance(value, dict):
            return self._is(False, at, "type")
        declared = {each.name: each for each in node.properties}
        return _every(
            [
                self._count(node, value, at),
                *(self._is(each.name in value, at, "required", each.name) for each in node.properties if each.required),
                *(
                    self._is(node.extra is not None, at, "additionalProperties", name)
                    for name in value
                    if name not in declared
                ),
                _every(
                    self.accepts(declared[name].type, each, _below(at, name))
                    for name, each in value.items()
                    if name in declared
                ),
                _every(
                    self.accepts(node.extra or AnyType(), each, _below(at, name))
                    for name, each in value.items()
                    if name not in declared
                ),
            ]
        )

    def _map(self, node: MapType, value: Json, at: str) -> Verdict:
        if not isinstance(value, dict):
            return self._is(False, at, "type")
        return _every(
            [
                self._count(node, value, at),
                _every(self.accepts(node.values, each, _below(at, name)) for name, each in value.items()),
            ]
        )

    def _count(self, node: ObjectType | MapType, value: dict[str, Json], at: str) -> Verdict:
        least, most = node.min_properties, node.max_properties
        few = self._is(least is None or len(value) >= least, at, "minProperties")
        return few and self._is(most is None or len(value) <= most, at, "maxProperties")

    def _rule(self, rule: Rule, value: Json, at: str) -> Verdict:
        match rule:
            case When(kind=kind):
                return self.accepts(rule.node, value, at) if kind_of(value) == kind else True
            case Listed():
                return self._is(any(same_value(value, json.loads(each)) for each in rule.values), at, "enum")
            case AllOf():
                return _every(self.accepts(each, value, at) for each in rule.members)
            case Choice():
                return self._choice(rule, value, at)
            case Not():
                return self._is(_not(self._quiet(rule.node, value)), at, "not")
            case IfThenElse():
                return self._if(rule, value, at)
            case PrefixItems() | Contains():
                return self._items(rule, value, at) if isinstance(value, list) else True
            case PatternProperties() | PropertyNames() | DependentRequired() | DependentSchemas():
                return self._properties(rule, value, at) if isinstance(value, dict) else True
            case _:
                assert_never(rule)

    def _choice(self, rule: Choice, value: Json, at: str) -> Verdict:
        found = [self._quiet(each, value) for each in rule.members]
        if not rule.one:
            return self._is(_any(found), at, "anyOf")
        if found.count(True) > 1:
            return self._is(False, at, "oneOf")
        return None if None in found else self._is(True in found, at, "oneOf")

    def _if(self, rule: IfThenElse, value: Json, at: str) -> Verdict:
        met = self._quiet(rule.condition, value)
        if met is None:
            return None
        branch = rule.then if met else rule.otherwise
        return True if branch is None else self.accepts(branch, value, at)

    def _items(self, rule: PrefixItems | Contains, value: list[Json], at: str) -> Verdict:
        if isinstance(rule, PrefixItems):
            if rule.rest is None and len(value) > len(rule.items):
                return self._is(False, at, "items")
            nodes = [*rule.items, *[rule.rest or AnyType()] * len(value)]
            return _every(self.accepts(nodes[index], each, f"{at}/{index}") for index, each in enumerate(value))
        found = [self._quiet(rule.item, each) for each in value]
        sure, perhaps = found.count(True), len(found) - found.count(False)
        if sure < rule.least <= perhaps or (rule.most is not None and sure <= rule.most < perhaps):
            return None
        enough = self._is(sure >= rule.least, at, "minContains" if rule.counted else "contains")
        return enough and self._is(rule.most is None or perhaps <= rule.most, at, "maxContains")

    def _properties(
        self,
        rule: PatternProperties | PropertyNames | DependentRequired | DependentSchemas,
        value: dict[str, Json],
        at: str,
    ) -> Verdict:
        match rule:
            case PropertyNames():
                return self._is(_every(self._quiet(rule.name, name) for name in value), at, "propertyNames")
            case DependentRequired():
                asked = [name for key, needed in rule.needs if key in value for name in needed]
                return self._is(all(name in value for name in asked), at, "dependentRequired")
            case DependentSchemas():
                return _every(self.accepts(node, value, at) for key, node in rule.schemas if key in value)
            case PatternProperties():
                return _every(self._named(rule, name, each, at) for name, each in value.items())
            case _:
                assert_never(rule)

    def _named(self, rule: PatternProperties, name: str, value: Json, at: str) -> Verdict:
        nodes = [node for pattern, node in rule.patterns if _found(pattern, name)]
        if nodes or name in rule.declared:
            return _every(self.accepts(node, value, _below(at, name)) for node in nodes)
        if rule.extra is None:
            return self._is(False, at, "additionalProperties")
        return self.accepts(rule.extra, value, _below(at, name))


def kind_of(value: Json) -> str:
    """The JSON kind of a value, as schemas call it."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"


def same_value(one: Json, other: Json) -> bool:
    """Whether JSON Schema calls two values equal: `1` is `1.0`, and is not `true`."""
    if kind_of(one) != kind_of(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(one[name], other[name]) for name in one)
    return one == other


def _all_different(values: list[Json]) -> bool:
    return not any(same_value(one, other) for index, one in enumerate(values) for other in values[:index])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(python_pattern(pattern))


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


def _below(at: str, name: str) -> str:
    return f"{at}/{name.replace('~', '~0').replace('/', '~1')}"


def _every(verdicts: Iterable[Verdict]) -> Verdict:
    """No if one says no; all are asked, since each may have a reason of its own."""
    found = set(verdicts)
    return False if False in found else None if None in found else True


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    known = True
    for verdict in verdicts:
        if verdict:
            return True
        known = known and verdict is not None
    return False if known else None


def _not(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict
