"""Random schemas of the supported language.

A schema is made of kinds: ways to put a few words together. A *wish* is a word that a schema should hold if it can:
each family of schemas has some, so that rare words come up as often as common ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agreement.dice import Dice
from agreement.material import FORMATS, NAME_PATTERNS, NAMES, PATTERNS, Schema

_DEEPEST: Final = 3


def reference(name: str) -> Schema:
    """A use of a schema of the family."""
    return {"$ref": f"#/schemas/{name}"}


@dataclass
class SchemaMaker:
    """Makes the schemas of one family; `targets` are references that lead somewhere."""

    dice: Dice
    wishes: frozenset[str]
    targets: list[Schema] = field(default_factory=list)
    anchors: int = 0

    def schema(self, depth: int = 0) -> Schema:
        """One schema; deeper ones are simpler."""
        kinds: list[Kind] = [*_SIMPLE, *(_NESTED if depth < _DEEPEST else ())]
        wanted = [each for each in kinds if self.wishes & each.words]
        kind = self.dice.choice(wanted if wanted and self.dice.chance(75) else kinds)
        if kind.make is SchemaMaker.reference and not self.targets:
            kind = _SIMPLE[0]
        return self.noted(kind.make(self, depth), depth)

    def want(self, word: str, percent: int = 40) -> bool:
        """Whether an optional word is used: most often when it is wished for."""
        return self.dice.chance(90 if word in self.wishes else percent)

    def noted(self, made: Schema, depth: int) -> Schema:
        """With words that change no verdict."""
        for word, value in (("title", "A title"), ("description", 'Says */ """ what it is.'), ("$comment", "no")):
            if self.want(word, 2) and "$ref" not in made:
                made[word] = value
        if self.want("deprecated", 2) and "$ref" not in made:
            made["deprecated"] = True
        if "enum" in made or made.get("type") == "boolean":
            sample = made["enum"][0] if "enum" in made else True
            if self.want("default", 5):
                made["default"] = sample
            if self.want("examples", 5):
                made["examples"] = [sample]
        if depth and self.want("$anchor", 2) and "$ref" not in made and self.anchors < 2:
            self.anchors += 1
            made["$anchor"] = f"anchor{self.anchors}"
            self.targets.append({"$ref": f"#anchor{self.anchors}"})
        return made

    def counts(self, made: Schema, low: str, high: str, most: int) -> Schema:
        least = self.dice.between(0, most)
        if self.want(low):
            made[low] = least
        if self.want(high):
            made[high] = least + self.dice.between(0, most)
        return made

    def string(self, _: int) -> Schema:
        made: Schema = {"type": "string"}
        if self.want("format", 25):
            made["format"] = self.dice.choice(list(FORMATS))
        elif self.want("pattern", 30):
            made["pattern"] = self.dice.choice(PATTERNS)
        else:
            self.counts(made, "minLength", "maxLength", 4)
        return made

    def number(self, _: int) -> Schema:
        whole = self.dice.chance(50)
        made: Schema = {"type": "integer" if whole else "number"}
        low = self.dice.choice((-10, 0, 1)) if whole else self.dice.choice((-1.5, 0, 0.1))
        for word in ("minimum", "exclusiveMinimum"):
            if self.want(word, 25):
                made[word] = low
        for word in ("maximum", "exclusiveMaximum"):
            if self.want(word, 25):
                made[word] = low + self.dice.choice((5, 100))
        if self.want("multipleOf", 25):
            made["multipleOf"] = self.dice.choice((1, 2, 5) if whole else (0.1, 0.01, 0.5, 2))
        return made

    def scalar(self, _: int) -> Schema:
        return dict(self.dice.choice(_SCALARS))

    def enum(self, _: int) -> Schema:
        return self.dice.choice(_ENUMS).copy()

    def nullable(self, _: int) -> Schema:
        return {"type": [self.dice.choice(("string", "integer", "boolean")), "null"]}

    def reference(self, _: int) -> Schema:
        return self.dice.choice(self.targets).copy()

    def array(self, depth: int) -> Schema:
        made: Schema = {"type": "array", "items": self.schema(depth + 1)}
        self.counts(made, "minItems", "maxItems", 3)
        if self.want("uniqueItems", 25):
            made["uniqueItems"] = True
        return made

    def tuple_(self, depth: int) -> Schema:
        made: Schema = {
            "type": "array",
            "prefixItems": [self.schema(depth + 1) for _ in range(self.dice.between(1, 3))],
        }
        if self.dice.chance(60):
            made["items"] = False if self.dice.chance(40) else self.schema(depth + 1)
        return self.counts(made, "minItems", "maxItems", 2)

    def holding(self, depth: int) -> Schema:
        made: Schema = {"type": "array", "contains": self.condition(depth + 1)}
        if self.want("items"):
            made["items"] = self.schema(depth + 1)
        return self.counts(made, "minContains", "maxContains", 2)

    def object_(self, depth: int) -> Schema:
        names = self.dice.some(NAMES, self.dice.between(0, 4))
        made: Schema = {"type": "object", "properties": {name: self.schema(depth + 1) for name in names}}
        required = [name for name in names if self.want("required", 50)]
        if required:
            made["required"] = required
        if self.want("additionalProperties", 30):
            made["additionalProperties"] = False if not names or self.dice.chance(70) else self.schema(depth + 1)
        if self.wishes & {"minProperties", "maxProperties"} or self.dice.chance(15):
            self.counts(made, "minProperties", "maxProperties", len(names) + 1)
        return made

    def map_(self, depth: int) -> Schema:
        made: Schema = {"type": "object", "additionalProperties": self.schema(depth + 1)}
        return self.counts(made, "minProperties", "maxProperties", 2)

    def patterned(self, depth: int) -> Schema:
        made: Schema = self.object_(depth) if self.dice.chance(50) else {"type": "object"}
        patterns = self.dice.some(NAME_PATTERNS, self.dice.between(1, 2))
        made["patternProperties"] = {pattern: self.schema(depth + 1) for pattern in patterns}
        if "additionalProperties" not in made and self.dice.chance(40):
            made["additionalProperties"] = False if self.dice.chance(50) else self.schema(depth + 1)
        return made

    def dependent(self, depth: int) -> Schema:
        made = self.map_(depth) if self.dice.chance(30) else self.object_(depth)
        names = [*made.get("properties", {}), *self.dice.some(NAMES, 2)]
        if self.want("propertyNames", 33):
            made["propertyNames"] = self.dice.choice(
                ({"maxLength": 5}, {"pattern": "^[a-z]"}, {"enum": list(NAMES[:9])}, {"not": {"const": "id"}})
            )
        if self.want("dependentRequired", 33):
            made["dependentRequired"] = {self.dice.choice(names): self.dice.some(names, 2)}
        if self.want("dependentSchemas", 33):
            made["dependentSchemas"] = {self.dice.choice(names): self.condition(depth + 1, names)}
        return made

    def tagged(self, depth: int) -> Schema:
        tag = self.dice.choice(("kind", "type"))
        members = [
            {"type": "object", "required": [tag], "properties": {tag: {"const": name}, "value": self.schema(depth + 2)}}
            for name in ("one", "two", "three")[: self.dice.between(2, 3)]
        ]
        return {self._choice_word(): members}

    def overlapping(self, depth: int) -> Schema:
        members = [self.schema(depth + 1) for _ in range(self.dice.between(2, 3))]
        return {"allOf" if self.want("allOf", 33) else self._choice_word(): members}

    def _choice_word(self) -> str:
        return self.dice.choice([word for word in ("oneOf", "anyOf") if word in self.wishes] or ("oneOf", "anyOf"))

    def combined(self, depth: int) -> Schema:
        """A type with something asked beside it; or nothing but that."""
        makers = (SchemaMaker.object_, SchemaMaker.map_, SchemaMaker.array, SchemaMaker.number, SchemaMaker.nullable)
        made: Schema = {} if self.dice.chance(20) else self.dice.choice(makers)(self, depth)
        names = (*made.get("properties", {}), *self.dice.some(NAMES, 2))
        options = [each for each in ("not", "if", "allOf", "anyOf", "oneOf") if each in self.wishes]
        if self.wishes & {"then", "else"}:
            options.append("if")
        # Only what stays is made: an anchor in a schema that is dropped would leave references that lead nowhere.
        word = self.dice.choice(options or ("not", "if", "allOf", "anyOf", "oneOf"))
        if word == "not":
            made[word] = self.condition(depth + 1, names)
        elif word == "if":
            kept = ("if", "then", "else") if self.dice.chance(60) else ("if", self.dice.choice(("then", "else")))
            made |= {each: self.condition(depth + 1, names) for each in kept}
        else:
            count = self.dice.between(1 if word != "oneOf" else 2, 3)
            made[word] = [self.condition(depth + 1, names) for _ in range(count)]
        return made

    def condition(self, depth: int, names: Sequence[str] = NAMES) -> Schema | bool:
        """What only asks something: often without a type."""
        some = self.dice.choice(names)
        match self.dice.between(0, 20):
            case 0 | 1:
                return {"required": [some]}
            case 2 | 3:
                return {"properties": {some: self.scalar(depth)}}
            case 4 | 5:
                return {"properties": {some: self.schema(depth + 1)}, "required": [self.dice.choice(names)]}
            case 6 | 7:
                return {self.dice.choice(("minLength", "minItems", "minProperties", "maxProperties")): 1}
            case 8 | 9:
                return {"minimum": 1, "maxLength": 2}
            case 10 | 11:
                return {"not": self.condition(depth + 1, names)}
            case 12 | 13:
                return {"pattern": self.dice.choice(PATTERNS)}
            case 14:
                return {"items": {"minimum": 1}, "uniqueItems": True}
            case 15:
                return self.dice.chance(70)
            case _:
                return self.schema(depth + 1)


