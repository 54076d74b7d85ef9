"""JSON values as TypeScript literals, broken where Prettier would break them."""

from collections.abc import Sequence

from rtgen.schema.types import Json
from rtgen.targets.text import TsCode
from rtgen.targets.typescript.escapes import key, number, quoted
from rtgen.targets.typescript.layout import WIDTH

Printed = TsCode | Sequence["Printed"] | dict[str, "Printed"]
"""Code, or literals of it: arrays and objects."""

_SHORT_KEY = 5
"""A text that is too long stays beside a shorter key: going below would win nothing."""


def code_of(value: Json) -> Printed:
    """A JSON value, ready to be printed."""
    match value:
        case None:
            return TsCode("null")
        case bool():
            return TsCode("true" if value else "false")
        case str():
            return quoted(value)
        case int() | float():
            return TsCode(number(value))
        case list():
            return [code_of(each) for each in value]
        case dict():
            return {name: code_of(each) for name, each in value.items()}


def literal(value: Printed, indent: int, *, before: int = 0, after: int = 1) -> str:
    """A value on one line where it fits, else a member or an item a line.

    `indent` is that of the line which it stands on, `before` how much of that line is taken behind the indentation,
    `after` how many characters follow.
    """
    flat = _flat(value)
    if isinstance(value, str) or (not _must_break(value) and indent + before + len(flat) + after <= WIDTH):
        return flat
    inner = indent + 2
    if isinstance(value, dict):
        lines = [printed_member(name, each, inner) for name, each in value.items()]
        return "{\n" + "".join(f"{' ' * inner}{line},\n" for line in lines) + " " * indent + "}"
    if all(isinstance(each, str) and each.lstrip("-")[:1].isdigit() for each in value):
        lines = _filled([str(each) for each in value], inner)
    else:
        lines = [f"{literal(each, inner)}," for each in value]
    return "[\n" + "".join(f"{' ' * inner}{line}\n" for line in lines) + " " * indent + "]"


def printed_member(wire_name: str, value: Printed, indent: int) -> str:
    """`name: value` of an object, at an indentation."""
    name = str(key(wire_name))
    before = len(name) + 2
    text = literal(value, indent, before=before)
    is_long = isinstance(value, str) and text[:1] in {'"', "'"} and indent + before + len(text) + 1 > WIDTH
    return f"{name}:\n{' ' * (indent + 2)}{text}" if is_long and len(name) >= _SHORT_KEY else f"{name}: {text}"


def _flat(value: Printed) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        members = [f"{key(name)}: {_flat(each)}" for name, each in value.items()]
        return f"{{ {', '.join(members)} }}" if members else "{}"
    return f"[{', '.join(_flat(each) for each in value)}]"


def _must_break(value: Printed) -> bool:
    """Several objects of several members, or several arrays of several items, never share a line with their list."""
    if isinstance(value, str):
        return False
    inside = list(value.values()) if isinstance(value, dict) else list(value)
    if any(map(_must_break, inside)):
        return True
    if isinstance(value, dict) or len(value) < 2:
        return False
    kinds = {_kind(each) for each in inside}
    return kinds in ({"object"}, {"array"}) and all(len(each) > 1 for each in inside)


def _kind(value: Printed) -> str:
    return "code" if isinstance(value, str) else "object" if isinstance(value, dict) else "array"


def _filled(numbers: list[str], indent: int) -> list[str]:
    """Numbers share lines."""
    lines: list[str] = []
    for each in (f"{text}," for text in numbers):
        if lines and indent + len(lines[-1]) + 1 + len(each) <= WIDTH:
            lines[-1] += f" {each}"
        else:
            lines.append(each)
    return lines
