"""What a YAML text says, every part with its place. JSON's shapes only: the language needs no others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rtgen.source.span import Span

ScalarValue = None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `text` is what was written, before `true` or `1` got a meaning."""

    value: ScalarValue
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value`. Keys are strings as written: `on`, `1` and `null` are names like any other."""

    key: str
    key_span: Span = field(compare=False)
    value: "Node"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """An object; `entries` keeps the order of the text."""

    entries: Mapping[str, Entry]
    span: Span = field(compare=False)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def get(self, key: str) -> "Node | None":
        """The value under a key, or `None` where there is no such key."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def key_span(self, key: str) -> Span:
        """Where a key stands; of a key that is not there, the whole object."""
        entry = self.entries.get(key)
        return self.span if entry is None else entry.key_span


Node = Scalar | Sequence | MappingNode

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def plain(node: Node) -> Plain:
    """The same as plain Python values, without places."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {entry.key: plain(entry.value) for entry in node}


def kind(node: Node) -> str:
    """What a node is, in the words of a message: `a string`, `an object` …"""
    match node:
        case MappingNode():
            return "an object"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing (null)"
        case Scalar(value=bool()):
            return "a boolean"
        case Scalar(value=int()):
            return "an integer"
        case Scalar(value=float()):
            return "a number"
        case Scalar():
            return "a string"
