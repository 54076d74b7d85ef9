"""What clients mask (RFC 6455, 5.3): in C where the `websockets` package is installed, else in Python.

The Python forms cost microseconds a kilobyte instead of nanoseconds. One number for all bytes is the faster one for
short texts, tables for long ones.
"""

import importlib
from collections.abc import Callable
from functools import cache
from typing import Final

Unmask = Callable[[bytes, bytes], bytes]

_TABLES_FROM: Final = 1024
"""Bytes from which tables are faster."""


def unmask_in_python(data: bytes, key: bytes) -> bytes:
    """Apply a key of four bytes; applied again, it gives the data back."""
    size = len(data)
    if size < _TABLES_FROM:
        keys = (key * (size // 4 + 1))[:size]
        number = int.from_bytes(data, "little") ^ int.from_bytes(keys, "little")
        return number.to_bytes(size, "little")
    plain = bytearray(size)
    for place, each in enumerate(key):
        plain[place::4] = data[place::4].translate(_table(each))
    return bytes(plain)


@cache
def _table(key: int) -> bytes:
    """What each byte becomes; 256 of them at most."""
    return bytes(byte ^ key for byte in range(256))


def _fastest() -> Unmask:
    try:
        in_c: Unmask = importlib.import_module("websockets.speedups").apply_mask
    except ImportError:  # another Python, or no such package
        return unmask_in_python
    return in_c


unmask: Final = _fastest()
"""The fastest that there is."""
