"""A contract's text in its canonical form. What comes out means the same, and says so before anybody writes it."""

from rtgen.layout.printing import print_document
from rtgen.layout.reading import UnsettledError, read, read_comments
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence
from rtgen.source.text import Text
from rtgen.source.yaml_nodes import read_nodes

__all__ = ["UnsettledError", "format_text"]


def format_text(text: Text, root: Node) -> str:
    """The canonical form of a text that could be read without findings; `root` is what was read.

    Raises:
        UnsettledError: It holds something rare that is left as it is; the message says what.
    """
    document = read(text.characters)
    made = print_document(document, sort=not document.has_anchors)
    if made == text.characters:
        return made
    again, findings = read_nodes(Text(text.file, made))
    if findings or again is None or not _same(root, again):
        raise UnsettledError("it would not mean the same in its canonical form")
    if sorted(document.comments) != sorted(read_comments(made)):
        raise UnsettledError("one of its comments has no place in its canonical form")
    return made


def _same(before: Node, after: Node) -> bool:
    """Whether two trees say the same: keys in any order, lists in theirs; `1` is not `1.0`, nor `true`."""
    match before, after:
        case Scalar(value=one), Scalar(value=other):
            return type(one) is type(other) and repr(one) == repr(other)
        case Sequence(items=ones), Sequence(items=others):
            return len(ones) == len(others) and all(map(_same, ones, others))
        case MappingNode(entries=ones), MappingNode(entries=others):
            same_keys = ones.keys() == others.keys()
            return same_keys and all(_same(entry.value, others[key].value) for key, entry in ones.items())
    return False
