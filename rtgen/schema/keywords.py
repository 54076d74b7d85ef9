"""The table of JSON Schema's words: what each applies to, and why some are refused.

Nothing is silently ignored: a word in none of these tables is unknown, and a finding.
"""

from collections.abc import Mapping
from typing import Final

ANNOTATIONS: Final[Mapping[str, str]] = {
    "title": "string",
    "description": "string",
    "deprecated": "boolean",
    "sensitive": "boolean",
    "brand": "string",
    "default": "any",
    "examples": "list",
    "$comment": "string",
}
"""Words that change no verdict, with the kind of value each takes."""

APPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
}
"""The words that judge values of one kind; also the order in which both ends check them."""

KIND_OF: Final[Mapping[str, str]] = {word: kind for kind, kinds in APPLIES.items() for word in kinds}

STRUCTURE: Final = frozenset({"type", "enum", "const", "anyOf", "oneOf", "$ref", "$defs"})

TYPES: Final = ("string", "number", "integer", "boolean", "null", "array", "object")

FORMATS: Final = (
    "date-time",
    "date",
    "time",
    "duration",
    "uuid",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "json-pointer",
    "regex",
)
"""Formats are asserted, by matchers that both runtimes carry."""

KNOWN: Final = frozenset({*ANNOTATIONS, *KIND_OF, *STRUCTURE})

_NAME_IT = "Name each case with a constant property and use `oneOf`."
_ONE_OBJECT = "Write all properties into one object."
_NEXT = "It is planned; leave it out for now."

REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "allOf": ("schemas that overlap have no one type in both languages", _ONE_OBJECT),
    "not": ("what a value is not can't be written as a type", "Say what it is, with `enum`, `pattern` or bounds."),
    "if": ("a condition between properties can't be written as a type", _NAME_IT),
    "then": ("a condition between properties can't be written as a type", _NAME_IT),
    "else": ("a condition between properties can't be written as a type", _NAME_IT),
    "dependentSchemas": ("a condition between properties can't be written as a type", _NAME_IT),
    "dependentRequired": ("a condition between properties can't be written as a type", _NAME_IT),
    "dependencies": ("it is a word of an older draft", _NAME_IT),
    "prefixItems": ("tuples are not supported yet", "Use an object with a name for each place."),
    "additionalItems": ("it is a word of an older draft", "Use `items` for all items alike."),
    "contains": ("it is not supported yet", _NEXT),
    "minContains": ("it is not supported yet", _NEXT),
    "maxContains": ("it is not supported yet", _NEXT),
    "unevaluatedItems": ("it depends on other schemas having passed, which types can't say", "Use `items`."),
    "unevaluatedProperties": (
        "it depends on other schemas having passed, which types can't say",
        "Use `additionalProperties: false`.",
    ),
    "patternProperties": ("properties by pattern are not supported yet", "Use `additionalProperties` for a map."),
    "propertyNames": ("rules for the keys of a map are not supported yet", _NEXT),
    "contentEncoding": ("what is inside a string is not checked", "Say it in `description`."),
    "contentMediaType": ("what is inside a string is not checked", "Say it in `description`."),
    "contentSchema": ("what is inside a string is not checked", "Say it in `description`."),
    "readOnly": ("an event travels one way", "Use one schema for each direction."),
    "writeOnly": ("an event travels one way", "Use one schema for each direction."),
    "nullable": ("it is a word of OpenAPI 3.0", "Write `type: [string, 'null']`, with the type you have."),
    "discriminator": ("it is a word of OpenAPI", "Give each case a constant property; `oneOf` finds it."),
    "xml": ("it is a word of OpenAPI", "Leave it out."),
    "externalDocs": ("it is a word of OpenAPI", "Put the link into `description`."),
    "example": ("it is a word of OpenAPI 3.0", "Write `examples`, with a list."),
    "definitions": ("it is a word of an older draft", "Write `$defs`, or move it to `schemas:`."),
    "id": ("it is a word of an older draft", "Schemas are found by their place; leave it out."),
    "$id": ("schemas are found by their place in the file", "Leave it out and refer by `#/schemas/…`."),
    "$schema": ("every schema here is JSON Schema 2020-12", "Leave it out."),
    "$anchor": ("schemas are found by their place in the file", "Refer by `#/schemas/…`."),
    "$dynamicRef": ("what it means depends on who refers", "Use `$ref`."),
    "$dynamicAnchor": ("what it means depends on who refers", "Use `$ref`."),
    "$recursiveRef": ("it is a word of an older draft", "Use `$ref`."),
    "$recursiveAnchor": ("it is a word of an older draft", "Use `$ref`."),
    "$vocabulary": ("it belongs into a meta-schema", "Leave it out."),
}
"""Words that are known and not served: the reason, and what to write instead."""
