"""Edits of a text. Those that would meet are left for another run."""

from collections.abc import Iterable

from rtgen.source.finding import Edit
from rtgen.source.text import Text


def edited(text: Text, edits: Iterable[Edit]) -> tuple[str, int]:
    """The characters after the edits, and how many of them were made."""
    out: list[str] = []
    last, made = 0, 0
    for edit in sorted(set(edits), key=lambda each: each.span):
        start, end = text.index(edit.span.start), text.index(edit.span.end)
        if not edit.text:
            start, end = _with_blanks(text.characters, start, end)
        if start >= last:
            out += [text.characters[last:start], edit.text]
            last, made = end, made + 1
    return "".join([*out, text.characters[last:]]), made


def _with_blanks(characters: str, start: int, end: int) -> tuple[int, int]:
    """What goes together with what is removed: the blanks before it, and its line when nothing else stands there."""
    first = len(characters[:start].rstrip(" \t"))
    ends_line = end == len(characters) or characters[end] == "\n"
    if ends_line and (first == 0 or characters[first - 1] == "\n"):
        return first, min(end + 1, len(characters))
    return (first if ends_line else start), end
