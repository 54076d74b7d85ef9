"""MessagePack for suspicious readers: the types that JSON has too, and nothing else.

A general decoder takes what JSON can't say (extension types, timestamps, binary, keys that are no strings) and keeps
the last of two equal keys. Here all of that is refused, lengths are compared with the bytes that are there before
anything is made of them, and nesting costs no stack. Format: the MessagePack specification, 2013.
"""

import math
import struct
from collections.abc import Callable
from typing import Final


class NotPacked(ValueError):
    """The bytes are not exactly one value of JSON's types."""


_SCALAR: Final = -1

_NUMBERS: Final[dict[int, struct.Struct]] = {
    0xCA: struct.Struct(">f"),
    0xCB: struct.Struct(">d"),
    0xCC: struct.Struct(">B"),
    0xCD: struct.Struct(">H"),
    0xCE: struct.Struct(">I"),
    0xCF: struct.Struct(">Q"),
    0xD0: struct.Struct(">b"),
    0xD1: struct.Struct(">h"),
    0xD2: struct.Struct(">i"),
    0xD3: struct.Struct(">q"),
}
_STRINGS: Final = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_ARRAYS: Final = {0xDC: 2, 0xDD: 4}
_MAPS: Final = {0xDE: 2, 0xDF: 4}
_SIMPLE: Final[dict[int, bool | None]] = {0xC0: None, 0xC2: False, 0xC3: True}


class _Open:
    """An array or a map that still lacks members."""

    __slots__ = ("is_map", "left", "members")

    def __init__(self, members: "list[object] | dict[str, object]", left: int) -> None:
        self.members = members
        self.is_map = isinstance(members, dict)
        self.left = left


def unpack(data: bytes) -> object:
    """The one value that the bytes hold.

    Raises:
        NotPacked: They hold something else, or less, or more.
    """
    reader = _Reader(data)
    found: list[object] = []
    stack = [_Open(found, 1)]
    while stack:
        top = stack[-1]
        if not top.left:
            stack.pop()
            continue
        top.left -= 1
        members = top.members
        if isinstance(members, dict):
            key = reader.key()
            if key in members:
                raise NotPacked("a map has a key twice")
            value, count = reader.token()
            members[key] = value
        else:
            value, count = reader.token()
            members.append(value)
        if count != _SCALAR and isinstance(value, list | dict):
            stack.append(_Open(value, count))
    if reader.at != len(data):
        raise NotPacked("there is something behind the value")
    return found[0]


class _Reader:
    """Goes through bytes, token by token."""

    __slots__ = ("_data", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def key(self) -> str:
        """The next token, which must be a string."""
        key, _ = self.token()
        if not isinstance(key, str):
            raise NotPacked("a key is no string")
        return key

    def token(self) -> tuple[object, int]:
        """The next value, and how many members it still lacks; `_SCALAR` for one that has none."""
        first = self._take(1)[0]
        if first < 0x80:
            return first, _SCALAR
        if first >= 0xE0:
            return first - 0x100, _SCALAR
        if first < 0x90:
            return self._opened(dict, first & 0x0F, 2)
        if first < 0xA0:
            return self._opened(list, first & 0x0F, 1)
        if first < 0xC0:
            return self._text(first & 0x1F), _SCALAR
        if first in _SIMPLE:
            return _SIMPLE[first], _SCALAR
        if first in _NUMBERS:
            return self._number(_NUMBERS[first]), _SCALAR
        if first in _STRINGS:
            return self._text(self._length(_STRINGS[first])), _SCALAR
        if first in _ARRAYS:
            return self._opened(list, self._length(_ARRAYS[first]), 1)
        if first in _MAPS:
            return self._opened(dict, self._length(_MAPS[first]), 2)
        raise NotPacked("JSON has no such type")

    def _opened(
        self,
        make: "Callable[[], list[object] | dict[str, object]]",
        count: int,
        each: int,
    ) -> tuple[object, int]:
        if count * each > len(self._data) - self.at:
            raise NotPacked("more members are announced than there are bytes")
        return make(), count

    def _number(self, kind: struct.Struct) -> float:
        number: float = kind.unpack(self._take(kind.size))[0]
        if isinstance(number, float) and not math.isfinite(number):
            raise NotPacked("JSON has no such number")
        return number

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError:
            raise NotPacked("a string is not UTF-8") from None

    def _length(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def _take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self._data):
            raise NotPacked("the bytes end within a value")
        taken = self._data[self.at : end]
        self.at = end
        return taken
