"""Where a type holds what must not be shown: `sensitive: true` in the schemas, as patterns of JSON pointers.

A pattern is a JSON pointer (RFC 6901) in which a step `*` stands for any one step (an item, a name that the contract
doesn't know) and `**` for any number of steps, none too: where a type holds itself, its secrets come back further
down. A name of the contract that is itself `*` or `**` is taken for the wildcard, which hides more, never less.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rtgen.schema.types import Json

_ANY: Mapping[str, bool] = {"items": False, "additionalProperties": False, "contains": False, "patternProperties": True}
"""Words whose schemas judge members that have no name in the contract; and whether they hold a map of schemas."""

_SAME: Mapping[str, bool] = {
    "allOf": True,
    "anyOf": True,
    "oneOf": True,
    "dependentSchemas": True,
    "if": False,
    "then": False,
    "else": False,
    "not": False,
}
"""Words whose schemas judge the same value; and whether they hold several."""


_MOST: Final = 200
"""Patterns of one type: beyond that they are shortened to their last steps, which hides more, never less."""


_MOST_WAYS: Final = 10_000
"""Types entered from one, each time that it is entered."""


def sensitive_paths(name: str, documents: Mapping[str, Json]) -> tuple[str, ...]:
    """The patterns of one named type, sorted; `""` where all of it is sensitive. What lies below another is left out.

    Args:
        name: A key of `documents`.
        documents: Every named type's JSON Schema, references written `#/$defs/<name>`.
    """
    try:
        found = set(_Walk(documents).named(name))
    except _TooManyWays:
        found = set(_wherever(name, documents))
    return tuple(sorted(each for each in found if not any(_is_above(other, each) for other in found)))


def _is_above(other: str, path: str) -> bool:
    return other != path and path.startswith(f"{other}/")


def _shortened(found: Iterable[str]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(found))
    if len(unique) <= _MOST:
        return unique
    ends = tuple(dict.fromkeys(f"/**{each[each.rfind('/') :]}" if each else "" for each in unique))
    return ends if len(ends) <= _MOST else ("",)


def _wherever(name: str, documents: Mapping[str, Json]) -> tuple[str, ...]:
    """What each type that one leads to says by itself, as if it could stand anywhere: hides more, never less."""
    found: list[str] = []
    reached = [name]
    for each in reached:
        alone = _Alone(documents)
        found += alone.named(each)
        reached += [other for other in dict.fromkeys(alone.others) if other not in reached]
    return _shortened(f"/**{each}" for each in found)


class _TooManyWays(Exception):
    """Types lead to each other by so many ways that nobody could walk them all."""


class _Walk:
    """Walks schemas; remembers which types it is inside of, and what those came to that lead back to none of them."""

    def __init__(self, documents: Mapping[str, Json]) -> None:
        self._documents = documents
        self._inside: list[str] = []
        self._again: set[str] = set()
        self._known: dict[str, tuple[str, ...]] = {}
        self._left = _MOST_WAYS

    def named(self, name: str) -> tuple[str, ...]:
        """The patterns of a named type, from its own root on."""
        if name in self._inside:
            self._again.add(name)
            return ()
        if name in self._known:
            return self._known[name]
        self._left -= 1
        if not self._left:
            raise _TooManyWays
        self._inside.append(name)
        found = _shortened(self._below(self._documents[name]))
        self._inside.pop()
        if name in self._again:
            found = (*found, *(f"/**{each}" for each in found))
            self._again.discard(name)
        # Where it leads back to a type that it is inside of, another way to it may find more.
        if not self._again:
            self._known[name] = found
        return found

    def _below(self, schema: Json) -> Iterator[str]:
        if not isinstance(schema, dict):
            return
        if schema.get("sensitive") is True:
            yield ""
            return
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield from self.named(reference.removeprefix("#/$defs/"))
        for word, value in schema.items():
            yield from self._word(word, value)

    def _word(self, word: str, value: Json) -> Iterator[str]:
        if word == "properties" and isinstance(value, dict):
            for name, each in value.items():
                yield from self._at(_escaped(name), each)
        elif word == "prefixItems" and isinstance(value, list):
            for index, each in enumerate(value):
                yield from self._at(str(index), each)
        elif word in _ANY:
            for each in _members(value, several=_ANY[word]):
                yield from self._at("*", each)
        elif word in _SAME:
            for each in _members(value, several=_SAME[word]):
                yield from self._below(each)

    def _at(self, step: str, schema: Json) -> Iterator[str]:
        for path in self._below(schema):
            yield f"/{step}{path}"


class _Alone(_Walk):
    """Walks the schema of one type, and no further."""

    def __init__(self, documents: Mapping[str, Json]) -> None:
        super().__init__(documents)
        self.others: list[str] = []

    def named(self, name: str) -> tuple[str, ...]:
        """The patterns of the first type that is asked about; nothing of others, which are noted."""
        if not self._inside:
            return super().named(name)
        self.others.append(name)
        return ()


def _members(value: Json, *, several: bool) -> list[Json]:
    if not several:
        return [value]
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
