"""Escapes for places that only TypeScript has: template literals, regular expression literals, numbers."""

import re
from decimal import Decimal

from rtgen.schema.patterns import explicit_pattern
from rtgen.targets.text import TsCode, ts_key, ts_string

_CLASS = re.compile(r"\[(?:[^\]\\]|\\.)*\]")


def quoted(text: str) -> TsCode:
    """A string literal with the quotes that need fewer escapes, as Prettier has it."""
    double = ts_string(text)
    if text.count('"') <= text.count("'"):
        return double
    return TsCode("'" + double[1:-1].replace('\\"', '"').replace("'", "\\'") + "'")


def key(name: str) -> TsCode:
    """A property name in a type or a literal."""
    plain = ts_key(name)
    return quoted(name) if plain.startswith('"') else plain


def template_text(text: str) -> str:
    """Text inside a template literal: nothing in it starts an expression, ends the literal or hides."""
    quoted = str(ts_string(text))[1:-1].replace('\\"', '"')
    return quoted.replace("`", "\\`").replace("${", "\\${")


def regex(pattern: str) -> str:
    """A regular expression with the `u` flag, for a pattern of the portable subset.

    A literal, unless it holds what a literal can't or a linter would stumble over: then the constructor, with a string.
    """
    text = explicit_pattern(pattern)
    if text and text.isascii() and text.isprintable() and "\\x" not in text and "\\u" not in text:
        return f"/{_slashes(text)}/u"
    return f'new RegExp({quoted(text)}, "u")'


def _slashes(text: str) -> str:
    """Slashes end a literal, except in a class; no pattern that `explicit_pattern` printed has them escaped."""
    parts = []
    end = 0
    for found in _CLASS.finditer(text):
        if found.start() > 0 and text[found.start() - 1] == "\\" and text[found.start() - 2 : found.start()] != "\\\\":
            continue
        parts += [text[end : found.start()].replace("/", "\\/"), found.group()]
        end = found.end()
    return "".join([*parts, text[end:].replace("/", "\\/")])


def number(value: Decimal | int | float) -> str:
    """A number literal as Prettier leaves it: the double that the value rounds to, by its shortest text."""
    rounded = float(value)
    if rounded.is_integer() and abs(rounded) < 1e21:
        return str(int(rounded))
    return repr(rounded).replace("e+", "e").replace("e-0", "e-")


def milliseconds(seconds: float) -> str:
    """A duration in whole milliseconds, with separators where digits would be hard to count."""
    return f"{round(seconds * 1000):_}" if seconds >= 10 else str(round(seconds * 1000))
