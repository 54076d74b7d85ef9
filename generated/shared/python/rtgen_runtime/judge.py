"""The second judge: a full JSON Schema validator for what the typed decoder refused.

The decoder is fast and may only accept what the schema accepts; this one is exact, and its words are what a sender
gets to read. Three rules come before it: text that is no JSON, nesting beyond the limit, and integers beyond 2^53-1.
Issues are ordered as a reader goes through the contract: type, the value's own keywords, required, properties in
declared order, additional ones; both ends report the same one first.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import GenericAlias
from typing import Annotated, Any, Final

import jsonschema_rs
import msgspec
from msgspec import Meta

from rtgen_runtime.choices import with_quick_choices
from rtgen_runtime.errors import Issue
from rtgen_runtime.formats import FORMATS, is_date_time
from rtgen_runtime.frames import MAX_INTEGER

MAX_DEPTH: Final = 64
"""Arrays and objects inside each other, at most."""

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


SHALLOW: Final = 2 * MAX_DEPTH
"""A text of at most so many characters can't nest too deep: each level opens and closes."""


def may_nest_too_deep(text: bytes) -> bool:
    """Whether a JSON text has so many brackets that it could nest beyond the limit: then the judge looks.

    `replace` looks for a byte several times faster than `count`.
    """
    flat = text.replace(b"[", b"").replace(b"{", b"")
    return len(text) - len(flat) > MAX_DEPTH


_LONG_RUN: Final = re.compile(rb"[0-9]{10}")


def may_hold_more(text: bytes) -> bool:
    """Whether a long text may hold what a typed decoder lets pass: too many levels, or an integer beyond all doubles.

    Such an integer has more than 300 digits in a row, so of every thirtieth character ten in a row are digits.
    """
    return may_nest_too_deep(text) or _LONG_RUN.search(text[::30]) is not None


def plain_values(text: bytes | msgspec.Raw) -> object:
    """The value of a JSON text that can be judged as it is: shallow, and without integers beyond 2^53-1.

    Raises:
        ValueError: There may be more to it.
    """
    return _plain.decode(text)


def _plain_type() -> Any:
    """A type of JSON values that says how deep they may be, for lack of one that may hold itself."""
    scalar: Any = None | bool | Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
    scalar = scalar | float | str
    found = scalar
    for _ in range(_PLAIN_DEPTH):
        found = scalar | GenericAlias(list, (found,)) | GenericAlias(dict, (str, found))
    return found


_PLAIN_DEPTH: Final = 6
_plain: Final[msgspec.json.Decoder[object]] = msgspec.json.Decoder(_plain_type())

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
MAX_INDEX: Final = 2**32 - 1
"""Property names below it that are written like integers are array indices to JavaScript (ECMA-262, 6.1.7)."""


class NotJson(ValueError):
    """The text is not JSON, or holds what JSON can't carry safely."""


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

    def parse(self, raw: bytes) -> object:
        """The value of a JSON text, with integral floats as integers.

        Raises:
            NotJson: It is no JSON text, or holds a number beyond the doubles or a lone surrogate.
        """
        try:
            value: object = msgspec.json.decode(raw)
            return _with_integers(value)
        except (ValueError, OverflowError, RecursionError) as error:
            raise NotJson(str(error)) from None

    def issues(self, value: object) -> list[Issue]:
        """What is wrong with a value, in the contract's order; empty when the schema accepts it."""
        if _is_deeper(value, MAX_DEPTH):
            return [Issue("", "depth", f"must not nest deeper than {MAX_DEPTH} levels")]
        turns = _Turns()
        found: list[tuple[list[tuple[int, int]], Issue]] = []
        for error in self._validator.iter_errors(value):
            key = self._key(error.evaluation_path, error.instance_path, value, turns)
            found.append((key, self._written(error)))
            if len(found) >= _MOST_ERRORS:
                break
        found.sort(key=lambda each: each[0])
        return list(dict.fromkeys(issue for _, issue in found))[:MAX_ISSUES]

    def _written(self, error: jsonschema_rs.ValidationError) -> Issue:
        pointer = "".join("/" + _escaped(str(step)) for step in error.instance_path)
        keyword = str(error.schema_path[-1]) if error.schema_path else "false"
        subject = _follow(self._root, error.schema_path)
        if _is_unsafe_integer(error, _follow(self._root, error.schema_path[:-1])):
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
            schema = _child(schema, step)
            if step == "$ref":
                schema = _follow(self._root, str(schema).removeprefix("#/").split("/"))
            elif step == "properties":
                name = next(steps, "")
                key.append((_RANK["properties"], _place(schema, name)))
                schema = _child(schema, name)
                value = _child(value, next(positions, ""))
            elif step == "items":
                position = next(positions, 0)
                key.append(
                    (_RANK["items"], position if isinstance(position, int) else 0)
                )
                value = _child(value, position)
            elif step == "additionalProperties":
                found = next(positions, None)
                key.append(
                    (
                        _RANK["additionalProperties"],
                        0 if found is None else turns.of(value, str(found)),
                    )
                )
                value = _child(value, "" if found is None else found)
            elif step == "prefixItems":
                index = next(steps, 0)
                key.append((_RANK[step], index if isinstance(index, int) else 0))
                schema = _child(schema, index)
                value = _child(value, next(positions, 0))
            elif step == "patternProperties":
                pattern, found = next(steps, ""), str(next(positions, ""))
                key.append((_RANK[step], _place(schema, pattern)))
                key.append((_RANK[step], turns.of(value, found)))
                schema = _child(schema, pattern)
                value = _child(value, found)
            elif step in {"allOf", "dependentSchemas"}:
                name = next(steps, "")
                key.append((_RANK[step], _place(schema, name)))
                schema = _child(schema, name)
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


def _follow(root: object, path: Iterable[str | int]) -> object:
    for step in path:
        root = _child(root, step)
    return root


def _place(node: object, step: str | int) -> int:
    """The how-manieth of its node a step leads to."""
    if isinstance(step, int) and not isinstance(node, dict):
        return step
    names = list(node) if isinstance(node, dict) else []
    return names.index(str(step)) if str(step) in names else 0


def _child(node: object, step: str | int) -> object:
    if isinstance(node, dict):
        return node.get(str(step))  # the validator takes names such as `0` for places
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


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


def _is_deeper(value: object, levels: int) -> bool:
    members: Iterable[object]
    if isinstance(value, dict):
        members = value.values()
    elif isinstance(value, list):
        members = value
    else:
        return False
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in members)


def _with_integers(value: object) -> object:
    """Every number as the double it rounds to, and integral ones as integers: `1.0` is one in JSON Schema.

    Raises:
        OverflowError: An integer is written with more digits than any double has.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= MAX_INTEGER else float(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value
    if isinstance(value, dict):
        return {name: _with_integers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_integers(member) for member in value]
    return value
