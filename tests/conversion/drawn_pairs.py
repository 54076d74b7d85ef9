"""Pairs of schemas drawn by dice, an old one and what became of it, and values of either.

Most of what changes is declared, as a careful author would; sometimes a word is forgotten. The plan has to find out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

Schema = dict[str, Any]
Draw = Callable[[int], tuple[Schema, Schema]]

_FORGETFUL = 0.06


@dataclass(slots=True)
class Pairs:
    """One contract's schemas in two versions."""

    dice: Random
    old: dict[str, Schema] = field(default_factory=dict)
    new: dict[str, Schema] = field(default_factory=dict)
    careful: bool = True

    def named(self, name: str, depth: int) -> None:
        """Draw a named schema; later ones may refer to it, and it to itself."""
        old, new = self._object(depth)
        if self._chance(0.5):
            again = {"type": "array", "items": {"$ref": f"#/schemas/{name}"}, "maxItems": 2}
            old["properties"]["again"] = again
            is_now, words = self._one_of(("again", {}), ("more", {"was": "again"}))
            new["properties"][is_now] = {**again, **words}
        self.old[name], self.new[name] = old, new

    def _one_of(self, *choices: Any) -> Any:
        return self.dice.choice(choices)

    def _chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _forgets(self) -> bool:
        return not self.careful and self._chance(_FORGETFUL)

    def pair(self, depth: int) -> tuple[Schema, Schema]:
        """A schema in both versions."""
        kinds: list[Draw] = [self._text, self._text, self._number, self._enum, self._enum, self._flag]
        if depth:
            kinds += [self._list, self._map, self._nullable, self._union, self._reference, self._inside, self._inside]
        return self.dice.choice(kinds)(depth)

    def _text(self, depth: int) -> tuple[Schema, Schema]:
        old, new = {"type": "string", "minLength": 1}, {"type": "string", "minLength": 1}
        if self._forgets():
            new["maxLength"] = 3
        return old, new

    def _number(self, depth: int) -> tuple[Schema, Schema]:
        bounds = {"type": "integer", "minimum": 0, "maximum": 9}
        return dict(bounds), {**bounds, "maximum": 5} if self._forgets() else dict(bounds)

    def _flag(self, depth: int) -> tuple[Schema, Schema]:
        return {"type": "boolean"}, {"type": "boolean"}

    def _enum(self, depth: int) -> tuple[Schema, Schema]:
        old = [f"v{index}" for index in range(self.dice.randint(1, 4))]
        new, earlier, instead = [old[0]], {}, {}
        for value in old[1:]:
            if self._chance(0.5):
                new.append(value)
            else:
                became = self._one_of(f"{value}x", new[0])
                new += [] if became in new else [became]
                earlier[value] = became
        if self._chance(0.4):
            new.append("more")
            instead["more"] = self.dice.choice(new[:-1])
        if self._forgets():
            earlier, instead = {}, {}
        words = {word: told for word, told in (("earlier", earlier), ("instead", instead)) if told}
        listed = {"enum": old}, {"enum": new}
        if self._chance(0.2):
            listed = tuple({"anyOf": [each, {"type": "string"}]} for each in listed)  # type: ignore[assignment]
        return listed[0], {**listed[1], **words}

    def _list(self, depth: int) -> tuple[Schema, Schema]:
        old, new = self.pair(depth - 1)
        return {"type": "array", "items": old, "maxItems": 3}, {"type": "array", "items": new, "maxItems": 3}

    def _map(self, depth: int) -> tuple[Schema, Schema]:
        old, new = self.pair(depth - 1)
        return {"type": "object", "additionalProperties": old}, {"type": "object", "additionalProperties": new}

    def _nullable(self, depth: int) -> tuple[Schema, Schema]:
        old, new = self._inside(depth)
        return {"anyOf": [old, {"type": "null"}]}, {"anyOf": [new, {"type": "null"}]}

    def _inside(self, depth: int) -> tuple[Schema, Schema]:
        return self._object(depth - 1)

    def _reference(self, depth: int) -> tuple[Schema, Schema]:
        if not self.old:
            return self._text(0)
        name = self.dice.choice([*self.old])
        reference = {"$ref": f"#/schemas/{name}"}
        return reference, dict(reference)

    def _union(self, depth: int) -> tuple[Schema, Schema]:
        old, new = [], []
        tag = self._one_of("kind", "sort")
        for index in range(2):
            mine, theirs = self._object(depth - 1)
            value = became = f"case{index}"
            constant: Schema = {"const": value}
            if self._chance(0.4):
                became = f"other{index}"
                constant = {"const": became} if self._forgets() else {"const": became, "earlier": {value: became}}
            old.append(_tagged(mine, "kind", {"const": value}))
            renamed = constant if tag == "kind" else {**constant, "was": "kind"}
            new.append(_tagged(theirs, tag, renamed))
        return {"oneOf": old}, {"oneOf": new}

    def _object(self, depth: int) -> tuple[Schema, Schema]:
        old: Schema = {"type": "object", "required": [], "properties": {"id": {"type": "string"}}}
        new: Schema = {"type": "object", "required": [], "properties": {"id": {"type": "string"}}, "removed": {}}
        for index in range(self.dice.randint(1, 4)):
            self._property(old, new, f"p{index}", depth)
        for each in (old, new):
            if self._chance(0.4):
                each["additionalProperties"] = False
        if not new["removed"]:
            del new["removed"]
        return old, new

    def _property(self, old: Schema, new: Schema, name: str, depth: int) -> None:
        mine, theirs = self.pair(depth)
        fate = self._one_of("kept", "kept", "renamed", "added", "gone")
        old_needs, new_needs = self._chance(0.5), self._chance(0.5)
        if fate != "added":
            old["properties"][name] = mine
            old["required"] += [name] if old_needs else []
        if fate == "gone":
            if old_needs and not self._forgets():
                new["removed"][name] = value_of(mine, self.old, self.dice, deep=0)
            return
        is_now = f"{name}n" if fate == "renamed" else name
        words: Schema = {"was": name} if fate == "renamed" and not self._forgets() else {}
        if self._chance(0.15):
            mine, theirs = self._with_null(mine, theirs)
            if fate != "added":
                old["properties"][name] = mine
        missing = fate == "added" or old_needs != new_needs
        refuses = ("null" in str(mine)) != ("null" in str(theirs))
        if (missing or refuses) and not self._forgets() and "$ref" not in str(theirs):
            words["default"] = value_of(theirs, self.new, self.dice, deep=0)
        new["properties"][is_now] = {**theirs, **words}
        new["required"] += [is_now] if new_needs else []

    def _with_null(self, old: Schema, new: Schema) -> tuple[Schema, Schema]:
        """One of two schemas, or both, with `null` beside."""
        null = {"type": "null"}
        which = self._one_of("old", "new", "both")
        mine, theirs = (each if "anyOf" in each else {"anyOf": [null, each]} for each in (old, new))
        return mine if which != "new" else old, theirs if which != "old" else new