@dataclass(frozen=True)
class Kind:
    """A way to make a schema, and the words that it may bring."""

    make: Callable[[SchemaMaker, int], Schema]
    words: frozenset[str]


def _kind(make: Callable[[SchemaMaker, int], Schema], *words: str) -> Kind:
    return Kind(make, frozenset(words))


_CONDITIONS: Final = ("if", "then", "else", "not", "allOf", "anyOf", "oneOf")
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_SIMPLE: Final = (
    _kind(SchemaMaker.string, "minLength", "maxLength", "pattern", "format"),
    _kind(SchemaMaker.number, *_BOUNDS),
    _kind(SchemaMaker.scalar, "const"),
    _kind(SchemaMaker.enum, "enum", "default", "examples"),
    _kind(SchemaMaker.nullable, "type"),
    _kind(SchemaMaker.reference, "$ref", "$anchor", "$defs"),
)
_NESTED: Final = (
    _kind(SchemaMaker.object_, "properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    _kind(SchemaMaker.map_, "additionalProperties", "minProperties", "maxProperties"),
    _kind(SchemaMaker.array, "items", "minItems", "maxItems", "uniqueItems"),
    _kind(SchemaMaker.tuple_, "prefixItems", "items"),
    _kind(SchemaMaker.holding, "contains", "minContains", "maxContains"),
    _kind(SchemaMaker.patterned, "patternProperties"),
    _kind(SchemaMaker.dependent, "propertyNames", "dependentRequired", "dependentSchemas"),
    _kind(SchemaMaker.tagged, "oneOf", "anyOf"),
    _kind(SchemaMaker.overlapping, "oneOf", "anyOf", "allOf"),
    _kind(SchemaMaker.combined, *_CONDITIONS),
)

_SCALARS: Final[tuple[Schema, ...]] = (
    *({"type": "boolean"}, {"type": "null"}),
    *({"const": True}, {"const": "fixed"}, {"const": 7}, {"const": 1.5}),
)
_ENUMS: Final[tuple[dict[str, Any], ...]] = (
    {"enum": ["a", "b", "é"]},
    {"enum": [1, 2, 3]},
    {"enum": ["x", None]},
    {"enum": [True]},
    {"enum": ["1", "2"]},
    {"enum": [0.5, 1, False]},
    {"enum": [[1, "a"], [], {"x": 1.0, "é": [None]}]},
    {"type": ["array", "integer"], "enum": [[0, 1], 1, [True]]},
    {"const": {"a": {"b": [1, 2.5, 1e-7, 100.0]}, "__proto__": 1}},
    {"const": [{"b": "\u2028", "a": '"'}]},
    {"anyOf": [{"enum": ["red", "green"]}, {"type": "string"}]},
)
