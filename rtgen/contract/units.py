"""Durations and sizes as a contract writes them: a whole number and a unit."""

import re

_DURATION = re.compile(r"([1-9][0-9]*)(ms|s|m|h|d)\Z")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"([1-9][0-9]*)(B|KiB|MiB|GiB)\Z")
_BYTES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def seconds(text: str) -> float:
    """`10s` → 10.0. The language's schema has let only well-formed texts through."""
    found = _DURATION.match(text)
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    return int(found[1]) * _SECONDS[found[2]]


def size_in_bytes(value: int | str) -> int:
    """`64KiB` → 65536; a number is bytes already."""
    if isinstance(value, int):
        return value
    found = _SIZE.match(value)
    if found is None:
        raise ValueError(f"not a size: {value!r}")
    return int(found[1]) * _BYTES[found[2]]


_RATE = re.compile(r"([1-9][0-9]*)/(s|m|h)\Z")


def rate(text: str) -> tuple[int, float]:
    """`10/s` → 10 in 1.0 seconds."""
    found = _RATE.match(text)
    if found is None:
        raise ValueError(f"not a rate: {text!r}")
    return int(found[1]), _SECONDS[found[2]]
