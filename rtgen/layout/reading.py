"""Text → pieces. The text was read before and is without mistakes, so it nests only so deep, and recursion is safe."""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from rtgen.layout.pieces import Comment, Document, Group, Part, Piece, Word

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?<!\S)#[^\n]*")
_BLOCK_SIGN = re.compile(r"(?:[&!][^\s]*[ \t]+)*([|>])([-+]?)([ \t]+#[^\n]*|[ \t]*)\n")


class UnsettledError(Exception):
    """A text that is right but that this formatter leaves alone; the message says why."""


@dataclass(slots=True)
class _Reader:
    text: str
    events: Iterator[yaml.Event]
    starts: list[int]
    masked: list[tuple[int, int]] = field(default_factory=list)
    has_anchors: bool = False

    def piece(self, event: yaml.Event) -> Piece:
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self.has_anchors = True
        if isinstance(event, yaml.ScalarEvent):
            return self._masked(self._word(event))
        if isinstance(event, yaml.CollectionStartEvent):
            return self._group(event)
        if isinstance(event, yaml.AliasEvent):
            return self._masked(Word(_start(event), _end(event), f"*{event.anchor}", plain=True, alias=True))
        raise UnsettledError("something stands here that is neither a value nor an object nor a list")

    def _masked(self, word: Word) -> Word:
        self.masked.append((word.start, word.end))
        return word

    def _word(self, event: yaml.ScalarEvent) -> Word:
        start, end = _start(event), _end(event)
        word = Word(start, end, str(event.value), plain=not event.style, anchor=event.anchor or "")
        if event.style in {"|", ">"}:
            word.end, word.block = self._block(start)
        return word

    def _block(self, start: int) -> tuple[int, tuple[str, ...]]:
        """Where a block scalar ends, and its lines: of its body without the indentation."""
        found = _BLOCK_SIGN.match(self.text, start)
        if found is None:
            raise UnsettledError("a block of text says how far it is indented, or has nothing in it")
        lines = self.text[found.end() :].split("\n")
        indent = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
        if indent == 0:
            raise UnsettledError("a block of text has nothing in it")
        body: list[str] = []
        for line in lines:
            if line.strip(" ") and len(line) - len(line.lstrip(" ")) < indent:
                break
            body.append(line)
        keep = found[2] == "+"
        while body and not keep and not body[-1].strip(" "):
            body.pop()
        if keep:
            raise UnsettledError("a block of text keeps its last empty lines")
        end = found.end() + sum(len(line) + 1 for line in body) - 1
        sign = (found[1] + found[2] + (" " + found[3].strip() if found[3].strip() else "")).strip()
        return end, (sign, *(line[indent:].rstrip(" ") if not line.strip(" ") else line[indent:] for line in body))

    def _group(self, event: yaml.CollectionStartEvent) -> Group:
        is_object = isinstance(event, yaml.MappingStartEvent)
        group = Group(_start(event), 0, is_object, bool(event.flow_style), one_line=False, anchor=event.anchor or "")
        last = _end(event)
        while True:
            below = next(self.events)
            if isinstance(below, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                group.end = _end(below) if group.flow else last
                group.one_line = self.line(group.start) == self.line(group.end)
                return group
            key = self.piece(below) if is_object else None
            if isinstance(key, Group):
                raise UnsettledError("a key is not a word")
            value = self.piece(next(self.events) if is_object else below)
            last = max(last, value.end, key.end if key else 0)
            group.parts.append(Part(value, key))

    def line(self, index: int) -> int:
        return bisect_right(self.starts, index)

    def comments(self) -> list[Comment]:
        found = []
        covered = sorted(self.masked)
        begins = [start for start, _ in covered]
        for match in _COMMENT.finditer(self.text):
            place = bisect_right(begins, match.start()) - 1
            if place >= 0 and match.start() < covered[place][1]:
                continue
            line = self.line(match.start())
            before = self.text[self.starts[line - 1] : match.start()]
            column = match.start() - self.starts[line - 1]
            comment = Comment(match.start(), match[0].rstrip(), line, column, alone=not before.strip())
            comment.after_blank = comment.alone and self.is_blank(line - 1)
            found.append(comment)
        return found

    def is_blank(self, line: int) -> bool:
        """Whether a line is empty."""
        return 1 <= line < len(self.starts) and not self.text[self.starts[line - 1] : self.starts[line]].strip()


@dataclass(slots=True)
class _Attaching:
    """Gives each comment its owner, walking through the text from its top."""

    reader: _Reader
    waiting: deque[Comment]

    def before(self, index: int) -> list[Comment]:
        """The comments that stand before an index and have no owner yet."""
        taken = []
        while self.waiting and self.waiting[0].at < index:
            taken.append(self.waiting.popleft())
        return taken

    def behind(self, index: int) -> list[Comment]:
        """The comment at the end of the line that an index is on."""
        if self.waiting and not self.waiting[0].alone and self.waiting[0].line == self.reader.line(index):
            return [self.waiting.popleft()]
        return []

    def group(self, group: Group, parent_column: int, limit: int) -> None:
        """Give a group's comments to its parts. Below its last part it takes those before `limit` that are indented."""
        column = self._column(group)
        starts = [part.key.start if part.key else part.value.start for part in group.parts]
        for part, start, following in zip(group.parts, starts, [*starts, limit][1:], strict=True):
            part.before = self.before(start)
            first_line = part.before[0].line if part.before else self.reader.line(start)
            part.after_blank = self.reader.is_blank(first_line - 1)
            self._value(part, column, following)
        if group.flow:
            group.below = self.before(group.end)
            return
        least = max(column, parent_column + 1)
        while self.waiting and self.waiting[0].alone and self.waiting[0].at < limit and self.waiting[0].column >= least:
            group.below.append(self.waiting.popleft())

    def _column(self, group: Group) -> int:
        return group.start - self.reader.starts[self.reader.line(group.start) - 1]

    def _value(self, part: Part, column: int, limit: int) -> None:
        value = part.value
        if isinstance(value, Word):
            part.before += self.before(value.start)
        elif value.flow:
            part.behind += self.behind(value.start)
            self.group(value, column, limit)
        else:
            if part.key:
                part.behind += self.behind(part.key.end)
            self.group(value, column, limit)
        if isinstance(value, Word) or value.flow:
            part.behind += self.behind(value.end)
        while len(part.behind) > 1:  # one line has room for one
            part.before.append(part.behind.pop(0))


def read(text: str) -> Document:
    """The pieces of a text that has no mistakes.

    Raises:
        UnsettledError: It holds something rare that is left as it is.
    """
    reader, root = _pieces(text)
    comments = reader.comments()
    attaching = _Attaching(reader, deque(comments))
    document = Document(root, has_anchors=reader.has_anchors, comments=tuple(each.text for each in comments))
    if isinstance(root, Group):
        document.head = attaching.before(root.start)
        attaching.group(root, -1, len(text))
        if root.parts:
            document.head_apart, root.parts[0].after_blank = root.parts[0].after_blank, False
    document.tail = list(attaching.waiting)
    return document


def read_comments(text: str) -> tuple[str, ...]:
    """Every comment's text, in their order.

    Raises:
        UnsettledError: As `read` does.
    """
    reader, _ = _pieces(text)
    return tuple(each.text for each in reader.comments())


def _pieces(text: str) -> tuple[_Reader, Piece]:
    """The reader, with all pieces read but no comment in its place, and the outermost piece."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    events = iter(yaml.parse(text, Loader=_LOADER))
    reader = _Reader(text, events, starts)
    root: Piece | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent) and event.explicit:
            raise UnsettledError("it begins with `---` or a directive")
        if isinstance(event, yaml.NodeEvent):
            root = reader.piece(event)
    if root is None:
        raise UnsettledError("there is nothing in it")
    return reader, root


def _start(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.index


def _end(event: yaml.Event) -> int:
    return 0 if event.end_mark is None else event.end_mark.index
