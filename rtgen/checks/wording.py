"""How names are written, and what their words say."""

import re

from rtgen.contract.names import words

_STYLES = (
    ("one word", re.compile(r"[a-z][a-z0-9]*\Z")),
    ("camelCase", re.compile(r"[a-z][A-Za-z0-9]*\Z")),
    ("PascalCase", re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*\Z")),
    ("snake_case", re.compile(r"[a-z0-9]+(_[a-z0-9]+)+\Z")),
    ("UPPER_CASE", re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\Z")),
    ("kebab-case", re.compile(r"[a-z0-9]+(-[a-z0-9]+)+\Z")),
)
ONE_WORD = "one word"


def style(name: str) -> str:
    """How a name is cased; `ONE_WORD` fits several styles, and an empty string is none that we know."""
    return next((style for style, pattern in _STYLES if pattern.match(name)), "")


def lower_words(name: str) -> tuple[str, ...]:
    """The words of a name, without their case."""
    return tuple(word.lower() for word in words(name))


def ends_in(name: str, endings: frozenset[str]) -> bool:
    """Whether the last word of a name is one of these."""
    return bool(found := lower_words(name)) and found[-1] in endings
