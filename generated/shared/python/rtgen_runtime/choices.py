"""Documents in which a choice costs one look at each of its cases.

The full validator explains a refused choice by all errors of all its cases, and each of those by the cases inside of
it: over a recursive schema that doubles with every level, and a sender could hold a server up with a small payload.
Nobody reads those explanations. Here each case stands behind two `not`s, which say yes or no and explain nothing; and
before it stands what tells it apart, its required constants, so that a case which it can't be is not gone through.
"""

from collections.abc import Mapping
from typing import Final

_NAMED: Final = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "$defs"}
)
_ALONE: Final = frozenset(
    {"items", "additionalProperties", "contains", "propertyNames"}
    | {"not", "if", "then", "else"}
)
_CHOICES: Final = frozenset({"anyOf", "oneOf"})
_LISTED: Final = frozenset({"allOf", "prefixItems"}) | _CHOICES
_INSIDE: Final = _NAMED | _ALONE | _LISTED | {"$ref"}


def with_quick_choices(documents: Mapping[str, object]) -> dict[str, object]:
    """The same documents, with the same verdicts and the same errors beside those inside of choices."""
    return {name: _quick(each, documents) for name, each in documents.items()}


def _quick(schema: object, documents: Mapping[str, object]) -> object:
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for word, inside in schema.items():
        if word in _NAMED and isinstance(inside, dict):
            made[word] = {
                name: _quick(each, documents) for name, each in inside.items()
            }
        elif word in _LISTED and isinstance(inside, list):
            read = _case if word in _CHOICES else _quick
            made[word] = [read(each, documents) for each in inside]
        elif word in _ALONE:
            made[word] = _quick(inside, documents)
    return made


def _case(schema: object, documents: Mapping[str, object]) -> object:
    if not isinstance(schema, dict) or not _INSIDE & schema.keys():
        return schema
    quick = _quick(schema, documents)
    constants = _constants(_final(schema, documents))
    if constants:
        first = {"required": [*constants], "properties": constants}
        quick = {"allOf": [first, quick]}
    return {"not": {"not": quick}}


def _final(schema: object, documents: Mapping[str, object]) -> object:
    """What a reference leads to in the end."""
    seen: set[str] = set()
    while isinstance(schema, dict) and isinstance(target := schema.get("$ref"), str):
        if target in seen:
            return None
        seen.add(target)
        schema = documents.get(target.removeprefix("#/$defs/"))
    return schema


def _constants(schema: object) -> dict[str, object]:
    """The required properties of an object that can have one value only."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return {}
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        return {}
    return {
        name: each
        for name, each in properties.items()
        if name in required and isinstance(each, dict) and _is_constant(each)
    }


def _is_constant(schema: dict[str, object]) -> bool:
    listed = schema.get("enum")
    return "const" in schema or (isinstance(listed, list) and len(listed) == 1)
