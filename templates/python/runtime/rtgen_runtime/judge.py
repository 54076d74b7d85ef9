"""The second judge: a full JSON Schema validator for what the typed decoder refused.

The decoder is fast and may only accept what the schema accepts; this one is exact, and its words are what a sender
gets to read. What comes before it, such as text that is no JSON, is the business of `reading`.
Issues are ordered as a reader goes through the contract: type, the value's own keywords, required, properties in
declared order, additional ones; both ends report the same one first.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import jsonschema_rs

from rtgen_runtime.choices import with_quick_choices
from rtgen_runtime.errors import Issue
from rtgen_runtime.formats import FORMATS, is_date_time
from rtgen_runtime.frames import MAX_INTEGER
from rtgen_runtime.paths import (
    child,
    followed,
    full_paths,
    holds_nameless,
    referred,
)
from rtgen_runtime.reading import MAX_DEPTH, is_deeper

MAX_ISSUES: Final = 32
"""More is no help to a reader, and a hostile payload could make millions."""

_MOST_ERRORS: Final = 1024
"""Where sorting stops being worth it: a payload with more is no honest mistake."""

_ORDER: Final = (
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
    "prefixItems",
    "items",
    "properties",
    "patternProperties",
    "additionalProperties",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "then",
    "else",
)
_RANK: Final = {keyword: index for index, keyword in enumerate(_ORDER)}

_WORDS: Final[Mapping[str, str]] = {
    "enum": "must be one of the listed values",
    "const": "must be the one value that the contract names",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "pattern": "must match {}",
    "format": "must be a valid {}",
    "minimum": "must be at least {}",
    "exclusiveMinimum": "must be more than {}",
    "maximum": "must be at most {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "uniqueItems": "must not hold the same item twice",
    "minProperties": "must have at least {} properties",
    "maxProperties": "must have at most {} properties",
    "items": "must not be there: the contract names all items",
    "contains": "must hold an item of the kind that the contract names",
    "minContains": "must hold at least {} items of the kind that the contract names",
    "maxContains": "must hold at most {} items of the kind that the contract names",
    "propertyNames": "must have no property of a name that the contract forbids",
    "anyOf": "must be one of the kinds that the contract names",
    "oneOf": "must be one of the kinds that the contract names",
    "not": "must not be of the kind that the contract rules out",
}


_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
MAX_INDEX: Final = 2**32 - 1
"""Property names below it that are written like integers are array indices to JavaScript (ECMA-262, 6.1.7)."""


class _Turns:
    """When each property of an object comes up: integers first and by size, then as written, as JavaScript keeps them.

    Remembered for one judgement, so that a large object with many errors is ordered once.
    """

    def __init__(self) -> None:
        self._orders: dict[int, dict[str, int]] = {}

    def of(self, value: object, name: str) -> int:
        """The turn of a property; 0 for one that is not there."""
        if not isinstance(value, dict):
            return 0
        order = self._orders.get(id(value))
        if order is None:
            indices = {
                each
                for each in value
                if _INDEX.fullmatch(each) and int(each) < MAX_INDEX
            }
            names = [
                *sorted(indices, key=int),
                *(each for each in value if each not in indices),
            ]
            order = self._orders[id(value)] = {
                each: turn for turn, each in enumerate(names)
            }
        return order.get(name, 0)


class Judge:
    """Judges values by one named schema of a contract's documents. Compiled at the first use."""

    def __init__(self, documents: Mapping[str, object], name: str) -> None:
        self._name = name
        self._documents = documents

    @cached_property
    def _root(self) -> dict[str, object]:
        return {
            "$ref": f"#/$defs/{self._name}",
            "$defs": with_quick_choices(_reachable(self._documents, self._name)),
        }

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        used = _formats_in(self._root)
        return jsonschema_rs.Draft202012Validator(
            self._root,
            validate_formats=True,
            # A validator with formats of our own is slower, even where it has nothing to ask them.
            formats={name: FORMATS[name] for name in used & FORMATS.keys()} or None,
            ignore_unknown_formats=False,
        )

    def accepts(self, plain: object) -> bool:
        """Whether the schema accepts a value of `plain_values`; no reasons are given."""
        return self._validator.is_valid(plain)

    def issues(self, value: object) -> list[Issue]:
        """What is wrong with a value, in the contract's order; empty when the schema accepts it."""
        if is_deeper(value, MAX_DEPTH):
            return [Issue("", "depth", f"must not nest deeper than {MAX_DEPTH} levels")]
        turns = _Turns()
        found: list[tuple[list[tuple[int, int]], Issue]] = []
        nameless = holds_nameless(value)
        for error in self._validator.iter_errors(value):
            paths = [(error.evaluation_path, error.instance_path)]
            if nameless:
                paths = full_paths(self._root, value, error) or paths
            for path, instance in paths:
                key = self._key(path, instance, value, turns)
                found.append((key, self._written(error, path, instance)))
            if len(found) >= _MOST_ERRORS:
                break
        found.sort(key=lambda each: each[0])
        return list(dict.fromkeys(issue for _, issue in found))[:MAX_ISSUES]

    def _written(
        self,
        error: jsonschema_rs.ValidationError,
        path: list[str | int],
        instance: list[str | int],
    ) -> Issue:
        pointer = "".join("/" + _escaped(str(step)) for step in instance)
        keyword = str(path[-1]) if path else "false"
        schema = followed(self._root, path[:-1])
        subject = child(schema, keyword)
        if _is_unsafe_integer(error, schema):
            return Issue(pointer, "type", "must be " + _ARTICLES["integer"])
        match error.kind:
            case jsonschema_rs.ValidationErrorKind.PropertyNames():
                return Issue(pointer, "propertyNames", _WORDS["propertyNames"])
            case jsonschema_rs.ValidationErrorKind.Required(name):
                words = f"needs the property {json.dumps(name)}"
            case jsonschema_rs.ValidationErrorKind.AdditionalProperties(names):
                words = f"must not have the property {json.dumps(names[0])}"
            case jsonschema_rs.ValidationErrorKind.Type():
                words = "must be " + _kinds(subject)
            case jsonschema_rs.ValidationErrorKind.Format("date-time") if (
                _has_no_offset(error.instance)
            ):
                words = "must be a valid date-time: this one does not say its offset from UTC"
            case _:
                words = _WORDS.get(keyword, "breaks the rule " + keyword).format(
                    subject
                )
        return Issue(pointer, keyword, words)

    def _key(
        self,
        path: list[str | int],
        instance: list[str | int],
        value: object,
        turns: _Turns,
    ) -> list[tuple[int, int]]:
        """Where a reader of the contract comes upon this rule; `value` is the whole of what is judged."""
        key: list[tuple[int, int]] = []
        schema: object = self._root
        steps = iter(path)
        positions = iter(instance)
        for step in steps:
            schema = child(schema, step)
            if step == "$ref":
                schema = referred(self._root, schema)
            elif step == "properties":
                name = next(steps, "")
                key.append((_RANK["properties"], _place(schema, name)))
                schema = child(schema, name)
                value = child(value, next(positions, ""))
            elif step == "items":
                position = next(positions, 0)
                key.append(
                    (_RANK["items"], position if isinstance(position, int) else 0)
                )
                value = child(value, position)
            elif step == "additionalProperties":
                found = next(positions, None)
                key.append(
                    (
                        _RANK["additionalProperties"],
                        0 if found is None else turns.of(value, str(found)),
                    )
                )
                value = child(value, "" if found is None else found)
            elif step == "prefixItems":
                index = next(steps, 0)
                key.append((_RANK[step], index if isinstance(index, int) else 0))
                schema = child(schema, index)
                value = child(value, next(positions, 0))
            elif step == "patternProperties":
                pattern, found = next(steps, ""), str(next(positions, ""))
                key.append((_RANK[step], _place(schema, pattern)))
                key.append((_RANK[step], turns.of(value, found)))
                schema = child(schema, pattern)
                value = child(value, found)
            elif step in {"allOf", "dependentSchemas"}:
                name = next(steps, "")
                key.append((_RANK[step], _place(schema, name)))
                schema = child(schema, name)
            else:
                key.append((_RANK.get(str(step), 0), 0))
        return key


