"""Where a type holds what must not be shown: `sensitive: true` in the schemas, as patterns of JSON pointers.

A pattern is a JSON pointer (RFC 6901) in which a step `*` stands for any one step (an item, a name that the contract
doesn't know) and `**` for any number of steps, none too: where a type holds itself, its secrets come back further
down. A name of the contract that is itself `*` or `**` is taken for the wildcard, which hides more, never less.
"""

from collections.abc import Iterator, Mapping

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


def sensitive_paths(name: str, documents: Mapping[str, Json]) -> tuple[str, ...]:
    """The patterns of one named type, sorted; `""` where all of it is sensitive. What lies below another is left out.

    Args:
        name: A key of `documents`.
        documents: Every named type's JSON Schema, references written `#/$defs/<name>`.
    """
    found = set(_Walk(documents).named(name))
    return tuple(sorted(each for each in found if not any(_is_above(other, each) for other in found)))


def _is_above(other: str, path: str) -> bool:
    return other != path and path.startswith(f"{other}/")


class _Walk:
    """Walks schemas; remembers which types it is inside of."""

    def __init__(self, documents: Mapping[str, Json]) -> None:
        self._documents = documents
        self._inside: list[str] = []
        self._again: set[str] = set()

    def named(self, name: str) -> Iterator[str]:
        """The patterns of a named type, from its own root on."""
        if name in self._inside:
            self._again.add(name)
            return
        self._inside.append(name)
        found = list(self._below(self._documents[name]))
        self._inside.pop()
        if name in self._again:
            found = [*found, *(f"/**{each}" for each in found)]
            self._again.discard(name)
        yield from found

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


def _members(value: Json, *, several: bool) -> list[Json]:
    if not several:
        return [value]
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
