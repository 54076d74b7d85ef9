"""Texts that a portable pattern finds, few and different from each other."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from rtgen.schema.pattern_syntax import Anchor, Chain, Chars, Choice, Pattern, Repeat, parse_pattern

_MOST = 12
_LIKED = tuple(map(ord, "a0AzZ9-_ ."))


@cache
def texts_of(pattern: str) -> tuple[str, ...]:
    """Texts that a pattern should find. It is only nearly sure: anchors in the midst of a pattern are not obeyed."""
    return tuple(dict.fromkeys(islice(_texts(parse_pattern(pattern)), _MOST)))


def _texts(node: Pattern) -> Iterator[str]:
    match node:
        case Chars():
            yield from dict.fromkeys(_characters(node))
        case Anchor():
            yield ""
        case Choice():
            for option in node.options:
                yield from islice(_texts(option), 4)
        case Repeat():
            yield from _repeated(node)
        case Chain():
            yield from _chained(node)


def _characters(node: Chars) -> Iterator[str]:
    """Readable ones first, then the ends of each stretch."""
    for code in _LIKED:
        if any(low <= code <= high for low, high in node.ranges):
            yield chr(code)
    for low, high in node.ranges[:3]:
        yield from (chr(code) for code in (low, high) if not 0xD800 <= code <= 0xDFFF)


def _repeated(node: Repeat) -> Iterator[str]:
    most = node.least + 1 if node.most is None else node.most
    counts = dict.fromkeys((max(node.least, min(1, most)), node.least, min(most, node.least + 1), min(most, 300)))
    for count in counts:
        for text in islice(_texts(node.body), 2):
            yield text * count


def _chained(node: Chain) -> Iterator[str]:
    """The first of every part together; then each part's others beside the first of the rest."""
    options = [list(islice(_texts(part), 6)) or [""] for part in node.items]
    first = [each[0] for each in options]
    yield "".join(first)
    for index, others in enumerate(options):
        for other in others[1:]:
            yield "".join([*first[:index], other, *first[index + 1 :]])
