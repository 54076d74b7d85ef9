"""Conditions of generated checks as a formatter would leave them: on one line, or broken at what joins them."""

import ast
from collections.abc import Sequence

from rtgen.targets.python.layout import WIDTH

_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "\"'"


def laid_out(condition: str, indent: int, taken: int = 0) -> str:
    """A condition that stands at a column `indent`, with `taken` columns of its line before it.

    Knows what the generated checks are made of: brackets around what is joined by one word, and calls.
    """
    if indent + taken + len(condition) <= WIDTH:
        return condition
    pad, inner = " " * indent, indent + 4
    if condition.startswith("(") and condition.endswith(")"):
        for word in ("or", "and"):
            parts = _split(condition[1:-1], f" {word} ")
            if len(parts) > 1:
                first, *others = parts
                lines = [laid_out(first, inner), *(f"{word} {laid_out(each, inner, len(word) + 1)}" for each in others)]
                return "(\n" + "".join(f"{pad}    {each}\n" for each in lines) + f"{pad})"
    head, bracket, rest = condition.partition("(")
    if bracket and rest.endswith(")") and head.replace(".", "").replace("_", "").isalnum():
        parts = _split(rest[:-1], " for ")
        lines = [rest[:-1]] if inner + len(rest) - 1 <= WIDTH else [parts[0], *(f"for {each}" for each in parts[1:])]
        broken = [laid_out(each, inner) for each in lines]
        return f"{head}(\n" + "".join(f"{pad}    {each}\n" for each in broken) + f"{pad})"
    return condition


def joined(conditions: Sequence[str], before: str) -> str:
    """Several conditions that must all hold and don't fit on the line that begins with `before`.

    Two in brackets of their own need no others around them; formatters break those then, the first only if it must be.
    """
    pad = " " * (len(before) - len(before.lstrip()))
    if len(conditions) == 2 and all(_is_bracketed(each) for each in conditions):
        first, second = (each[1:-1] for each in conditions)
        opened = f"({first})"
        if len(f"{before}{opened} and (") > WIDTH:
            opened = _opened(first, pad)
        return f"{opened} and {_opened(second, pad)}"
    inner = len(pad) + 4
    lines = [laid_out(each, inner, 4 if index else 0) for index, each in enumerate(conditions)]
    return f"(\n{pad}    " + f"\n{pad}    and ".join(lines) + f"\n{pad})"


def _opened(condition: str, pad: str) -> str:
    """A condition in brackets, which stand on lines of their own."""
    inner = len(pad) + 4
    if inner + len(condition) <= WIDTH:
        return f"(\n{pad}    {condition}\n{pad})"
    return laid_out(f"({condition})", len(pad), WIDTH)


def _is_bracketed(condition: str) -> bool:
    """Whether one pair of brackets stands around the whole of it."""
    return condition.startswith("(") and ast.parse(condition, mode="eval").body.end_col_offset == len(condition) - 1


def _split(text: str, joint: str) -> list[str]:
    """The parts of a text between joints that stand in no bracket and no string literal."""
    parts, start, depth, quote = [], 0, 0, ""
    at = 0
    while at < len(text):
        char = text[at]
        if quote:
            at += 1 if char == "\\" else 0
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in _OPENING or char in _CLOSING:
            depth += 1 if char in _OPENING else -1
        elif depth == 0 and text.startswith(joint, at):
            parts.append(text[start:at])
            at += len(joint)
            start = at
            continue
        at += 1
    return [*parts, text[start:]]
