"""Type nodes → TypeScript types, laid out as Prettier does."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    BooleanType,
    Json,
    Listed,
    Literal,
    LiteralType,
    MapType,
    NullType,
    NumberType,
    ObjectType,
    PatternProperties,
    PrefixItems,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
    base_of,
)
from rtgen.schema.types import Choice as Either
from rtgen.targets.typescript.escapes import key, number, quoted
from rtgen.targets.typescript.layout import WIDTH

_MOST_OF_A_VALUE = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """A type that is one of several."""

    members: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class List:
    """A read-only array."""

    items: "Shape"


@dataclass(frozen=True, slots=True)
class Index:
    """An object whose names are not known beforehand."""

    values: "Shape"


@dataclass(frozen=True, slots=True)
class Meet:
    """A type that is all of several."""

    members: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Tuple:
    """A read-only array with a type for each place; those from `least` on may be missing."""

    items: tuple["Shape", ...]
    least: int
    rest: "Shape | None"


Shape = str | Choice | List | Index | Meet | Tuple
"""A TypeScript type before it is laid out."""


def shape_of(node: TypeNode) -> Shape:
    """The type of a node that is used somewhere; objects with properties are reached by their name."""
    match node:
        case AnyType():
            return "unknown"
        case NullType() | BooleanType():
            return "null" if isinstance(node, NullType) else "boolean"
        case NumberType():
            return "number"
        case StringType():
            return "string"
        case LiteralType(values, open_to):
            literals = tuple(dict.fromkeys(literal(value) for value in values))
            return _choice([*literals, "(string & {})"] if open_to is not None else literals)
        case ArrayType(items=items):
            return List(shape_of(items))
        case MapType(values=inner):
            return Index(shape_of(inner))
        case UnionType(members):
            return _choice([shape_of(member) for member in members])
        case RefType(name):
            return name
        case ObjectType(extra=extra):
            return Index(shape_of(extra)) if extra is not None else "Readonly<Record<string, never>>"
        case RefinedType():
            return _refined(node)
        case _:
            assert_never(node)


def _refined(node: RefinedType) -> Shape:
    """As much as a type can say of the rules: places of a tuple, members that must all hold, cases of a choice."""
    shapes: list[Shape] = [shape_of(node.base)]
    for rule in node.rules:
        match rule:
            case PrefixItems(items, rest) if isinstance(node.base, ArrayType):
                places = tuple(shape_of(each) for each in items)
                shapes[0] = Tuple(places, node.base.min_items or 0, None if rest is None else shape_of(rest))
            case PatternProperties(patterns, (), extra) if isinstance(node.base, MapType) and extra is None:
                shapes[0] = Index(_choice([shape_of(each) for _, each in patterns]))
            case Listed(values):
                shapes.append(_choice([_value(json.loads(each)) for each in values]))
            case AllOf(members):
                shapes += [shape_of(each) for each in members if not isinstance(base_of(each), ObjectType)]
            case Either(members) if not any(isinstance(base_of(each), ObjectType) for each in members):
                shapes.append(_choice([shape_of(each) for each in members]))
    once = [each for each in dict.fromkeys(shapes) if each != "unknown"]
    plain = {"string", "number", "boolean", "null"}
    # What another member says more exactly needs no word.
    telling = [each for each in once if each not in plain] or once[:1]
    return Meet(tuple(telling)) if len(telling) > 1 else telling[0] if telling else "unknown"


def index_of(node: ObjectType) -> Shape | None:
    """What an object's undeclared names hold; nothing when they may hold anything or must not be there.

    TypeScript wants the declared properties to fit it, too.
    """
    if node.extra is None or isinstance(node.extra, AnyType):
        return None
    optional = any(not each.required for each in node.properties)
    declared = [shape_of(each.type) for each in node.properties]
    return _choice([shape_of(node.extra), *declared, *(["undefined"] if optional else [])])


def literal(value: Literal) -> str:
    """A scalar as a literal."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return str(quoted(value))
        case int() | float():
            return number(value)
        case _:
            assert_never(value)


def _value(value: Json) -> str:
    """The type of one value and no other; where it is too wide for a line, of any value."""
    text = _exactly(value)
    return text if len(text) <= _MOST_OF_A_VALUE else "unknown"