def _reachable(documents: Mapping[str, object], name: str) -> dict[str, object]:
    """The documents that one refers to, in the order of all of them."""
    found = {name}
    todo = [documents.get(name)]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str):
                step = target.removeprefix("#/$defs/").split("/")[0]
                if step in documents and step not in found:
                    found.add(step)
                    todo.append(documents[step])
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return {each: document for each, document in documents.items() if each in found}


def _formats_in(schema: object) -> set[str]:
    if isinstance(schema, dict):
        name = schema.get("format")
        own = {name} if isinstance(name, str) else set()
        return own.union(*map(_formats_in, schema.values()))
    if isinstance(schema, list):
        return set().union(*map(_formats_in, schema))
    return set()


def _has_no_offset(instance: object) -> bool:
    """Whether a text is what becomes of a `datetime` without a time zone."""
    return isinstance(instance, str) and is_date_time(instance + "Z")


def _place(node: object, step: str | int) -> int:
    """The how-manieth of its node a step leads to."""
    if isinstance(step, int) and not isinstance(node, dict):
        return step
    names = list(node) if isinstance(node, dict) else []
    return names.index(str(step)) if str(step) in names else 0


def _is_unsafe_integer(error: jsonschema_rs.ValidationError, schema: object) -> bool:
    """Whether an integer was refused by a bound though it is none that both languages hold: a matter of type."""
    if not isinstance(schema, dict) or schema.get("type") != "integer":
        return False
    value = error.instance
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) > MAX_INTEGER
    )


_ARTICLES: Final = {
    "object": "an object",
    "array": "an array",
    "integer": "an integer within 2^53-1",
    "null": "null",
    "boolean": "true or false",
}


def _kinds(subject: object) -> str:
    names = subject if isinstance(subject, list) else [subject]
    return " or ".join(_ARTICLES.get(str(name), f"a {name}") for name in names)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
