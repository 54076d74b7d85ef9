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


def written_duration(value: float) -> str:
    """86400.0 → `1d`: the largest unit that needs no fraction."""
    for unit in ("d", "h", "m", "s"):
        if value >= _SECONDS[unit] and value % _SECONDS[unit] == 0:
            return f"{value / _SECONDS[unit]:.0f}{unit}"
    return f"{value * 1000:g}ms" if value else "0s"


def written_size(value: int) -> str:
    """65536 → `64KiB`: the largest unit that needs no fraction."""
    for unit in ("GiB", "MiB", "KiB"):
        if value >= _BYTES[unit] and value % _BYTES[unit] == 0:
            return f"{value // _BYTES[unit]}{unit}"
    return f"{value}B"


def written_rate(count: int, within: float, burst: int) -> str:
    """10 in 1.0 seconds, 20 at once → `10/s, burst 20`."""
    unit = next((unit for unit in ("s", "m", "h") if _SECONDS[unit] == within), written_duration(within))
    return f"{count}/{unit}" + (f", burst {burst}" if burst != count else "")
