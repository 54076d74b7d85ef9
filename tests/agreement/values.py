"""Values for random schemas: most often valid, or any."""

import re
from dataclasses import dataclass
from typing import Any, Final

from agreement.dice import Dice
from agreement.material import FORMATS, MEMBERS, NUMBERS, WORDS, Schema

ABSENT: Final = object()
"""No value yet: nothing said of what kind it should be."""

_DEEPEST: Final = 6

_ASKED_BY: Final = (
    ("object", {"properties", "required", "minProperties", "maxProperties"}),
    ("array", {"minItems", "items"}),
    ("string", {"minLength", "maxLength", "pattern"}),
    ("number", {"minimum"}),
)


def _kind_asked(schema: Schema) -> str:
    """The kind of value that the words of a schema without a type look at."""
    return next((kind for kind, words in _ASKED_BY if words & schema.keys()), "")


@dataclass(frozen=True, slots=True)
class ValueMaker:
    """Makes values for the schemas of one family; `targets` has what each `$ref` leads to."""

    dice: Dice
    targets: dict[str, Schema]

    def valid(self, schema: Any, depth: int = 0) -> Any:
        """Most often valid; where a schema asks much (a pattern, a multiple, a condition) it is a guess."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return self.any_(depth)
        if "$ref" in schema:
            return self.valid(self.targets[schema["$ref"]], depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        value = self._of_type(schema, depth)
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                value = self._both(value, self.valid(self.dice.choice(schema[word]), depth + 1))
        for word in ("then", "else", "if"):
            if word in schema and self.dice.chance(40):
                value = self._both(value, self.valid(schema[word], depth + 1))
        return self.any_(depth) if value is ABSENT else value

    def any_(self, depth: int = 0) -> Any:
        """Any JSON value."""
        match self.dice.between(0, 6 if depth < 3 else 4):
            case 0 | 1:
                return self.dice.choice(NUMBERS)
            case 2 | 3:
                return self.dice.choice(WORDS)
            case 4:
                return self.dice.choice((None, True, False))
            case 5:
                return [self.any_(depth + 1) for _ in range(self.dice.between(0, 2))]
            case _:
                return {self.dice.choice(MEMBERS): self.any_(depth + 1) for _ in range(self.dice.between(0, 2))}

    def _both(self, value: Any, other: Any) -> Any:
        """Two values that should be one: objects are put together."""
        if isinstance(value, dict) and isinstance(other, dict):
            return {**value, **other}
        return other if value is ABSENT or self.dice.chance(30) else value

    def _of_type(self, schema: Schema, depth: int) -> Any:
        kind = schema.get("type", _kind_asked(schema))
        match self.dice.choice(kind) if isinstance(kind, list) else kind:
            case "null":
                return None
            case "boolean":
                return self.dice.chance(50)
            case "string":
                return self._text(schema)
            case "integer" | "number" as name:
                return self._amount(schema, whole=name == "integer")
            case "array":
                return self._items(schema, depth)
            case "object":
                return self._members(schema, depth)
            case _:
                return ABSENT

    def _text(self, schema: Schema) -> str:
        if "format" in schema:
            return self.dice.choice(FORMATS[schema["format"]][: 3 if self.dice.chance(60) else None])
        if "pattern" in schema:
            fitting = [each for each in WORDS if re.search(schema["pattern"], each)]
            return self.dice.choice(fitting if fitting and self.dice.chance(80) else WORDS)
        size = self._size(schema, "minLength", "maxLength")
        return "".join(self.dice.choice("aé😀\u0301 ") for _ in range(size))

    def _amount(self, schema: Schema, *, whole: bool) -> Any:
        low: Any = schema.get("minimum", schema.get("exclusiveMinimum", -3))
        step: Any = schema.get("multipleOf", 1 if whole else 0.5)
        start = -(-low // step) * step if "multipleOf" in schema else low
        value = start + step * self.dice.between(0, 4)
        return float(value) if self.dice.chance(20) else value

    def _size(self, schema: Schema, low: str, high: str) -> int:
        least = schema.get(low, 0)
        return self.dice.between(least, max(least, schema.get(high, least + 2)))

    def _items(self, schema: Schema, depth: int) -> list[Any]:
        places = schema.get("prefixItems", [])
        size = self._size(schema, "minItems", "maxItems")
        rest = schema.get("items", True)
        if rest is False:
            size = min(size, len(places))
        made = [self.valid(places[index] if index < len(places) else rest, depth + 1) for index in range(size)]
        if "contains" in schema:
            for _ in range(self._size(schema, "minContains", "maxContains")):
                made.insert(self.dice.between(0, len(made)), self.valid(schema["contains"], depth + 1))
        return made

    def _members(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        declared = schema.get("properties", {})
        given = {
            name: self.valid(each, depth + 1)
            for name, each in declared.items()
            if name in required or self.dice.chance(60 if depth < 4 else 10)
        }
        for pattern, each in schema.get("patternProperties", {}).items():
            for name in self.dice.some([each for each in MEMBERS if re.search(pattern, each)], 1):
                given.setdefault(name, self.valid(each, depth + 1))
        for name in required:
            if name not in given:
                given[name] = self.any_(depth + 1)
        for name, others in schema.get("dependentRequired", {}).items():
            for other in others if name in given and self.dice.chance(70) else ():
                given.setdefault(other, self.valid(declared.get(other, True), depth + 1))
        self._more(schema, given, depth)
        return given

    def _more(self, schema: Schema, given: dict[str, Any], depth: int) -> None:
        """Undeclared properties, where there may be some."""
        extra = schema.get("additionalProperties", True)
        if isinstance(extra, dict):
            for name in self.dice.some(MEMBERS, self._size(schema, "minProperties", "maxProperties")):
                given.setdefault(name, self.valid(extra, depth + 1))
        elif extra and self.dice.chance(20):
            given["unknown"] = self.any_()
        while extra is True and len(given) < schema.get("minProperties", 0):
            given[f"more{len(given)}"] = self.any_(depth + 1)
