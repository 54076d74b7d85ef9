"""Comments of a YAML file that begin with a certain word. A `#` inside of a value is no comment."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence
from rtgen.source.span import Position, Span
from rtgen.source.text import Text


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment's words, without `#`. `line` is the one it speaks of: its own, or the next with content."""

    text: str
    line: int
    span: Span


def comments(text: Text, root: Node | None, word: str) -> Iterator[Comment]:
    """The comments that begin with `word`, in their order."""
    if word not in text.characters:
        return
    # No two values overlap, so only the last that begins before a comment can hold it.
    values = [] if root is None else sorted(_values(root), key=lambda value: value.span)
    starts = [value.span.start for value in values]
    for found in re.finditer(rf"(?:^|(?<=[ \t\n]))#[ \t]*({re.escape(word)}[^\n]*)", text.characters):
        place = text.position(found.start())
        before = bisect_right(starts, place)
        if not before or not _holds(values[before - 1], place, text):
            span = text.span(found.start(), found.end())
            yield Comment(found[1].rstrip(), _line_of(text, place), span)


def _values(root: Node) -> Iterator[Scalar]:
    rest = [root]
    while rest:
        here = rest.pop()
        match here:
            case Scalar():
                yield here
            case Sequence():
                rest.extend(here.items)
            case MappingNode():
                rest.extend(entry.value for entry in here)


def _holds(value: Scalar, place: Position, text: Text) -> bool:
    """Whether a place is inside of a value; the line that opens a block (`|`) may end in a comment."""
    start, end = value.span.start, value.span.end
    if not start <= place < end:
        return False
    opens_block = text.line(start.line)[start.column - 1 : start.column] in {"|", ">"}
    return not (opens_block and place.line == start.line)


def _line_of(text: Text, place: Position) -> int:
    if text.line(place.line)[: place.column - 1].strip():
        return place.line
    line, last = place.line + 1, text.position(len(text.characters)).line
    while line < last and (not text.line(line).strip() or text.line(line).lstrip().startswith("#")):
        line += 1
    return line
