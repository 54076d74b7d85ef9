"""Pieces → canonical text: two spaces a level, keys in the language's order, comments where they belong."""

from collections.abc import Iterable, Iterator

from rtgen.layout.order import Path, ordered
from rtgen.layout.pieces import Comment, Document, Group, Part, Piece, Word
from rtgen.layout.words import word

WIDTH = 120


def print_document(document: Document, *, sort: bool) -> str:
    """The text of a document. Without `sort` keys stay in their order: an anchor must come before its aliases."""
    lines = [*_alone(document.head, 0)]
    if document.head and document.head_apart:
        lines.append("")
    if isinstance(document.root, Group) and not _is_flow(document.root, 0):
        lines += _Printer(sort).group(document.root, 0, ())
    else:
        lines.append(_inline(document.root))
    lines += _alone(document.tail, 0, below=True)
    return "\n".join(lines).strip("\n") + "\n"


class _Printer:
    def __init__(self, sort: bool) -> None:
        self._sort = sort

    def group(self, group: Group, indent: int, path: Path) -> Iterator[str]:
        """The lines of an object or a list in block style."""
        after_block = False
        for place, part in enumerate(self._parts(group, path)):
            is_block = not path and indent == 0 and self._is_block(part)
            if place and (part.after_blank or is_block or after_block):
                yield ""
            after_block = is_block
            before, lines = self.part(part, indent, path)
            yield from _alone(before, indent)
            yield from lines
        yield from _alone(group.below, indent, below=bool(group.parts))

    def _parts(self, group: Group, path: Path) -> list[Part]:
        if not self._sort or not group.is_object:
            return group.parts
        by_key = {part.key.value: part for part in group.parts if part.key}
        return [by_key[key] for key in ordered(path, by_key)]

    @staticmethod
    def _is_block(part: Part) -> bool:
        return isinstance(part.value, Group) and not _is_flow(part.value, 0)

    def part(self, part: Part, indent: int, path: Path) -> tuple[list[Comment], list[str]]:
        """The comments above a part, and its lines."""
        pad = " " * indent
        value = part.value
        head = f"{pad}- " if part.key is None else f"{pad}{_word(part.key, flow=False)}:"
        below = path if part.key is None else (*path, part.key.value)
        if isinstance(value, Word) and value.block:
            sign, *body = value.block
            first = _joined(head, _anchored(value, sign))
            inner = " " * (indent + 2)
            return [*part.before, *part.behind], [
                first,
                *((inner + line).rstrip() if not line else inner + line for line in body),
            ]
        if isinstance(value, Word) or _is_flow(value, len(head)):
            extra = [*value.below] if isinstance(value, Group) else []
            return [*part.before, *extra], [_behind(_joined(head, _inline(value)), part.behind)]
        if part.key is None:
            return self._item(part, value, indent, below)
        return part.before, [
            _behind(_joined(head, f"&{value.anchor}" if value.anchor else ""), part.behind),
            *self.group(value, indent + 2, below),
        ]

    def _item(self, part: Part, value: Group, indent: int, path: Path) -> tuple[list[Comment], list[str]]:
        """An item that is an object or a list: its first line stands behind the dash, comments on it above."""
        if value.anchor:
            anchored = [_behind(f"{' ' * indent}- &{value.anchor}", part.behind)]
            return part.before, [*anchored, *self.group(value, indent + 2, path)]
        above = [*part.before, *part.behind]
        parts = self._parts(value, path)
        hoisted, lines = self.part(parts[0], indent + 2, path)
        above += hoisted
        rest = Group(0, 0, value.is_object, flow=False, one_line=False, parts=parts[1:], below=value.below)
        if rest.parts and rest.parts[0].after_blank:
            lines.append("")
        lines += _Printer(False).group(rest, indent + 2, path)
        return above, [f"{' ' * indent}- {lines[0].lstrip(' ')}", *lines[1:]]


def _is_flow(group: Group, before: int) -> bool:
    """Whether a group stays on one line: it was on one, or it fits on one and has no comments."""
    if not group.parts:
        return True
    if not group.flow or group.has_comments():
        return False
    return group.one_line or before + 1 + len(_inline(group)) <= WIDTH


def _inline(piece: Piece) -> str:
    if isinstance(piece, Word):
        return _anchored(piece, _word(piece, flow=False))
    return _flow(piece)


def _flow(piece: Piece) -> str:
    if isinstance(piece, Word):
        return _anchored(piece, _word(piece, flow=True))
    if piece.is_object:
        entries = [_joined(f"{_word(part.key, flow=True)}:", _flow(part.value)) for part in piece.parts if part.key]
        return _anchored(piece, f"{{ {', '.join(entries)} }}" if entries else "{}")
    return _anchored(piece, f"[{', '.join(_flow(part.value) for part in piece.parts)}]")


def _anchored(piece: Piece, text: str) -> str:
    return f"&{piece.anchor} {text}".rstrip() if piece.anchor else text


def _word(piece: Word, *, flow: bool) -> str:
    if piece.alias or (piece.plain and "\n" not in piece.value):
        return piece.value
    return word(piece.value, flow=flow)


def _joined(head: str, text: str) -> str:
    return f"{head} {text}".rstrip() if text and not head.endswith(" ") else (head + text).rstrip()


def _behind(line: str, comments: Iterable[Comment]) -> str:
    return line + "".join(f"  {each.text}" for each in comments)


def _alone(comments: Iterable[Comment], indent: int, *, below: bool = False) -> Iterator[str]:
    """Comments on lines of their own. What stands above a key has its empty line from the key."""
    for place, each in enumerate(comments):
        if (place or below) and each.after_blank:
            yield ""
        yield " " * indent + each.text
