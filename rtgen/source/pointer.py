"""JSON pointers (RFC 6901): from `$ref` fragments to nodes, and from paths to text."""

from collections.abc import Iterable
from urllib.parse import unquote

from rtgen.source.nodes import Entry, MappingNode, Node, Sequence
from rtgen.source.span import Span

Pointer = tuple[str, ...]


class PointerError(ValueError):
    """Not a JSON pointer."""


def parse_fragment(fragment: str) -> Pointer:
    """The steps of a URI fragment, without its `#`: percent-decoded first, `~1` and `~0` after.

    Raises:
        PointerError: It does not begin with `/`, or holds a `~` that escapes nothing.
    """
    try:
        text = unquote(fragment, errors="strict")
    except UnicodeDecodeError as problem:
        raise PointerError("its percent escapes are not UTF-8") from problem
    if not text:
        return ()
    if not text.startswith("/"):
        raise PointerError("it must begin with `#/`")
    return tuple(_unescape(step) for step in text[1:].split("/"))


def _unescape(step: str) -> str:
    if "~" in step.replace("~0", "").replace("~1", ""):
        raise PointerError("`~` must be written `~0`, and `/` inside a name `~1`")
    return step.replace("~1", "/").replace("~0", "~")


def format_pointer(steps: Iterable[str | int]) -> str:
    """The text of a pointer, such as `/schemas/Message`; empty for the root."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def step_into(node: Node, step: str) -> Node | None:
    """The child a step leads to, or `None`."""
    if isinstance(node, MappingNode):
        return node.get(step)
    if isinstance(node, Sequence) and step.isascii() and step.isdigit() and (step == "0" or step[0] != "0"):
        index = int(step[:9])
        return node.items[index] if index < len(node.items) else None
    return None


def find(root: Node, pointer: Iterable[str]) -> Node | None:
    """The node a pointer leads to, or `None`."""
    here: Node | None = root
    for step in pointer:
        if here is None:
            return None
        here = step_into(here, step)
    return here


def key_span(root: Node, pointer: Pointer) -> Span:
    """Where to point for the thing at a pointer as a whole: its key where it has one, else itself."""
    if not pointer:
        return root.span
    parent = find(root, pointer[:-1])
    if isinstance(parent, MappingNode):
        entry: Entry | None = parent.entries.get(pointer[-1])
        return parent.span if entry is None else entry.key_span
    node = find(root, pointer)
    return root.span if node is None else node.span
