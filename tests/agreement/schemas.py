"""Random schemas of the supported language, and values that are valid, nearly valid or neither.

Seeded and plain: a run is told by its seed, and a disagreement by the schema and the text it prints.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

Schema = dict[str, Any]

FORMATS: dict[str, tuple[str, ...]] = {
    "date-time": ("2026-01-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00.123456789+01:30", "2026-01-01"),
    "date": ("2024-02-29", "2023-02-29", "2024-2-9", "0000-01-01"),
    "time": ("23:59:60Z", "12:30:00+00:00", "12:30", "24:00:00Z"),
    "duration": ("P3DT4H", "P2W", "PT", "P1Y2W", "P1.5D"),
    "uuid": (
        "123e4567-e89b-12d3-a456-426614174000",
        "123E4567-E89B-12D3-A456-426614174000",
        "123e4567e89b12d3a456",
        "",
    ),
    "email": ("a@b.example", "a@", "a..b@c.example", "ä@b.example", "a@-b.example"),
    "hostname": ("a.example", "-a.example", "a_b", "a" * 64, "xn--a"),
    "ipv4": ("127.0.0.1", "127.0.0.01", "256.0.0.1", "1.2.3"),
    "ipv6": ("::1", "1::2::3", "::ffff:1.2.3.4", "fe80::1%eth0", "12345::"),
    "uri": ("https://a.example/b?c#d", "a/b", "https://a b", "urn:x:y", "http://[::1]:80/", "http://%zz"),
    "uri-reference": ("a/b", "#x", "\\a", "%zz", "//a.example"),
    "json-pointer": ("", "/a/b~0~1", "a", "/~2", "/"),
    # Texts that both engines read alike: Python's also takes some that ECMA-262 refuses, such as `a{2,1`.
    "regex": ("^a+$", "(", "[a-", "a{2,1}"),
}
PATTERNS = ("^[a-z]{1,4}$", "\\d", "^(?:ab|cd)+$", "[^x]", "^\\w-\\s$", "a.c", "^$", "[A-Fa-f0-9]{2}")
WORDS = (
    "",
    "a",
    "ab",
    "abc",
    "abcd",
    "é",
    "😀",
    "a😀b",
    "e\u0301",
    "x\ny",
    "\u2028",
    "1",
    "ab cd",
    "٣",
    "__proto__",
    "\x7f",
)
NAMES = (
    "id",
    "name",
    "class",
    "user-id",
    "__proto__",
    "constructor",
    "toString",
    "a/b",
    "x~y",
    "länge",
    "length",
    "2nd",
)
NUMBERS = (0, 1, -1, 2, 3, 5, 10, 1.5, -0.5, 0.1, 0.3, 1e2, 1e-7, 2**53 - 1, 2**53, -(2**53), 1e300, 4.0, 100.0)


class SchemaMaker:
    """Makes schemas; `count` tells how often each keyword was used."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count: dict[str, int] = {}
        self.named: dict[str, Schema] = {}

    def schema(self, depth: int = 0) -> Schema:
        """One schema; deeper ones are simpler."""
        kinds: list[Callable[[int], Schema]] = [self.string, self.number, self.integer, self.scalar, self.enum]
        if depth < 3:
            kinds += [self.array, self.object_, self.object_, self.map_, self.nullable, self.union]
            kinds += [self.tuple_, self.holding, self.patterned, self.dependent, self.combined, self.overlapping]
        if self.named:
            kinds.append(self.reference)
        return self.counted(self.random.choice(kinds)(depth))

    def counted(self, made: Schema) -> Schema:
        for keyword in made:
            self.count[keyword] = self.count.get(keyword, 0) + 1
        return made

    def chance(self, share: float = 0.4) -> bool:
        return self.random.random() < share

    def range_(self, made: Schema, low: str, high: str, most: int) -> Schema:
        least = self.random.randint(0, most)
        if self.chance():
            made[low] = least
        if self.chance():
            made[high] = least + self.random.randint(0, most)
        return made

    def string(self, _: int) -> Schema:
        made: Schema = {"type": "string"}
        rest = self.random.random()
        if rest < 0.25:
            made["format"] = self.random.choice(list(FORMATS))
        elif rest < 0.5:
            made["pattern"] = self.random.choice(PATTERNS)
        else:
            self.range_(made, "minLength", "maxLength", 4)
        return made

    def number(self, _: int, kind: str = "number") -> Schema:
        made: Schema = {"type": kind}
        low = self.random.choice((-10, 0, 1)) if kind == "integer" else self.random.choice((-1.5, 0, 0.1))
        if self.chance():
            made[self.random.choice(("minimum", "exclusiveMinimum"))] = low
        if self.chance():
            made[self.random.choice(("maximum", "exclusiveMaximum"))] = low + self.random.choice((5, 100))
        if self.chance(0.3):
            made["multipleOf"] = self.random.choice((1, 2, 5) if kind == "integer" else (0.1, 0.01, 0.5, 2))
        return made

    def integer(self, depth: int) -> Schema:
        return self.number(depth, "integer")

    def scalar(self, _: int) -> Schema:
        return self.random.choice(
            ({"type": "boolean"}, {"type": "null"}, {"const": True}, {"const": "fixed"}, {"const": 7})
        )

    def enum(self, _: int) -> Schema:
        choices: list[list[Any]] = [["a", "b", "é"], [1, 2, 3], ["x", None], [True], ["1", "2"]]
        if self.chance(0.2):
            return self.random.choice(
                (
                    {"enum": [[1, "a"], [], {"x": 1.0, "é": [None]}]},
                    {"const": {"a": {"b": [1, 2.5, 1e-7, 100.0]}, "__proto__": 1}},
                    {"type": ["array", "integer"], "enum": [[0, 1], 1, [True]]},
                    {"const": [{"b": "\u2028", "a": '"'}]},
                )
            )
        if self.chance(0.2):
            return {"anyOf": [{"enum": ["red", "green"]}, {"type": "string"}]}
        return {"enum": self.random.choice(choices)}

    def array(self, depth: int) -> Schema:
        made: Schema = {"type": "array", "items": self.schema(depth + 1)}
        self.range_(made, "minItems", "maxItems", 3)
        if self.chance(0.25):
            made["uniqueItems"] = True
        return made

    def object_(self, depth: int) -> Schema:
        names = self.random.sample(NAMES, self.random.randint(0, 4))
        made: Schema = {"type": "object", "properties": {name: self.schema(depth + 1) for name in names}}
        required = [name for name in names if self.chance(0.5)]
        if required:
            made["required"] = required
        if self.chance(0.3):
            made["additionalProperties"] = False if not names or self.chance(0.7) else self.schema(depth + 1)
        if self.chance(0.2):
            self.range_(made, "minProperties", "maxProperties", len(names) + 1)
        return made

    def map_(self, depth: int) -> Schema:
        made: Schema = {"type": "object", "additionalProperties": self.schema(depth + 1)}
        return self.range_(made, "minProperties", "maxProperties", 2)

    def nullable(self, _: int) -> Schema:
        return {"type": [self.random.choice(("string", "integer", "boolean")), "null"]}

    def union(self, depth: int) -> Schema:
        tag = self.random.choice(("kind", "type"))
        members = [
            {
                "type": "object",
                "required": [tag],
                "properties": {tag: {"const": name}, "value": self.schema(depth + 2)},
            }
            for name in ("one", "two", "three")[: self.random.randint(2, 3)]
        ]
        return {self.random.choice(("oneOf", "anyOf")): members}

    def tuple_(self, depth: int) -> Schema:
        count = self.random.randint(1, 3)
        made: Schema = {"type": "array", "prefixItems": [self.schema(depth + 1) for _ in range(count)]}
        if self.chance(0.6):
            made["items"] = False if self.chance() else self.schema(depth + 1)
        return self.range_(made, "minItems", "maxItems", 2)

    def holding(self, depth: int) -> Schema:
        made: Schema = {"type": "array", "contains": self.condition(depth + 1)}
        if self.chance():
            made["items"] = self.schema(depth + 1)
        return self.range_(made, "minContains", "maxContains", 2)

    def patterned(self, depth: int) -> Schema:
        patterns = self.random.sample(("^[a-c]", "e$", "-", "^_", "[A-Z]"), self.random.randint(1, 2))
        made: Schema = self.object_(depth) if self.chance(0.5) else {"type": "object"}
        made["patternProperties"] = {pattern: self.schema(depth + 1) for pattern in patterns}
        if self.chance():
            made["additionalProperties"] = False if self.chance(0.5) else self.schema(depth + 1)
        return made

    def dependent(self, depth: int) -> Schema:
        made = self.map_(depth) if self.chance(0.3) else self.object_(depth)
        names = [*made.get("properties", {}), *self.random.sample(NAMES, 2)]
        match self.random.randrange(3):
            case 0:
                made["propertyNames"] = self.random.choice(
                    ({"maxLength": 5}, {"pattern": "^[a-z]"}, {"enum": list(NAMES[:9])}, {"not": {"const": "id"}})
                )
            case 1:
                made["dependentRequired"] = {self.random.choice(names): self.random.sample(names, 2)}
            case _:
                made["dependentSchemas"] = {self.random.choice(names): self.condition(depth + 1, tuple(names))}
        return made

    def condition(self, depth: int, names: tuple[str, ...] = NAMES) -> Schema:
        """What only asks something: often without a type."""
        some = self.random.choice(names)
        match self.random.randrange(9):
            case 0:
                made: Schema = {"required": [some]}
            case 1:
                made = {"properties": {some: self.scalar(depth)}}
            case 2:
                made = {"properties": {some: self.schema(depth + 1)}, "required": [self.random.choice(names)]}
            case 3:
                made = {self.random.choice(("minLength", "minItems", "minProperties", "maxProperties")): 1}
            case 4:
                made = {"minimum": 1, "maxLength": 2}
            case 5:
                made = {"not": self.condition(depth + 1, names)}
            case 6:
                made = {"pattern": self.random.choice(PATTERNS)}
            case _:
                return self.schema(depth + 1)
        return self.counted(made)

    def combined(self, depth: int) -> Schema:
        """A type with something asked beside it; or nothing but that."""
        made = self.random.choice((self.object_, self.object_, self.map_, self.array, self.integer, self.nullable))(
            depth
        )
        names = (*made.get("properties", {}), *self.random.sample(NAMES, 2))
        if self.chance(0.2):
            made = {}
        parts = [self.condition(depth + 1, names) for _ in range(3)]
        match self.random.randrange(6):
            case 0:
                made["not"] = parts[0]
            case 1 | 2:
                made |= {"if": parts[0], "then": parts[1], "else": parts[2]}
                if self.chance():
                    del made[self.random.choice(("then", "else"))]
            case 3:
                made["allOf"] = parts[: self.random.randint(1, 3)]
            case 4:
                made["anyOf"] = parts[: self.random.randint(1, 3)]
            case _:
                made["oneOf"] = parts[: self.random.randint(2, 3)]
        return made

    def overlapping(self, depth: int) -> Schema:
        members = [self.schema(depth + 1) for _ in range(self.random.randint(2, 3))]
        return {self.random.choice(("oneOf", "anyOf", "allOf")): members}

    def reference(self, _: int) -> Schema:
        return {"$ref": f"#/schemas/{self.random.choice(list(self.named))}"}


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