def _tagged(schema: Schema, tag: str, constant: Schema) -> Schema:
    return {
        **schema,
        "required": [tag, *schema["required"]],
        "properties": {tag: constant, **schema["properties"]},
    }


def value_of(schema: Schema, schemas: dict[str, Schema], dice: Random, deep: int = 2) -> Any:
    """A value that a schema accepts, with nothing in it that is not declared."""
    if "$ref" in schema:
        return value_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, dice, deep - 1)
    if "enum" in schema:
        return dice.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema or "oneOf" in schema:
        cases = schema.get("anyOf") or schema["oneOf"]
        return value_of(dice.choice(cases) if deep > 0 else cases[-1], schemas, dice, deep)
    match schema["type"]:
        case "null":
            return None
        case "boolean":
            return dice.random() < 0.5
        case "integer":
            return dice.randint(schema.get("minimum", 0), schema.get("maximum", 9))
        case "string":
            return "".join(dice.choice("abcdef") for _ in range(dice.randint(1, schema.get("maxLength", 6))))
        case "array":
            count = dice.randint(0, schema["maxItems"]) if deep > 0 else 0
            return [value_of(schema["items"], schemas, dice, deep - 1) for _ in range(count)]
    if "properties" not in schema:
        names = dice.sample(["x", "y"], dice.randint(0, 2)) if deep > 0 else []
        return {name: value_of(schema["additionalProperties"], schemas, dice, deep - 1) for name in names}
    made = {}
    for name, each in schema["properties"].items():
        if name in schema["required"] or (deep > 0 and dice.random() < 0.6):
            made[name] = value_of(each, schemas, dice, deep - 1)
    return made
