"""Values that a type accepts, made up where the contract shows none: readable, few, and the same in every run.

Plain types are valid by construction. Where rules are in the way values are tried out. Each is judged before it is
handed out, and what the judge is not sure of is not taken, unless it has examples of the contract in it: those were
judged where they stand.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from itertools import chain, islice
from typing import Final, assert_never

from rtgen.schema.inclusion.accepting import Judge
from rtgen.schema.inclusion.candidates import Candidates
from rtgen.schema.inclusion.known_formats import VALID
from rtgen.schema.inclusion.pattern_texts import texts_of
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    BooleanType,
    Choice,
    IfThenElse,
    Json,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
    When,
)

_MOST_TRIES = 300
_LARGEST = 4_000
"""Characters of JSON; who needs more of them has a contract that says what they look like."""
_ITEMS = 2
_MANY = frozenset({"uuid", "date-time", "date", "email"})
"""Formats that have another text in each turn."""


class _NoValueError(Exception):
    """Nothing was found here: whoever can do without it does."""


@dataclass(frozen=True, slots=True)
class Specimens:
    """Makes values of the types of one contract."""

    types: Mapping[str, NamedType]
    judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "judge", Judge(self.types))

    def of(self, node: TypeNode, label: str, most: int) -> tuple[Json, ...]:
        """Up to `most` different values; none where none was found. `label` is what texts are made from."""
        made: dict[str, Json] = {}
        for turn in range(most):
            maker = _Maker(self, turn)
            try:
                value = maker.make(node, label)
            except _NoValueError:
                continue
            if maker.fits(node, value) and len(json.dumps(value)) <= _LARGEST:
                other = _renewed(value, turn)
                renewed = value if self.judge.accepts(node, other) is False else other
                made[json.dumps(renewed, sort_keys=True)] = renewed
        return tuple(made.values())


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes one value: where there is a choice, the one of its `turn`."""

    specimens: Specimens
    turn: int
    inside: tuple[str, ...] = ()
    """The named types around: a type within itself is left out."""
    shown: list[str] = field(default_factory=list)
    """The contract's examples that were taken: the judge does not know of each text in them which formats it has."""

    def make(self, node: TypeNode, label: str) -> Json:
        """A value; a text is made from `label`.

        Raises:
            _NoValueError: None was found.
        """
        match node:
            case AnyType() | NullType() | BooleanType() | LiteralType():
                return self._scalar(node, label)
            case NumberType():
                return self._first(node, chain(_numbers(node, self.turn), self._candidates(node)))
            case StringType():
                return self._first(node, chain(_texts(node, label, self.turn), self._candidates(node)))
            case ArrayType():
                return self._array(node, label)
            case ObjectType():
                return self._object(node)
            case MapType():
                return self._map(node, label)
            case UnionType():
                return self._union(node.members, label)
            case RefType():
                return self._named(node.name, label)
            case RefinedType():
                return self._first(node, chain(self._guesses(node, label), self._candidates(node)))
            case _:
                assert_never(node)

    def fits(self, node: TypeNode, value: Json) -> bool:
        """Whether a value may be handed out as one of `node`."""
        verdict = self.specimens.judge.accepts(node, value)
        return verdict is True or (verdict is None and bool(self.shown))

    def _scalar(self, node: AnyType | NullType | BooleanType | LiteralType, label: str) -> Json:
        match node:
            case NullType():
                return None
            case BooleanType():
                return self.turn % 2 == 0
            case LiteralType():
                return node.values[self.turn % len(node.values)]
            case AnyType():
                return _words(label, self.turn)

    def _shown(self, examples: tuple[str, ...], node: TypeNode, label: str) -> Json:
        """What the contract shows, or a value of our own."""
        if not examples:
            return self.make(node, label)
        text = examples[self.turn % len(examples)]
        self.shown.append(text)
        shown: Json = json.loads(text)
        return shown

    def _named(self, name: str, label: str) -> Json:
        if name in self.inside:
            raise _NoValueError
        named = self.specimens.types[name]
        inside = replace(self, inside=(*self.inside, name))
        return inside._shown(named.notes.examples, named.node, label)

    def _first(self, node: TypeNode, values: Iterable[Json]) -> Json:
        """The first that is accepted."""
        for value in islice(values, _MOST_TRIES):
            if self.fits(node, value):
                return value
        raise _NoValueError

    def _candidates(self, node: TypeNode) -> Iterator[Json]:
        return Candidates(self.specimens.types).of(node)

    def _array(self, node: ArrayType, label: str) -> Json:
        most = _ITEMS if node.max_items is None else min(_ITEMS, node.max_items)
        count = max(node.min_items or 0, most)
        made: list[Json] = []
        for place in range(count + (8 if node.unique else 0)):
            maker = replace(self, turn=self.turn + place)
            try:
                item = maker.make(node.items, label)
            except _NoValueError:
                break
            if len(made) < count and not (node.unique and item in made):
                made.append(item)
        return self._first(node, chain([made], self._candidates(node)))

    def _object(self, node: ObjectType) -> Json:
        made: dict[str, Json] = {}
        for each in node.properties:
            try:
                made[each.name] = self._shown(each.notes.examples, each.type, each.name)
            except _NoValueError:
                if each.required:
                    raise
        return self._first(node, chain(self._sized(node, made), self._candidates(node)))

    def _sized(self, node: ObjectType, made: dict[str, Json]) -> Iterator[Json]:
        """With as many properties as there may be."""
        yield made
        required = {each.name for each in node.properties if each.required}
        spare = [name for name in made if name not in required]
        yield {name: value for name, value in made.items() if name not in spare[(node.max_properties or 0) :]}
        yield {name: value for name, value in made.items() if name in required}
        if node.extra is not None:
            more = max((node.min_properties or 0) - len(made), 0)
            yield {**made, **{f"more{place + 1}": self.make(node.extra, "more") for place in range(more)}}

    def _map(self, node: MapType, label: str) -> Json:
        most = _ITEMS if node.max_properties is None else min(_ITEMS, node.max_properties)
        count = max(node.min_properties or 0, most)
        made: dict[str, Json] = {}
        for place in range(count):
            try:
                made[f"key{place + 1}"] = replace(self, turn=self.turn + place).make(node.values, label)
            except _NoValueError:
                break
        return self._first(node, chain([made], self._candidates(node)))

    def _union(self, members: tuple[TypeNode, ...], label: str) -> Json:
        """One member after the other; `null` only where nothing else is left."""
        order = sorted(range(len(members)), key=lambda place: (place - self.turn) % len(members))
        for place in sorted(order, key=lambda place: isinstance(members[place], NullType)):
            try:
                return self.make(members[place], label)
            except _NoValueError:
                continue
        raise _NoValueError

    def _guesses(self, node: RefinedType, label: str) -> Iterator[Json]:
        """Of the base; and of the base with what its rules speak of, put together where both are objects."""
        base = list(self._tried([node.base], label))
        yield from base
        for rule in node.rules:
            spoken: tuple[TypeNode, ...] = ()
            match rule:
                case AllOf(members=members) | Choice(members=members):
                    spoken = members[self.turn % len(members) :] + members[: self.turn % len(members)]
                case When(node=inner):
                    spoken = (inner,)
                case IfThenElse(then=then, otherwise=otherwise):
                    spoken = tuple(each for each in (then, otherwise) if each is not None)
            for value in self._tried(spoken, label):
                yield value
                yield from ({**one, **value} for one in base if isinstance(one, dict) and isinstance(value, dict))

    def _tried(self, nodes: Iterable[TypeNode], label: str) -> Iterator[Json]:
        for each in nodes:
            try:
                yield self.make(each, label)
            except _NoValueError:
                continue


