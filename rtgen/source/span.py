"""Where something stands in a file. Named tuples: a large contract has millions, and these are made quickest."""

from typing import NamedTuple


class Position(NamedTuple):
    """A place in a text: line and column, both counted from 1; a column is a code point, not a byte."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of one file, from `start` up to, not including, `end`.

    `file` is the path as the user gave it (relative where they wrote it so), with forward slashes.
    """

    file: str
    start: Position
    end: Position

    def __str__(self) -> str:
        return f"{self.file}:{self.start.line}:{self.start.column}"


def file_start(file: str) -> Span:
    """The span for a finding about a file as a whole: its first column."""
    return Span(file, Position(1, 1), Position(1, 1))
