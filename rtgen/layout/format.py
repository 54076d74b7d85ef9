"""A contract's text in its canonical form. What comes out means the same, and says so before anybody writes it."""

from rtgen.layout.printing import print_document
from rtgen.layout.reading import UnsettledError, read
from rtgen.source.nodes import Node, plain
from rtgen.source.text import Text
from rtgen.source.yaml_nodes import read_nodes

__all__ = ["UnsettledError", "format_text"]


def format_text(text: Text) -> str:
    """The canonical form of a text that could be read without findings.

    Raises:
        UnsettledError: It holds something rare that is left as it is; the message says what.
    """
    document = read(text.characters)
    made = print_document(document, sort=not document.has_anchors)
    again, findings = read_nodes(Text(text.file, made))
    before, _ = read_nodes(text)
    if findings or again is None or before is None or not _same(before, again):
        raise UnsettledError("it would not mean the same in its canonical form")
    if _comments(text.characters) != _comments(made):
        raise UnsettledError("one of its comments has no place in its canonical form")
    return made


def _same(before: Node, after: Node) -> bool:
    return repr(_sorted(plain(before))) == repr(_sorted(plain(after)))


def _sorted(value: object) -> object:
    """The same with keys in one order; types and list order stay."""
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            return [_sorted(each) for each in value]
    return value


def _comments(text: str) -> list[str]:
    document = read(text)
    return sorted(_all(document))


def _all(document: object) -> list[str]:
    found: list[str] = []
    rest = [document]
    while rest:
        here = rest.pop()
        if isinstance(here, list):
            rest.extend(here)
        elif hasattr(here, "text") and hasattr(here, "after_blank"):
            found.append(here.text)
        elif hasattr(here, "__slots__"):
            rest.extend(getattr(here, name) for name in here.__slots__)
    return found
