"""How many bytes of JSON a value may take at most, as far as its schema says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from rtgen.schema.pattern_syntax import Anchor, Chain, Chars, Choice, Pattern, Repeat, parse_pattern
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
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
)

_PER_CHARACTER = 4  # of UTF-8; escapes of control characters would be longer, and no honest text is made of them
_NUMBER = 24
_FORMATS = {"date": 10, "date-time": 40, "time": 30, "uuid": 36, "ipv4": 15, "ipv6": 45, "email": 254, "hostname": 253}


def longest_text(text: StringType) -> int | None:
    """The most characters a string may have, by its length, its format or its pattern; `None` without a limit."""
    known = (text.max_length, _FORMATS.get(text.format or ""), _longest_match(text.pattern))
    return min((each for each in known if each is not None), default=None)


def _longest_match(pattern: str | None) -> int | None:
    tree = None if pattern is None else parse_pattern(pattern)
    return _longest(tree) if tree is not None and _is_whole(tree) else None


def _is_whole(pattern: Pattern) -> bool:
    """Whether a match is always the whole text."""
    match pattern:
        case Choice(options=options):
            return all(_is_whole(option) for option in options)
        case Chain(items=(Anchor(start=True), *_, Anchor(start=False))):
            return True
    return False


def _longest(pattern: Pattern) -> int | None:
    match pattern:
        case Chars():
            return 1
        case Anchor():
            return 0
        case Chain(items=items):
            return _total([_longest(item) for item in items])
        case Choice(options=options):
            return _largest([_longest(option) for option in options])
        case Repeat(body=body, most=most):
            inside = _longest(body)
            return None if most is None or inside is None else inside * most


def _total(sizes: list[int | None]) -> int | None:
    return None if None in sizes else sum(each for each in sizes if each is not None)


def _largest(sizes: list[int | None]) -> int | None:
    return None if None in sizes else max((each for each in sizes if each is not None), default=0)


@dataclass(slots=True)
class Sizes:
    """Largest sizes of the types of one contract; each named type is measured once."""

    types: Mapping[str, NamedType]
    _known: dict[str, int | None] = field(default_factory=dict)

    def largest(self, node: TypeNode) -> int | None:
        """Bytes at most, undeclared properties left out; `None` where nothing limits them."""
        match node:
            case AnyType() | MapType():
                return None
            case NullType():
                return 4
            case BooleanType():
                return 5
            case NumberType():
                return _NUMBER
            case StringType():
                length = longest_text(node)
                return None if length is None else length * _PER_CHARACTER + 2
            case LiteralType(values=values, open_to=open_to):
                listed = max(len(json.dumps(value)) for value in values)
                return listed if open_to is None else self.largest(open_to)
            case ArrayType(items=items, max_items=most):
                inside = self.largest(items)
                return None if most is None or inside is None else 2 + most * (inside + 1)
            case UnionType(members=members):
                return _largest([self.largest(member) for member in members])
            case ObjectType(properties=properties):
                names = sum(len(json.dumps(each.name)) + 2 for each in properties)
                inside = _total([self.largest(each.type) for each in properties])
                return None if inside is None else names + inside + 2
            case RefType(name=name):
                return self._named(name)
            case RefinedType(base=base):
                return self.largest(base)

    def _named(self, name: str) -> int | None:
        if name not in self._known:
            self._known[name] = None  # a type that contains itself has no largest value
            self._known[name] = self.largest(self.types[name].node)
        return self._known[name]
