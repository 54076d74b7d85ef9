"""A pattern's tree as text that Python, JavaScript and Rust read alike."""

from typing import assert_never

from rtgen.schema.pattern_syntax import MAX_CODE, Anchor, Chain, Chars, Choice, Pattern, Ranges, Repeat, complement

_OUTSIDE = frozenset("^$\\.*+?()[]{}|")
_BARE = frozenset(" _@.,:;/+=%#!<>\"'`")


def print_pattern(pattern: Pattern, end: str) -> str:
    """The text, with `end` for `$`."""
    match pattern:
        case Chars():
            return pattern.text or _set(pattern.ranges)
        case Anchor():
            return "^" if pattern.start else end
        case Chain():
            return "".join(_grouped(item, end, choice_only=True) for item in pattern.items)
        case Choice():
            return "|".join(print_pattern(option, end) for option in pattern.options)
        case Repeat():
            return _grouped(pattern.body, end, choice_only=False) + _count(pattern.least, pattern.most)
    assert_never(pattern)


def _grouped(pattern: Pattern, end: str, *, choice_only: bool) -> str:
    text = print_pattern(pattern, end)
    needs = isinstance(pattern, Choice) or (not choice_only and not isinstance(pattern, Chars))
    return f"(?:{text})" if needs else text


def _count(least: int, most: int | None) -> str:
    match least, most:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case _, None:
            return f"{{{least},}}"
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _set(ranges: Ranges) -> str:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _single(ranges[0][0])
    if not ranges:
        return f"[^{_code(0)}-{chr(MAX_CODE)}]"
    if ranges[-1][1] == MAX_CODE:
        rest = complement(ranges)
        return "[^" + _stretches(rest) + "]" if rest else f"[{_code(0)}-{chr(MAX_CODE)}]"
    return "[" + _stretches(ranges) + "]"


def _stretches(ranges: Ranges) -> str:
    return "".join(_code(low) if low == high else f"{_code(low)}-{_code(high)}" for low, high in ranges)


def _single(code: int) -> str:
    char = chr(code)
    if char in _OUTSIDE:
        return "\\" + char
    return char if char in "-&~" else _code(code)


def _code(code: int) -> str:
    """One character as it may stand in a class; escapes are those that all three engines know."""
    char = chr(code)
    if (char.isascii() and char.isalnum()) or char in _BARE or code > 0xFFFF:
        return char
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
