"""What a JSON text holds, before a schema is asked: a value that both languages can hold, or none.

Three rules: text that is no JSON is malformed, numbers beyond the doubles too, and nesting has a limit.
"""

import re
from collections.abc import Iterable
from types import GenericAlias
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from rtgen_runtime.frames import MAX_INTEGER

MAX_DEPTH: Final = 64
"""Arrays and objects inside each other, at most."""

SHALLOW: Final = 2 * MAX_DEPTH
"""A text of at most so many characters can't nest too deep: each level opens and closes."""


def may_nest_too_deep(text: bytes) -> bool:
    """Whether a JSON text has so many brackets that it could nest beyond the limit: then the judge looks.

    `replace` looks for a byte several times faster than `count`.
    """
    flat = text.replace(b"[", b"").replace(b"{", b"")
    return len(text) - len(flat) > MAX_DEPTH


_LONG_RUN: Final = re.compile(rb"[0-9]{10}")


def may_hold_more(text: bytes) -> bool:
    """Whether a long text may hold what a typed decoder lets pass: too many levels, or an integer beyond all doubles.

    Such an integer has more than 300 digits in a row, so of every thirtieth character ten in a row are digits.
    """
    return may_nest_too_deep(text) or _LONG_RUN.search(text[::30]) is not None


def plain_values(text: bytes | msgspec.Raw) -> object:
    """The value of a JSON text that can be judged as it is: shallow, and without integers beyond 2^53-1.

    Raises:
        ValueError: There may be more to it.
    """
    return _plain.decode(text)


def _plain_type() -> Any:
    """A type of JSON values that says how deep they may be, for lack of one that may hold itself."""
    scalar: Any = None | bool | Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
    scalar = scalar | float | str
    found = scalar
    for _ in range(_PLAIN_DEPTH):
        found = scalar | GenericAlias(list, (found,)) | GenericAlias(dict, (str, found))
    return found


_PLAIN_DEPTH: Final = 6
_plain: Final[msgspec.json.Decoder[object]] = msgspec.json.Decoder(_plain_type())


class Unreadable(ValueError):
    """A text that no schema is asked about. `code` says why: `malformed`, or `depth`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def too_deep() -> Unreadable:
    """What is said of too many levels."""
    return Unreadable("depth", f"must not nest deeper than {MAX_DEPTH} levels")


def parse(raw: bytes) -> object:
    """The value of a JSON text, with integral floats as integers.

    Raises:
        Unreadable: It is no JSON text, or holds a number beyond the doubles or a lone surrogate; or its brackets open
            more levels than there may be, whatever else is wrong with it.
    """
    try:
        value: object = msgspec.json.decode(raw)
        return _with_integers(value)
    except (ValueError, OverflowError, RecursionError) as error:
        # Decoders give up on a thousand levels or so, and don't say whether it would have been JSON.
        if _opens_too_many(raw):
            raise too_deep() from None
        raise Unreadable("malformed", str(error)) from None


_PART: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def _opens_too_many(text: bytes) -> bool:
    """Whether brackets outside of strings open more levels than there may be, in a text that need be no JSON."""
    if not may_nest_too_deep(text):
        return False
    levels = 0
    for part in _PART.finditer(text):
        if part[0] in b"[{":
            levels += 1
            if levels > MAX_DEPTH:
                return True
        elif part[0] in b"]}":
            levels -= 1
    return False


def is_deeper(value: object, levels: int) -> bool:
    """Whether a value nests deeper than so many levels."""
    members: Iterable[object]
    if isinstance(value, dict):
        members = value.values()
    elif isinstance(value, list):
        members = value
    else:
        return False
    return levels == 0 or any(is_deeper(member, levels - 1) for member in members)


def _with_integers(value: object) -> object:
    """Every number as the double it rounds to, and integral ones as integers: `1.0` is one in JSON Schema.

    Raises:
        OverflowError: An integer is written with more digits than any double has.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= MAX_INTEGER else float(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value
    if isinstance(value, dict):
        return {name: _with_integers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_integers(member) for member in value]
    return value