def _exactly(value: Json) -> str:
    match value:
        case list():
            return f"readonly [{', '.join(map(_exactly, value))}]"
        case dict() if value:
            members = (f"readonly {key(name)}: {_exactly(each)}" for name, each in value.items())
            return f"{{ {'; '.join(members)} }}"
        case dict():
            return "Readonly<Record<string, never>>"
        case _:
            return literal(value)


def _choice(members: Sequence[Shape]) -> Shape:
    flat: list[Shape] = []
    for member in members:
        flat.extend(member.members if isinstance(member, Choice) else (member,))
    if "unknown" in flat:
        return "unknown"
    once = tuple(dict.fromkeys(flat))
    # A linter is right to call `"a" | string` a string in disguise.
    if "string" in once:
        once = tuple(each for each in once if not (isinstance(each, str) and each.startswith(('"', "(string"))))
    if "number" in once:
        once = tuple(each for each in once if not (isinstance(each, str) and each[0] in "-0123456789"))
    if "boolean" in once:
        once = tuple(each for each in once if each not in {"true", "false"})
    return once[0] if len(once) == 1 else Choice(once)


def flat(shape: Shape) -> str:
    """The type on one line."""
    match shape:
        case str():
            return shape
        case Choice(members):
            return " | ".join(f"({flat(each)})" if isinstance(each, Meet) else flat(each) for each in members)
        case List(items):
            inner = flat(items)
            bracketed = isinstance(items, Choice | List | Meet | Tuple)
            return f"readonly ({inner})[]" if bracketed else f"readonly {inner}[]"
        case Index(values):
            return f"{{ readonly [key: string]: {flat(values)} }}"
        case Meet(members):
            return " & ".join(f"({flat(each)})" if isinstance(each, Choice) else flat(each) for each in members)
        case Tuple():
            return f"readonly [{', '.join(_places(shape))}]"
        case _:
            assert_never(shape)


def _places(shape: Tuple) -> list[str]:
    places = [flat(each) if index < shape.least else f"{_bracketed(each)}?" for index, each in enumerate(shape.items)]
    return places if shape.rest is None else [*places, f"...{_bracketed(shape.rest)}[]"]


def _bracketed(shape: Shape) -> str:
    return f"({flat(shape)})" if isinstance(shape, Choice | List | Meet | Tuple) else flat(shape)


def laid_out(head: str, shape: Shape, indent: int = 0) -> str:
    """`head` (`export type X =`, `readonly x:`) and the type after it, closed with a semicolon."""
    line = f"{head} {flat(shape)};"
    if indent + len(line) <= WIDTH:
        return line
    if isinstance(shape, Choice) and _is_hugged(shape):
        return f"{head} {' | '.join(_broken(each, indent) for each in shape.members)};"
    if isinstance(shape, Choice):
        return f"{head}{_options(shape, indent + 2)};"
    return f"{head} {_broken(shape, indent)};"


def _is_hugged(shape: Choice) -> bool:
    """A named or indexed type that may be null is not broken at its `|`."""
    others = [each for each in shape.members if each != "null"]
    return len(others) == 1 and (
        isinstance(others[0], Index) or (isinstance(others[0], str) and others[0][0].isupper())
    )


def _options(shape: Choice, indent: int) -> str:
    pad = " " * indent
    if indent + len(flat(shape)) + 1 <= WIDTH:
        return f"\n{pad}{flat(shape)}"
    return "".join(f"\n{pad}| {_member(each, indent + 2)}" for each in shape.members)


def _member(shape: Shape, indent: int) -> str:
    line = flat(shape)
    return line if indent + len(line) <= WIDTH else _broken(shape, indent)


def _broken(shape: Shape, indent: int) -> str:
    pad = " " * indent
    match shape:
        case str():
            return shape
        case Choice():
            return _options(shape, indent + 2)
        case List(items) if isinstance(items, Choice):
            return f"readonly ({_options(items, indent + 2)}\n{pad})[]"
        case List(items) if isinstance(items, List):
            return f"readonly ({_broken(items, indent)})[]"
        case List(items):
            return f"readonly {_broken(items, indent)}[]"
        case Index(values):
            return f"{{\n{pad}  {laid_out('readonly [key: string]:', values, indent + 2)}\n{pad}}}"
        case Meet(members):
            return f" &\n{pad}  ".join(_member(each, indent + 2) for each in members)
        case Tuple():
            return "readonly [" + "".join(f"\n{pad}  {each}," for each in _places(shape)) + f"\n{pad}]"
        case _:
            assert_never(shape)
