"""Text → nodes with a span each, from PyYAML's parser events.

The events are folded here, without recursion, and not by PyYAML's own composer: that one recurses as deep as the text
nests, resolves YAML 1.1's words, and keeps the last of two equal keys. What a contract has no use for and what could
hurt (tags, merge keys, anchors that multiply) is refused with its place.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from rtgen.source.finding import Finding, Related, error
from rtgen.source.nodes import Entry, MappingNode, Node, Scalar, ScalarValue, Sequence
from rtgen.source.scalars import NumberError, plain_value
from rtgen.source.span import Position, Span
from rtgen.source.text import Text

MAX_DEPTH = 64
MAX_ALIASED = 20_000
"""Nodes that aliases may add to a file. An anchor bomb of some hundred bytes would add billions."""

_ODD_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Mark(Protocol):
    """A place, as both of PyYAML's parsers tell it."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _RefusedError(Exception):
    """Reading can't go on; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(slots=True)
class _Open:
    """A list or object whose end was not seen yet."""

    start: Position
    anchor: str | None
    flow: bool
    is_mapping: bool
    last_end: Position
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, Span] | None = None
    made_before: int = 0
    height: int = 0


@dataclass(slots=True)
class _Reader:
    text: Text
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int, int]] = field(default_factory=dict)
    """By name: the node, how many nodes it holds, how deep they nest."""
    open_anchors: set[str] = field(default_factory=set)
    stack: list[_Open] = field(default_factory=list)
    root: Node | None = None
    documents: int = 0
    made: int = 0
    aliased: int = 0
    odd_lines: bool = field(init=False)

    def __post_init__(self) -> None:
        self.odd_lines = bool(_ODD_LINE_ENDS.search(self.text.characters))

    def read(self) -> None:
        for event in yaml.parse(self.text.characters, Loader=_LOADER):
            self._take(event)

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _RefusedError(
                        error("yaml-documents", "a second document begins here", self._span(event), "Keep one a file.")
                    )
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._refuse_tag(event)
                self._scalar(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_tag(event)
                self._open(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._close(event)

    def _span(self, event: yaml.Event) -> Span:
        return self._between(self._place(event.start_mark), self._place(event.end_mark))

    def _between(self, start: Position, end: Position) -> Span:
        return Span(self.text.file, start, max(start, end))

    def _place(self, mark: _Mark | None) -> Position:
        """Where a mark is. YAML counts more characters as line ends than we do; without them its count is ours."""
        if mark is None:
            return Position(1, 1)
        return self.text.position(mark.index) if self.odd_lines else Position(mark.line + 1, mark.column + 1)

    def _refuse_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            message = f"the tag `{shown}` is not part of the language"
            raise _RefusedError(
                error("yaml-tag", message, self._span(event), "Remove it; quote the value for a string.")
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = self._span(event)
        written = str(event.value)
        if self._expects_key():
            self._key(written, span, plain=not event.style)
            return
        value: ScalarValue = written
        if not event.style:
            try:
                value = plain_value(written)
            except NumberError as problem:
                self.findings.append(error("yaml-number", str(problem), span, "Quote it if it is meant as text."))
        self._add(Scalar(value, written, span), span.end, event.anchor)

    def _expects_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].is_mapping and self.stack[-1].key is None

    def _key(self, name: str, span: Span, *, plain: bool) -> None:
        top = self.stack[-1]
        if plain and name == "<<":
            hint = "Write the keys out, or use `$ref`."
            raise _RefusedError(error("yaml-merge", "merge keys (`<<`) are not part of the language", span, hint))
        first = top.entries.get(name)
        if first is not None:
            related = (Related("first here", first.key_span),)
            self.findings.append(
                error("duplicate-key", f"the key `{name}` stands here twice", span, "Keep one of the two.", related)
            )
        top.key = (name, span)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span = self._span(event)
        name = str(event.anchor)
        if name in self.open_anchors:
            raise _RefusedError(
                error("yaml-alias", f"the alias `*{name}` stands inside what it names", span, "Use `$ref` to recurse.")
            )
        if name not in self.anchors:
            raise _RefusedError(error("yaml-alias", f"no anchor `&{name}` comes before this alias", span))
        node, size, height = self.anchors[name]
        if len(self.stack) + height > MAX_DEPTH:
            raise self._too_deep(span)
        self.aliased += size
        self.made += size
        if self.aliased > MAX_ALIASED:
            message = f"aliases add more than {MAX_ALIASED} nodes to this file"
            raise _RefusedError(error("yaml-too-large", message, span, "Use `$ref`, which shares instead of copying."))
        if self._expects_key():
            raise _RefusedError(error("yaml-key", "a key must be written out, not an alias", span))
        self._add(node, span.end, None, height=height)

    def _too_deep(self, span: Span) -> _RefusedError:
        message = f"this nests deeper than {MAX_DEPTH} levels"
        return _RefusedError(error("yaml-too-deep", message, span, "Name inner parts in `schemas:`."))

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if self._expects_key():
            raise _RefusedError(error("yaml-key", "a key must be a word, not a list or an object", self._span(event)))
        if len(self.stack) >= MAX_DEPTH:
            raise self._too_deep(self._span(event))
        if event.anchor:
            self.open_anchors.add(event.anchor)
        self.stack.append(
            _Open(
                start=self._place(event.start_mark),
                anchor=event.anchor,
                flow=bool(event.flow_style),
                is_mapping=isinstance(event, yaml.MappingStartEvent),
                last_end=self._place(event.end_mark),
                made_before=self.made,
            )
        )

    def _close(self, event: yaml.Event) -> None:
        done = self.stack.pop()
        end = self._place(event.end_mark) if done.flow else done.last_end
        span = self._between(done.start, end)
        node: Node = MappingNode(done.entries, span) if done.is_mapping else Sequence(tuple(done.items), span)
        if done.anchor:
            self.open_anchors.discard(done.anchor)
        self._add(node, end, done.anchor, self.made - done.made_before, done.height + 1)

    def _add(self, node: Node, end: Position, anchor: str | None, inside: int = 0, height: int = 0) -> None:
        self.made += 1
        if anchor:
            self.anchors[anchor] = (node, inside + 1, height)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.last_end = max(top.last_end, end)
        top.height = max(top.height, height)
        if not top.is_mapping:
            top.items.append(node)
        elif top.key is not None:
            name, span = top.key
            top.entries.setdefault(name, Entry(name, span, node))
            top.key = None


def read_nodes(text: Text) -> tuple[Node | None, tuple[Finding, ...]]:
    """The root node of a text and what is wrong with it; no root where reading had to stop."""
    index = text.unprintable()
    if index is not None:
        message = f"the character U+{ord(text.characters[index]):04X} may not stand in a file"
        hint = "Remove it, or write it as an escape in double quotes."
        return None, (error("yaml-character", message, text.span(index, index + 1), hint),)
    reader = _Reader(text)
    try:
        reader.read()
    except _RefusedError as refused:
        return None, (*reader.findings, refused.finding)
    except yaml.MarkedYAMLError as problem:
        return None, (*reader.findings, _syntax_finding(text, problem))
    except yaml.YAMLError as problem:
        return None, (*reader.findings, error("yaml-syntax", str(problem).splitlines()[0], text.span(0, 0)))
    if reader.root is None:
        return None, (error("yaml-empty", "this file is empty", text.span(0, 0), "Run `rtgen init` for an example."),)
    return reader.root, tuple(reader.findings)


def _syntax_finding(text: Text, problem: yaml.MarkedYAMLError) -> Finding:
    mark = problem.problem_mark or problem.context_mark
    index = min(mark.index, len(text.characters)) if mark is not None else 0
    message = "this is not YAML: " + ", ".join(part for part in (problem.context, problem.problem) if part)
    return error("yaml-syntax", message, text.span(index, index + 1), _syntax_hint(text, index))


def _syntax_hint(text: Text, index: int) -> str:
    line = text.line(text.position(index).line)
    start = text.characters.rfind("$ref: #", max(0, index - 300), index)
    if start >= 0:
        return "Quote what follows `$ref:`; after a blank, `#` begins a comment."
    if line[: len(line) - len(line.lstrip())].count("\t"):
        return "Indent with spaces; YAML allows no tabs there."
    return "Look at the indentation, at quotes, and for a `:` or `{` inside unquoted text."
