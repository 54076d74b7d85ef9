"""The part of ECMA-262's regular expressions that both ends run with one meaning and in linear time.

A pattern is parsed here, so that what is accepted is a list, not a hope, and printed again for each engine. In
JavaScript it runs with the `u` flag: both languages then count code points.
"""

from rtgen.schema.pattern_cost import refuse_slow
from rtgen.schema.pattern_syntax import PatternError, parse_pattern
from rtgen.schema.pattern_text import print_pattern

__all__ = ["PatternError", "check_pattern", "explicit_pattern", "python_pattern"]


def check_pattern(pattern: str) -> None:
    """Refuse what the two languages read differently, and what could take them long.

    Raises:
        PatternError: With the reason and what to write instead.
    """
    refuse_slow(parse_pattern(pattern))


def explicit_pattern(pattern: str) -> str:
    r"""The same pattern without `\d`, `\w`, `\s` and `.`, which engines read differently; `^` and `$` stay.

    Right for JavaScript with the `u` flag, and for Rust's engine.
    """
    return print_pattern(parse_pattern(pattern), end="$")


def python_pattern(pattern: str) -> str:
    r"""The same pattern for Python's `re.search`: its `$` also matches before a final newline, so it becomes `\Z`."""
    return print_pattern(parse_pattern(pattern), end=r"\Z")
