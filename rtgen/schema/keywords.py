"""The table of JSON Schema's words: what each applies to, and why some are refused.

Nothing is silently ignored: a word in none of these tables is unknown, and a finding.
"""

from collections.abc import Mapping
from typing import Final

ANNOTATIONS: Final[Mapping[str, str]] = {
    "title": "string",
    "description": "string",
    "deprecated": "boolean or object",
    "sensitive": "boolean",
    "brand": "string",
    "default": "any",
    "examples": "list",
    "was": "any",
    "earlier": "any",
    "instead": "any",
    "removed": "any",
    "$comment": "string",
    "$anchor": "string",
}
"""Words that change no verdict, with the kind of value each takes."""

APPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    "array": ("items", "minItems", "maxItems", "uniqueItems", "prefixItems", "contains", "minContains", "maxContains"),
    "object": (
        *("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
        *("patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"),
    ),
}
"""The words that judge values of one kind."""

KIND_OF: Final[Mapping[str, str]] = {word: kind for kind, kinds in APPLIES.items() for word in kinds}

CHOICES: Final = ("anyOf", "oneOf")

REFINING: Final = (
    *("prefixItems", "contains", "minContains", "maxContains"),
    *("patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"),
    *("allOf", "not", "if", "then", "else"),
)
"""The words that become rules beside a type, and no type of their own."""

STRUCTURE: Final = frozenset({"type", "enum", "const", *CHOICES, "allOf", "not", "if", "then", "else", "$ref", "$defs"})

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

JUDGING: Final = KNOWN - ANNOTATIONS.keys() - {"$ref", "$defs"}
"""The words that decide whether a value is valid, but for `$ref`."""


REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "dependencies": ("it is a word of an older draft", "Write `dependentRequired` or `dependentSchemas`."),
    "additionalItems": ("it is a word of an older draft", "Write `items` beside `prefixItems`."),
    "unevaluatedItems": ("it depends on other schemas having passed, which types can't say", "Use `items`."),
    "unevaluatedProperties": (
        "it depends on other schemas having passed, which types can't say",
        "Use `additionalProperties: false`.",
    ),
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
    "$dynamicRef": ("what it means depends on who refers", "Use `$ref`."),
    "$dynamicAnchor": ("what it means depends on who refers", "Use `$ref`."),
    "$recursiveRef": ("it is a word of an older draft", "Use `$ref`."),
    "$recursiveAnchor": ("it is a word of an older draft", "Use `$ref`."),
    "$vocabulary": ("it belongs into a meta-schema", "Leave it out."),
}
"""Words that are known and not served: the reason, and what to write instead."""
