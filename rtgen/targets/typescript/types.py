"""Type nodes → TypeScript types, laid out as Prettier does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
    Literal,
    LiteralType,
    MapType,
    NullType,
    NumberType,
    ObjectType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
)
from rtgen.targets.typescript.escapes import number, quoted
from rtgen.targets.typescript.layout import WIDTH


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


Shape = str | Choice | List | Index
"""A TypeScript type before it is laid out."""


def shape_of(node: TypeNode) -> Shape:
    """The type of a node that is used somewhere; objects with properties are reached by their name."""
    match node:
        case AnyType():
            return "unknown"
        case NullType():
            return "null"
        case BooleanType():
            return "boolean"
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
        case _:
            assert_never(node)


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
            return " | ".join(flat(each) for each in members)
        case List(items):
            inner = flat(items)
            return f"readonly ({inner})[]" if isinstance(items, Choice | List) else f"readonly {inner}[]"
        case Index(values):
            return f"{{ readonly [key: string]: {flat(values)} }}"
        case _:
            assert_never(shape)


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
        case _:
            assert_never(shape)
