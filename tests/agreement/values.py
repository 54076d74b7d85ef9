"""Values for random schemas: valid, nearly valid or neither; and their texts, now and then oddly spelt."""

import json
import re
from random import Random
from typing import Any

from agreement.schemas import FORMATS, NAMES, NUMBERS, WORDS, Schema

ABSENT = object()
"""No value yet: nothing said of what kind it should be."""


def _kind_asked(schema: Schema) -> str:
    """The kind of value that the words of a schema without a type look at."""
    for kind, words in (
        ("object", {"properties", "required", "minProperties", "maxProperties"}),
        ("array", {"minItems"}),
        ("string", {"minLength", "maxLength", "pattern"}),
        ("number", {"minimum"}),
    ):
        if words & schema.keys():
            return kind
    return ""


class ValueMaker:
    """Makes values for schemas: `valid` tries to, `near` spoils a valid one in one place, `any_` does not look."""

    def __init__(self, random: Random, named: dict[str, Schema]) -> None:
        self.random = random
        self.named = named

    def valid(self, schema: Any, depth: int = 0) -> Any:
        """Most often valid; where a schema asks much (a pattern, a multiple, a condition) it is a guess."""
        random = self.random
        if not isinstance(schema, dict):
            return self.any_(depth)
        if "$ref" in schema:
            return self.valid(self.named[schema["$ref"].rpartition("/")[2]], depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return random.choice(schema["enum"])
        value = self.of_type(schema, depth)
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                value = self.both(value, self.valid(random.choice(schema[word]), depth + 1))
        for word in ("then", "else", "if"):
            if word in schema and random.random() < 0.4:
                value = self.both(value, self.valid(schema[word], depth + 1))
        return self.any_(depth) if value is ABSENT else value

    def both(self, value: Any, other: Any) -> Any:
        """Two values that should be one: objects are put together."""
        if isinstance(value, dict) and isinstance(other, dict):
            return {**value, **other}
        return other if value is ABSENT or self.random.random() < 0.3 else value

    def of_type(self, schema: Schema, depth: int) -> Any:
        random = self.random
        kind = schema.get("type", _kind_asked(schema))
        match random.choice(kind) if isinstance(kind, list) else kind:
            case "null":
                return None
            case "boolean":
                return random.random() < 0.5
            case "string":
                return self.text(schema)
            case "integer" | "number" as name:
                return self.amount(schema, whole=name == "integer")
            case "array":
                return self.items(schema, depth)
            case "object":
                return self.members(schema, depth)
            case _:
                return ABSENT

    def items(self, schema: Schema, depth: int) -> list[Any]:
        places = schema.get("prefixItems", [])
        size = self.size(schema, "minItems", "maxItems")
        rest = schema.get("items", True)
        if rest is False:
            size = min(size, len(places))
        made = [self.valid(places[index] if index < len(places) else rest, depth + 1) for index in range(size)]
        if "contains" in schema:
            for _ in range(self.size(schema, "minContains", "maxContains")):
                made.insert(self.random.randint(0, len(made)), self.valid(schema["contains"], depth + 1))
        return made

    def size(self, schema: Schema, low: str, high: str) -> int:
        least = schema.get(low, 0)
        return self.random.randint(least, max(least, schema.get(high, least + 2)))

    def text(self, schema: Schema) -> str:
        if "format" in schema:
            return self.random.choice(FORMATS[schema["format"]])
        if "pattern" in schema:
            return self.random.choice((*WORDS, "abab", "1", "a-b ", "abc", "Ff"))
        size = self.size(schema, "minLength", "maxLength")
        return "".join(self.random.choice("aé😀\u0301 ") for _ in range(size))

    def amount(self, schema: Schema, *, whole: bool) -> Any:
        low = schema.get("minimum", schema.get("exclusiveMinimum", -3))
        step = schema.get("multipleOf", 1 if whole else 0.5)
        value = low + step * self.random.randint(0, 4)
        return float(value) if self.random.random() < 0.2 else value

    def members(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        given = {
            name: self.valid(each, depth + 1)
            for name, each in schema.get("properties", {}).items()
            if name in required or self.random.random() < 0.6
        }
        for pattern, each in schema.get("patternProperties", {}).items():
            for name in self.random.sample(NAMES, 2):
                if re.search(pattern, name):
                    given.setdefault(name, self.valid(each, depth + 1))
        for name in required:
            if name not in given:
                given[name] = self.any_(depth + 1)
        for name, others in schema.get("dependentRequired", {}).items():
            for other in others if name in given and self.random.random() < 0.7 else ():
                given.setdefault(other, self.valid(schema.get("properties", {}).get(other, True), depth + 1))
        extra = schema.get("additionalProperties", True)
        if isinstance(extra, dict):
            for name in self.random.sample(NAMES, self.size(schema, "minProperties", "maxProperties")):
                given.setdefault(name, self.valid(extra, depth + 1))
        elif extra and self.random.random() < 0.2:
            given["unknown"] = self.any_()
        return given

    def near(self, schema: Schema) -> Any:
        """A valid value with one thing changed somewhere inside."""
        return self.spoil(self.valid(schema))

    def spoil(self, value: Any) -> Any:
        random = self.random
        if isinstance(value, dict) and value and random.random() < 0.8:
            name = random.choice(list(value))
            changed = dict(value)
            match random.randrange(4):
                case 0:
                    del changed[name]
                case 1:
                    changed["surplus"] = value[name]
                case _:
                    changed[name] = self.spoil(value[name])
            return changed
        if isinstance(value, list) and value and random.random() < 0.8:
            index = random.randrange(len(value))
            match random.randrange(4):
                case 0:
                    return [*value, value[index]]
                case 1:
                    return value[:index] + value[index + 1 :]
                case _:
                    return [*value[:index], self.spoil(value[index]), *value[index + 1 :]]
        if isinstance(value, str) and value not in FORMATS["regex"] and random.random() < 0.6:
            return random.choice((value + "a", value[:-1], value.upper(), value + "\n", " " + value))
        if isinstance(value, int | float) and not isinstance(value, bool) and random.random() < 0.6:
            return random.choice((value + 1, value - 1, -value, value + 0.5, value * 1000, value + 0.001))
        return self.any_()

    def any_(self, depth: int = 0) -> Any:
        """Any JSON value."""
        random = self.random
        pick = random.randrange(8 if depth < 3 else 5)
        if pick == 0:
            return random.choice(NUMBERS)
        if pick in {1, 2}:
            return random.choice(WORDS)
        if pick == 3:
            return random.choice((None, True, False))
        if pick == 4:
            return random.choice(NUMBERS)
        if pick == 5:
            return [self.any_(depth + 1) for _ in range(random.randrange(3))]
        return {random.choice(NAMES): self.any_(depth + 1) for _ in range(random.randrange(3))}

    def spelt(self, value: Any) -> str:
        """A value as JSON text, now and then in an odd spelling of the same value."""
        text = json.dumps(value, ensure_ascii=self.random.random() < 0.5)
        if isinstance(value, int) and not isinstance(value, bool) and self.random.random() < 0.3:
            return self.random.choice((f"{value}.0", f"{value}e0", f" {value} ", f"{value}.000E+0"))
        return text

    def odd(self, text: str) -> str:
        """A text that is no JSON, or that is but in an unusual way."""
        random = self.random
        return random.choice(
            (
                text[: len(text) // 2],
                text + random.choice(("x", ",", " null", "\x00", "//")),
                f"\ufeff{text}",
                f"\t\r\n {text}\n",
                f"\u00a0{text}",
                f"[{text},]",
                f'{{"id":1,"id":{text}}}',
                f'{{"__proto__":{text}}}',
                "[" * 64 + text + "]" * 64,
                "[" * 63 + "]" * 63,
                "[" * 64 + "]" * 64,
                "[" * 65 + "]" * 65,
                '{"id":' * 70 + text + "}" * 70,
                '"\\ud800"',
                '"\\ud83d\\ude00"',
                '"\\udc00\\ud800"',
                '{"\\ud800":1}',
                '"a\tb"',
                '"\\x41"',
                "'a'",
                "NaN",
                "Infinity",
                "-Infinity",
                "1e400",
                "-1e400",
                "1e-400",
                "-0",
                "-0.0",
                "01",
                "+1",
                ".5",
                "5.",
                "0x10",
                "9007199254740993",
                "-9007199254740993",
                "9007199254740992.0",
                "123456789012345678901234567890",
                "1" * 400,
                "0." + "1" * 400,
                "1e2",
                "100e-2",
                "0.1e1",
                "True",
                "",
                " ",
            )
        )
