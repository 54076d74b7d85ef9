"""The words of a schema that no type says: they become rules beside its type, in the order both ends apply them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rtgen.schema.keywords import CHOICES
from rtgen.schema.numbers import Bounds
from rtgen.schema.patterns import PatternError, check_pattern, explicit_pattern
from rtgen.schema.tree import Place
from rtgen.schema.types import (
    AllOf,
    AnyType,
    Choice,
    Contains,
    DependentRequired,
    DependentSchemas,
    IfThenElse,
    Json,
    Not,
    PatternProperties,
    PrefixItems,
    PropertyNames,
    Rule,
    TypeNode,
)
from rtgen.schema.use import Use, Uses
from rtgen.source.finding import error
from rtgen.source.nodes import Entry, MappingNode, Scalar, Sequence, kind

Reader = Callable[[Place], Use]
"""How the schema at a place is to be read."""


@dataclass(slots=True)
class Refinements:
    """Reads the rules of the schema at a place; `document` grows with their words."""

    parser: Uses
    place: Place
    node: MappingNode
    document: dict[str, Json] = field(default_factory=dict)

    def read(self, first: tuple[TypeNode, Json] | None = None) -> tuple[Rule, ...]:
        """All rules, in their order. With `first`, `allOf` begins with that schema."""
        return tuple(rule for rule in self._all(first) if rule is not None)

    def _all(self, first: tuple[TypeNode, Json] | None) -> Iterator[Rule | None]:
        yield self._prefix_items()
        yield self._contains()
        yield self._pattern_properties()
        yield self._property_names()
        yield self._dependent_required()
        yield self._dependent_schemas()
        yield self._all_of(first)
        for word in CHOICES:
            yield self._choice(word)
        yield self._not()
        yield self._if()

    def _prefix_items(self) -> Rule | None:
        members = self._members("prefixItems", self.parser.use)
        if members is None:
            return None
        rest = self.node.get("items")
        if isinstance(rest, Scalar) and rest.value is False:
            self.document["items"] = False
            return PrefixItems(members, None)
        if rest is None:
            return PrefixItems(members, AnyType())
        return PrefixItems(members, self._single("items", self.parser.use))

    def _contains(self) -> Rule | None:
        bounds = Bounds(self.node, self.parser.findings)
        least, most = bounds.counts("minContains", "maxContains")
        if "contains" not in self.node:
            for word in ("minContains", "maxContains"):
                if word in self.node:
                    self._wrong("misplaced-keyword", f"`{word}` counts nothing without `contains`", word, "Add it.")
            return None
        item = self._single("contains", self.parser.condition)
        counted = "minContains" in self.node or "maxContains" in self.node
        if counted:  # with both words each end tells too few from too many
            self.document["minContains"] = 1 if least is None else least
        if most is not None:
            self.document["maxContains"] = most
            if least is None and most == 0:
                message = "nothing can be valid: at least one item is asked for, and `maxContains` is 0"
                self._wrong("impossible-range", message, "maxContains", "Write `not: { contains: … }`.")
        return Contains(item, 1 if least is None else least, most, counted)

    def _pattern_properties(self) -> Rule | None:
        entries = self._entries("patternProperties")
        if entries is None:
            return None
        patterns: list[tuple[str, TypeNode]] = []
        documents: dict[str, Json] = {}
        for entry in entries:
            use = self.parser.use(self.place.below("patternProperties", entry.key))
            try:
                check_pattern(entry.key)
            except PatternError as problem:
                message = f"this pattern is refused: {problem}"
                self.parser.findings.append(error("pattern", message, entry.key_span, problem.hint))
                continue
            patterns.append((entry.key, use.type))
            documents[explicit_pattern(entry.key)] = use.document
        self.document["patternProperties"] = documents
        declared = self.node.get("properties")
        names = tuple(declared.entries) if isinstance(declared, MappingNode) else ()
        return PatternProperties(tuple(patterns), names, self._extra())

    def _extra(self) -> TypeNode | None:
        given = self.node.get("additionalProperties")
        if given is None:
            return AnyType()
        if isinstance(given, Scalar) and given.value is False:
            self.document["additionalProperties"] = False
            return None
        return self._single("additionalProperties", self.parser.use)

    def _property_names(self) -> Rule | None:
        if "propertyNames" not in self.node:
            return None
        return PropertyNames(self._single("propertyNames", self.parser.condition))

    def _dependent_required(self) -> Rule | None:
        entries = self._entries("dependentRequired")
        if entries is None:
            return None
        needs: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            listed = entry.value.items if isinstance(entry.value, Sequence) else ()
            names = tuple(each.value for each in listed if isinstance(each, Scalar) and isinstance(each.value, str))
            if not isinstance(entry.value, Sequence) or len(names) < len(listed):
                message = "`dependentRequired` must list names of properties"
                self.parser.findings.append(error("wrong-type", message, entry.value.span, "Write `name: [other]`."))
            needs[entry.key] = tuple(dict.fromkeys(names))
        self.document["dependentRequired"] = {name: list(others) for name, others in needs.items()}
        return DependentRequired(tuple(needs.items()))

    def _dependent_schemas(self) -> Rule | None:
        entries = self._entries("dependentSchemas")
        if entries is None:
            return None
        uses = {each.key: self.parser.member(self.place.below("dependentSchemas", each.key)) for each in entries}
        self.document["dependentSchemas"] = {name: use.document for name, use in uses.items()}
        return DependentSchemas(tuple((name, use.type) for name, use in uses.items()))

    def _all_of(self, first: tuple[TypeNode, Json] | None) -> Rule | None:
        members = self._members("allOf", self.parser.member)
        if first is not None:
            others = self.document.get("allOf", [])
            self.document["allOf"] = [first[1], *(others if isinstance(others, list) else [])]
            return AllOf((first[0], *(members or ())))
        return None if members is None else AllOf(members)

    def _choice(self, word: str) -> Rule | None:
        members = self._members(word, self.parser.member)
        return None if members is None else Choice(members, one=word == "oneOf")

    def _not(self) -> Rule | None:
        return Not(self._single("not", self.parser.condition)) if "not" in self.node else None

    def _if(self) -> Rule | None:
        branches = [word for word in ("then", "else") if word in self.node]
        if "if" not in self.node:
            for word in branches:
                self._wrong("misplaced-keyword", f"`{word}` means nothing without `if`", word, "Add the condition.")
            return None
        if not branches:
            self._wrong("misplaced-keyword", "`if` asks nothing without `then` or `else`", "if", "Add one of them.")
        made = {word: self._single(word, self.parser.member) for word in branches}
        condition = self._single("if", self.parser.condition)
        return IfThenElse(condition, made.get("then"), made.get("else"))

    def _single(self, word: str, read: Reader) -> TypeNode:
        use = read(self.place.below(word))
        self.document[word] = use.document
        return use.type

    def _members(self, word: str, read: Reader) -> tuple[TypeNode, ...] | None:
        given = self.node.get(word)
        if given is None:
            return None
        if not isinstance(given, Sequence) or not given.items:
            self._wrong("wrong-type", f"`{word}` must be a list of schemas", word, "Name at least one.")
            return None
        uses = [read(self.place.below(word, str(index))) for index in range(len(given.items))]
        self.document[word] = [use.document for use in uses]
        return tuple(use.type for use in uses)

    def _entries(self, word: str) -> tuple[Entry, ...] | None:
        given = self.node.get(word)
        if given is not None and not isinstance(given, MappingNode):
            self._wrong("wrong-type", f"`{word}` must be an object, not {kind(given)}", word, "Write `name: …`.")
            return None
        return None if given is None else tuple(given)

    def _wrong(self, rule: str, message: str, word: str, hint: str) -> None:
        self.parser.findings.append(error(rule, message, self.node.key_span(word), hint))
