"""Random schemas of the supported language, and the material that they and their values are made of.

Seeded and plain: a run is told by its seed, and a disagreement by the schema and the text it prints.
"""

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
