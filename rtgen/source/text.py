"""A file's text and where its lines begin. Columns count code points, and a line ends at a line feed only."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from rtgen.source.span import Position, Span

# YAML 1.2, 5.1: what may stand in a file unescaped. The rest could hide in an editor.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Text:
    """The characters of one file, without a byte-order mark and with `\\n` as the only line end."""

    file: str
    characters: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(index + 1 for index, char in enumerate(self.characters) if char == "\n")]

    def position(self, index: int) -> Position:
        """The place of the character with this index."""
        line = bisect_right(self._starts, index)
        return Position(line, index - self._starts[line - 1] + 1)

    def index(self, position: Position) -> int:
        """The index of the character at a place."""
        return self._starts[position.line - 1] + position.column - 1

    def span(self, start: int, end: int) -> Span:
        """The stretch between two indexes."""
        return Span(self.file, self.position(start), self.position(max(start, end)))

    def line(self, number: int) -> str:
        """A line by its number from 1, without its end; empty where there is none."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.characters)
        return self.characters[start:end]

    def unprintable(self) -> int | None:
        """The index of the first character that YAML does not allow in a file."""
        found = _UNPRINTABLE.search(self.characters)
        return None if found is None else found.start()


def decode(file: str, data: bytes) -> Text:
    """A file's bytes as text: UTF-8, with or without a byte-order mark, with any line ends.

    Raises:
        UnicodeDecodeError: The bytes are not UTF-8.
    """
    characters = data.decode("utf-8-sig")
    return Text(file, characters.replace("\r\n", "\n").replace("\r", "\n"))
