"""Where errors are, step by step, also through properties whose name is empty.

The full validator leaves the name `""` out of the paths that it tells, and takes names such as `0` for places. What it
leaves out is found again by going through schema and value together. Where several places fit, they hold equal values
that are asked the same, so each of them is wrong.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import jsonschema_rs

Path = list[str | int]

_ONE: Final = frozenset({"not", "if", "then", "else", "contains", "propertyNames"})
_SEVERAL: Final = frozenset({"allOf", "anyOf", "oneOf"})


def holds_nameless(value: object) -> bool:
    """Whether some object in a value has a property whose name is empty."""
    if isinstance(value, dict):
        return "" in value or any(map(holds_nameless, value.values()))
    return isinstance(value, list) and any(map(holds_nameless, value))


def child(node: object, step: str | int) -> object:
    """What a step leads to; `None` where there is nothing."""
    if isinstance(node, dict):
        return node.get(str(step))  # the validator takes names such as `0` for places
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def referred(root: object, reference: object) -> object:
    """The schema that a `$ref` names."""
    for step in str(reference).removeprefix("#/").split("/"):
        root = child(root, step)
    return root


def followed(root: object, path: Iterable[str | int]) -> object:
    """The schema that an evaluation path leads to, through references."""
    schema = root
    named = False
    for step in path:
        schema = child(schema, step)
        if step == "$ref" and not named:
            schema = referred(root, schema)
        named = not named and step in _NAMED
    return schema


_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})


def full_paths(
    root: object, value: object, error: jsonschema_rs.ValidationError
) -> list[tuple[Path, Path]]:
    """Evaluation and instance paths of an error, with all steps; none where they can't be found."""
    names = isinstance(error.kind, jsonschema_rs.ValidationErrorKind.PropertyNames)
    wanted = None if names else _text(error.instance)
    search = _Search(root, error.evaluation_path, error.instance_path)
    return [
        (path, instance)
        for path, instance, found in search.ways(root, value, 0, 0)
        if wanted is None or _text(found) == wanted
    ]


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


Way = tuple[Path, Path, object]
"""The rest of both paths from some place on, and the value that they lead to."""


@dataclass(frozen=True, slots=True)
class _Search:
    root: object
    steps: Path
    positions: Path

    def ways(
        self, schema: object, value: object, at: int, position: int
    ) -> Iterator[Way]:
        """All full paths from here on, with `at` steps and so many positions behind."""
        if at == len(self.steps):
            if position == len(self.positions):
                yield [], [], value
            return
        word = str(self.steps[at])
        inner = child(schema, word)
        own: Path = [word]
        if word == "$ref":
            target = referred(self.root, inner)
            yield from _after(own, [], self.ways(target, value, at + 1, position))
        elif word in _ONE:
            yield from _after(own, [], self.ways(inner, value, at + 1, position))
        elif word in _SEVERAL and at + 1 < len(self.steps):
            step = self.steps[at + 1]
            rest = self.ways(child(inner, step), value, at + 2, position)
            yield from _after([word, step], [], rest)
        elif word in _NAMED and isinstance(inner, Mapping):
            yield from self._named(word, inner, value, at, position)
        else:
            yield from self._others(word, inner, value, at, position)

    def _named(
        self,
        word: str,
        schemas: Mapping[str, object],
        value: object,
        at: int,
        position: int,
    ) -> Iterator[Way]:
        """Into one schema of several with names; the name may have been left out of either path."""
        told = str(self.steps[at + 1]) if at + 1 < len(self.steps) else ""
        for name in dict.fromkeys((told, "")):
            if name not in schemas:
                continue
            following = at + 2 if name else at + 1
            if word == "dependentSchemas":
                rest = self.ways(schemas[name], value, following, position)
                yield from _after([word, name], [], rest)
                continue
            for member, after in self._members(value, position):
                if word == "patternProperties" or member == name:
                    rest = self.ways(
                        schemas[name], child(value, member), following, after
                    )
                    yield from _after([word, name], [member], rest)

    def _others(
        self, word: str, inner: object, value: object, at: int, position: int
    ) -> Iterator[Way]:
        """Into members without a schema of their own, or into items; or the word itself is what is broken."""
        index = self.positions[position] if position < len(self.positions) else None
        if word == "additionalProperties":
            for member, after in self._members(value, position):
                rest = self.ways(inner, child(value, member), at + 1, after)
                yield from _after([word], [member], rest)
        elif word == "items" and isinstance(value, list) and isinstance(index, int):
            rest = self.ways(inner, child(value, index), at + 1, position + 1)
            yield from _after([word], [index], rest)
        elif (
            word == "prefixItems" and isinstance(value, list) and isinstance(index, int)
        ):
            rest = self.ways(
                child(inner, index), child(value, index), at + 2, position + 1
            )
            yield from _after([word, index], [index], rest)
        if at + 1 == len(self.steps):
            yield from _after([word], [], self.ways(inner, value, at + 1, position))

    def _members(self, value: object, position: int) -> Iterator[tuple[str, int]]:
        """The properties of a value that may come next, each with how many positions are behind then."""
        if not isinstance(value, dict):
            return
        if position < len(self.positions) and str(self.positions[position]) in value:
            yield str(self.positions[position]), position + 1
        if "" in value:
            yield "", position


def _after(steps: Path, positions: Path, rest: Iterator[Way]) -> Iterator[Way]:
    for path, instance, value in rest:
        yield [*steps, *path], [*positions, *instance], value