def _numbers(node: NumberType, turn: int) -> Iterator[Json]:
    """Small ones that people would write, then those near the bounds."""
    step = node.multiple_of or Decimal(1)
    low = max((each for each in (node.minimum, node.exclusive_minimum) if each is not None), default=None)
    high = min((each for each in (node.maximum, node.exclusive_maximum) if each is not None), default=None)
    found = [step * (turn + 1)]
    if low is not None:
        first = (low / step).to_integral_value(ROUND_CEILING) * step
        found += [first + step * turn, first + step, first, low]
    if low is not None and high is not None and not node.integer:
        found.append(low + (high - low) / 2 ** (turn + 1))
    if high is not None:
        found += [high - step * (turn + 1), high - step, high]
    for each in found:
        yield int(each) if each == each.to_integral_value() else float(each)


def _texts(node: StringType, label: str, turn: int) -> Iterator[Json]:
    if node.format is not None:
        known = VALID.get(node.format, ())
        yield from known if node.format in _MANY else (*known[turn % max(len(known), 1) :], *known)
    elif node.pattern is not None:
        texts = texts_of(node.pattern)
        yield from (*texts[turn % max(len(texts), 1) :], *texts)
    text = _words(label, turn)
    while len(text) < (node.min_length or 0):
        text += f" {text}"
    if node.min_length is not None and len(text) > node.min_length and node.max_length is None:
        yield text
    yield text if node.max_length is None else _cut(text, node.max_length, turn)


def _cut(text: str, most: int, turn: int) -> str:
    """As much of a text as there may be, with the number that tells it from others."""
    number = f" {turn + 1}"
    return text if len(text) <= most else text[: max(most - len(number), 0)] + number[-min(most, len(number)) :][:most]


def _renewed(value: Json, turn: int) -> Json:
    """The same value with other ids and times in each turn: things that there are many of differ in them."""
    match value:
        case str():
            return _RENEWED[value](turn) if value in _RENEWED else value
        case list():
            return [_renewed(each, turn) for each in value]
        case dict():
            return {name: _renewed(each, turn) for name, each in value.items()}
        case _:
            return value


_RENEWED: Final[Mapping[str, Callable[[int], str]]] = {
    VALID["uuid"][0]: lambda turn: f"{VALID['uuid'][0][:-12]}{turn + 1:012x}",
    VALID["date-time"][0]: lambda turn: f"2026-01-02T03:{4 + turn % 50:02}:05Z",
    VALID["date"][0]: lambda turn: f"2026-01-{2 + turn % 25:02}",
    VALID["email"][0]: lambda turn: f"user{turn + 1}@example.org",
}
"""Texts that a format gave, and what else it could have given."""


def _words(label: str, turn: int) -> str:
    """`sentAt` → `Sent at 1`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-]+", " ", label).strip().lower()
    return f"{words[:1].upper()}{words[1:]} {turn + 1}".lstrip()
