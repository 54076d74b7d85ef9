"""Calling generated converters on JSON texts, and keeping what goes wrong in them where it happens."""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Raw

from rtgen_runtime.errors import Issue
from rtgen_runtime.versions.declarations import Convert, Steps

_NAMING: Final = frozenset({"required", "additionalProperties"})
"""Rules whose words end with the name of a property."""

_properties: Final = msgspec.json.Decoder(dict[str, Raw])
_pairs: Final = msgspec.json.Decoder(list[tuple[str, Raw]])
Members = dict[str, Raw]
Pairs = list[tuple[str, Raw]]


class NotConverted(Exception):
    """A converter has failed: it was made for other values than this one."""


def converted(text: Raw | bytes, convert: Convert | None) -> Raw:
    """A JSON text in the other version; as it is without a converter.

    Raises:
        NotConverted: The converter can't do it. A text that is none is given back as it is, for others to judge.
    """
    if convert is None:
        return Raw(text)
    try:
        value: object = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return Raw(text)
    try:
        return Raw(msgspec.json.encode(convert(value)))
    except Exception as problem:
        raise NotConverted(f"{type(problem).__name__}: {problem}") from problem


def members_of(text: Raw | bytes) -> Members:
    """An object's members as texts; of the runtime's own frames."""
    return _properties.decode(text)


def pairs_of(text: Raw | bytes) -> Pairs:
    """Pairs of a name and a text; of the runtime's own frames."""
    return _pairs.decode(text)


def replaced(members: Members, name: str, change: Callable[[Pairs], Pairs]) -> None:
    """Change pairs that stand in an object, if they do."""
    found = members.get(name)
    if found is not None:
        members[name] = Raw(msgspec.json.encode(change(_pairs.decode(found))))


def renamed(issue: Issue, steps: Steps) -> Issue:
    """An issue as the old client knows the place; also where its words name a property that is there or not."""
    path = _steps(issue.pointer)
    pointer = _pointer(steps(path))
    if issue.code not in _NAMING:
        return Issue(pointer, issue.code, issue.message)
    words, quote, name = issue.message.partition('"')
    try:
        member = str(msgspec.json.decode(quote + name))
    except ValueError:
        return Issue(pointer, issue.code, issue.message)
    old = steps([*path, member])
    named = msgspec.json.encode(old[-1] if old else member).decode()
    return Issue(pointer, issue.code, words + named)


def _steps(pointer: str) -> list[str]:
    return [
        each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]
    ]


def _pointer(steps: list[str]) -> str:
    return "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in steps)
