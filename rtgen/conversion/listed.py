"""Values of enums: which one of the other version each is."""

from dataclasses import dataclass

from rtgen.schema.types import Literal, LiteralType


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where values go that have another name, and those that the other version does not know."""

    pairs: tuple[tuple[str, str], ...]
    unknown: tuple[Literal, ...]


def mapped(sent: LiteralType, read: LiteralType, *, to_now: bool) -> Mapped:
    """The values of one list in another. What a contract says of earlier values, it says in the version of now."""
    pairs: list[tuple[str, str]] = []
    unknown: list[Literal] = []
    for value in sent.values:
        if _is_in(value, read):
            continue
        found = _counterpart(value, sent, read, to_now=to_now) if isinstance(value, str) else None
        if found is None:
            unknown.append(value)
        elif isinstance(value, str):
            pairs.append((value, found))
    return Mapped(tuple(pairs), tuple(unknown))


def _counterpart(value: str, sent: LiteralType, read: LiteralType, *, to_now: bool) -> str | None:
    if to_now:
        return dict(read.earlier).get(value)
    known = _before(value, sent, read)
    if known is not None:
        return known
    stand_in = dict(sent.instead).get(value)
    if stand_in is None or _is_in(stand_in, read):
        return stand_in
    return _before(stand_in, sent, read)


def _before(value: str, now: LiteralType, old: LiteralType) -> str | None:
    """What an old version called a value; of several that have become one, the first that is told."""
    return next((was for was, is_now in now.earlier if is_now == value and _is_in(was, old)), None)


def _is_in(value: Literal, node: LiteralType) -> bool:
    return any(type(each) is type(value) and each == value for each in node.values)
