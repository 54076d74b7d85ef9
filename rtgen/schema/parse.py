"""Schema nodes → type nodes, one named type at a time.

Idea: every schema is identified by its place. A place either needs a name (it stands in `schemas:`, or is an object
with properties, or a choice between objects) or is written out wherever it is used. A use of a named place is a
`RefType` at once, and its parsing waits in a queue: so recursion through names costs nothing, and no stack grows with
the length of a chain of references.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import chain

from rtgen.schema.arrays import array_type
from rtgen.schema.brands import brand_of, check_brand, check_brands
from rtgen.schema.circles import circles
from rtgen.schema.doublings import doublings
from rtgen.schema.evolving import check_reference, default_of, evolved
from rtgen.schema.keywords import APPLIES, CHOICES, KIND_OF, REFINING
from rtgen.schema.kinds import declared_types
from rtgen.schema.literals import joined, listed_type
from rtgen.schema.numbers import MAX_SAFE, Bounds
from rtgen.schema.objects import object_type
from rtgen.schema.origins import with_origin
from rtgen.schema.refine import Refinements
from rtgen.schema.shapes import Shapes, is_top
from rtgen.schema.strings import open_enum, string_type
from rtgen.schema.tree import Place, Tree, UnresolvedError
from rtgen.schema.types import (
    NO_NOTES,
    AllOf,
    AnyType,
    BooleanType,
    Choice,
    Json,
    LiteralType,
    NamedType,
    Not,
    NullType,
    RefinedType,
    RefType,
    Rule,
    TypeNode,
    UnionType,
    When,
)
from rtgen.schema.use import BROKEN, Naming, Sample, Use
from rtgen.schema.words import (
    check_fitting_words,
    check_reference_words,
    check_words,
    copied,
    is_reference,
    judging_words,
    merged,
    notes_of,
    with_values,
    with_words,
)
from rtgen.source.finding import Finding, Related, error
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence, kind

_MAX_NESTING = 200


@dataclass(slots=True)
class SchemaParser:
    """Parses the schemas of one contract; `named` grows with every place that needs a name."""

    tree: Tree
    naming: Naming
    findings: list[Finding] = field(default_factory=list)
    named: dict[Place, NamedType | None] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    loose: bool = False
    """Inside a condition: types may be left out, and no object needs a name."""
    _names: dict[str, Place] = field(default_factory=dict)
    _queue: deque[Place] = field(default_factory=deque)
    _inside: list[Place] = field(default_factory=list)
    _shapes: Shapes = field(init=False)

    def __post_init__(self) -> None:
        self._shapes = Shapes(self.tree)

    def use(self, place: Place) -> Use:
        """The schema at a place as its user sees it."""
        node = self.tree.node(place)
        if isinstance(node, MappingNode) and is_reference(node):
            return self._reference(place, node)
        own = isinstance(node, MappingNode) and not self.loose and ("brand" in node or self._shapes.needs_name(place))
        if is_top(place) or own:
            return self.use_named(place)
        return self.write_out(place)

    def member(self, place: Place) -> Use:
        """The schema at a place of one that applies together with others; without a type of its own, a condition."""
        node = self.tree.node(place)
        words = node.entries.keys() if isinstance(node, MappingNode) else frozenset[str]()
        stated = words & {"$ref", "type", "enum", "const"} or (
            words & {*CHOICES, "allOf"} and not words & KIND_OF.keys()
        )
        return self.use(place) if stated else self.condition(place)

    def condition(self, place: Place) -> Use:
        """The schema at a place, that only asks something of a value and makes no type."""
        return self._read(place, loose=True)

    def _read(self, place: Place, *, loose: bool) -> Use:
        before, self.loose = self.loose, loose
        try:
            return self.use(place)
        finally:
            self.loose = before

    def write_out_target(self, place: Place) -> Use:
        """The schema that a chain of references ends at, itself and not its name."""
        try:
            return self.write_out(self._shapes.target(place))
        except UnresolvedError as problem:
            self.findings.append(problem.finding)
            return BROKEN

    def finish(self) -> tuple[NamedType, ...]:
        """Parse whatever waits; all named types, those of `schemas:` first."""
        while self._queue:
            place = self._queue.popleft()
            use = self.write_out(place)
            self.named[place] = NamedType(
                self._name(place),
                use.type,
                use.document if isinstance(use.document, dict | bool) else True,
                self.tree.span(place),
                use.notes,
                from_schemas=is_top(place),
                default=use.default,
            )
        made = [each for each in self.named.values() if each is not None]
        endless = [*circles(made)]
        self.findings.extend(endless or doublings(made))
        made.sort(key=lambda each: not each.from_schemas)
        self.findings.extend(check_brands(made))
        named: dict[str, NamedType] = {}
        for each in made:  # a brand may stand in several places
            named.setdefault(each.name, each)
        return tuple(named.values())

    def _name(self, place: Place) -> str:
        brand = brand_of(self.tree.node(place))
        if brand and not is_top(place):
            return brand
        root = self.tree.root_of(place.file)
        return "" if root is None else self.naming.type_name(root, place.pointer)

    def use_named(self, place: Place) -> Use:
        """A place that has a name, by its name."""
        name = self._name(place)
        if place not in self.named:
            self.named[place] = None
            self._queue.append(place)
            self._claim(name, place)
        return Use(RefType(name), {"$ref": f"#/$defs/{name}"})

    def _claim(self, name: str, place: Place) -> None:
        first = self._names.setdefault(name.lower(), place)
        if first != place and not self._is_one_brand(first, place):
            message = f"this is named `{name}`, and so is another type"
            related = (Related("the other", self.tree.span(first)),)
            hint = "Rename one, or give this one a name of its own in `schemas:`."
            self.findings.append(error("name-collision", message, self.tree.span(place), hint, related))

    def _is_one_brand(self, first: Place, place: Place) -> bool:
        brand = brand_of(self.tree.node(place))
        return bool(brand) and brand == brand_of(self.tree.node(first)) == self._name(first)

    def _reference(self, place: Place, node: MappingNode) -> Use:
        asked = check_words(node), check_reference_words(node), check_reference(place.pointer, node)
        self.findings.extend(chain(*asked))
        notes = notes_of(node)
        try:
            target = self._shapes.target(place)
        except UnresolvedError as problem:
            self.findings.append(problem.finding)
            return BROKEN
        use = self._target(place, node, target)
        if isinstance(use.type, RefType):
            return Use(use.type, with_words(use.document, notes), notes, default_of(node))
        return Use(use.type, use.document, merged(notes, use.notes), default_of(node) or use.default)

    def _target(self, place: Place, node: MappingNode, target: Place) -> Use:
        """What a reference leads to, which must be a schema."""
        if not self.naming.is_schema(target.pointer):
            reference = node.entries["$ref"].value
            message = "this leads to something that is not a schema"
            self.findings.append(error("unresolved-ref", message, reference.span, "Refer to a schema."))
            return BROKEN
        if target.pointer[0] == "schemas" and target.pointer[:2] != place.pointer[:2]:
            self.referenced.add(target.pointer[1])
        return with_origin(self._read(target, loose=False), target, self.tree, self.naming)

    def write_out(self, place: Place) -> Use:
        """The schema at a place itself, even where its users see only its name."""
        if place in self._inside or len(self._inside) > _MAX_NESTING:
            hint = "Name the part that repeats in `schemas:`; named schemas may recurse."
            self.findings.append(error("ref-cycle", "this schema contains itself", self.tree.span(place), hint))
            return BROKEN
        self._inside.append(place)
        try:
            return self._parse(place)
        finally:
            self._inside.pop()

    def _parse(self, place: Place) -> Use:
        node = self.tree.node(place)
        if isinstance(node, Scalar) and node.value is True:
            return Use(AnyType(), True)
        if isinstance(node, Scalar) and node.value is False and self.loose:
            return Use(RefinedType(AnyType(), (Not(AnyType()),)), {"not": {}})
        if isinstance(node, Scalar) and node.value is False:
            self._wrong("impossible-schema", "nothing is valid under `false`", node, "Leave it out.")
            return BROKEN
        if not isinstance(node, MappingNode):
            found = "nothing" if node is None else kind(node)
            hint = "Write an object such as `{ type: string }`."
            if isinstance(node, Scalar) and node.text.isidentifier():
                hint = f"Write `{{ $ref: '#/schemas/{node.text}' }}` for a schema of that name."
            self.findings.append(
                error("wrong-type", f"a schema must be an object, not {found}", self.tree.span(place), hint)
            )
            return BROKEN
        if is_reference(node):
            return self._reference(place, node)
        self.findings.extend(check_words(node))
        type_node, document = self._structure(place, node)
        type_node = evolved(place.pointer, node, type_node, self.findings)
        notes = with_values(notes_of(node), node) if isinstance(type_node, LiteralType) else notes_of(node)
        self.findings.extend(check_brand(node, type_node, loose=self.loose))
        self._sample(node, document)
        self._defs(place, node)
        return Use(type_node, with_words(document, notes), notes, default_of(node))

    def _defs(self, place: Place, node: MappingNode) -> None:
        """Schemas under `$defs` are judged even when nothing refers to them."""
        inside = node.get("$defs")
        if inside is not None and not isinstance(inside, MappingNode):
            message = f"`$defs` must be an object, not {kind(inside)}"
            self.findings.append(error("wrong-type", message, inside.span, "Write `name: schema`."))
        for entry in inside if isinstance(inside, MappingNode) else ():
            self._read(place.below("$defs", entry.key), loose=False)

    def _sample(self, node: MappingNode, document: Json) -> None:
        listed = node.get("examples")
        for value in listed.items if isinstance(listed, Sequence) else ():
            self.samples.append(Sample(value, document, "examples"))
        default = node.get("default")
        if default is not None:
            self.samples.append(Sample(default, document, "default"))

    def _structure(self, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
        kinds = declared_types(node, self.findings)
        if kinds is None:
            return AnyType(), True
        if "$ref" in node:
            return self._extended(place, node)
        if "enum" in node or "const" in node:
            return self._listed(place, node, kinds)
        if self._shapes.is_plain_choice(place):
            return self._union(place, node)
        loose = self.loose and not kinds and any(word in node for word in KIND_OF)
        if loose or any(word in node for word in (*REFINING, *CHOICES)):
            return self._refined(place, node, kinds)
        return self._base(place, node, kinds)

    def _extended(self, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
        """What is referred to, and what more the words beside `$ref` ask: the same as `allOf` of the two."""
        try:
            target = self._shapes.referred(place, node)
        except UnresolvedError as problem:
            self.findings.append(problem.finding)
            return AnyType(), True
        use = self._target(place, node, target)
        more, asked = self._beside(place, judging_words(node))
        return RefinedType(AnyType(), (AllOf((use.type, more)),)), {"allOf": [use.document, asked]}

    def _listed(self, place: Place, node: MappingNode, kinds: tuple[str, ...]) -> tuple[TypeNode, Json]:
        """A list of values; with words beside it that refuse some of them, the same as `allOf` of the two."""
        listed, document = listed_type(node, kinds, self.findings)
        rest = judging_words(node, but=("enum", "const", "type"))
        if not rest.entries:
            return listed, document
        if kinds:
            self.findings.extend(check_fitting_words(rest, kinds))
        more, asked = self._beside(place, rest)
        return RefinedType(AnyType(), (AllOf((listed, more)),)), {"allOf": [document, asked]}

    def _beside(self, place: Place, rest: MappingNode) -> tuple[TypeNode, Json]:
        """Some of the words of a schema, as a condition: without a type they judge values of their own kind."""
        before, self.loose = self.loose, True
        try:
            return self._structure(place, rest)
        finally:
            self.loose = before

    def _base(self, place: Place, node: MappingNode, kinds: tuple[str, ...]) -> tuple[TypeNode, Json]:
        self.findings.extend(check_fitting_words(node, kinds))
        if not kinds:
            return AnyType(), {}
        parts = [self._kind(each, place, node) for each in kinds]
        if len(parts) == 1:
            return parts[0]
        return UnionType(tuple(part for part, _ in parts)), {"anyOf": [document for _, document in parts]}

    def _refined(self, place: Place, node: MappingNode, kinds: tuple[str, ...]) -> tuple[TypeNode, Json]:
        """A type and the rules beside it."""
        if self.loose and not kinds:
            return self._condition(place, node)
        base, stated = self._base(place, node, kinds)
        reader = Refinements(self, place, node)
        if isinstance(base, UnionType):  # its own `anyOf` must not meet another
            rules = reader.read((base, stated))
            return RefinedType(base, rules, ruled=True), reader.document
        rules = reader.read()
        return RefinedType(base, rules), {**(stated if isinstance(stated, dict) else {}), **reader.document}

    def _condition(self, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
        """A schema without a type: what it asks of each kind of value."""
        document: dict[str, Json] = {}
        parts: list[Rule] = []
        for each, words in APPLIES.items():
            if any(word in node for word in words if word not in REFINING):
                part, stated = self._kind(each, place, node)
                parts.append(When(each, part))
                document |= stated if isinstance(stated, dict) else {}
        document.pop("type", None)
        reader = Refinements(self, place, node)
        rules = (*parts, *reader.read())
        return RefinedType(AnyType(), rules), {**document, **reader.document}

    def _kind(self, name: str, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
        match name:
            case "null":
                return NullType(), {"type": "null"}
            case "boolean":
                return BooleanType(), {"type": "boolean"}
            case "string":
                return string_type(node, self.findings)
            case "array":
                return array_type(self, place, node)
            case "object":
                return self._object_of(place, node)
        made = Bounds(node, self.findings).number_type(integer=name == "integer")
        document = {"type": name, **copied(node, APPLIES["number"])}
        if name == "integer":
            if made.minimum is None and made.exclusive_minimum is None:
                document["minimum"] = -MAX_SAFE
            if made.maximum is None and made.exclusive_maximum is None:
                document["maximum"] = MAX_SAFE
        return made, document

    def _object_of(self, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
        """The object among the types of a schema; with other types beside it, it has a name of its own."""
        if isinstance(node.get("type"), Sequence) and not self.loose and self._shapes.has_own_properties(node):
            own = place.below("object")
            if own not in self.named:
                self._claim(self._name(own), own)
                type_node, document = object_type(self, place, node)
                shown = document if isinstance(document, dict) else True
                self.named[own] = NamedType(
                    self._name(own), type_node, shown, self.tree.span(place), NO_NOTES, from_schemas=False
                )
            name = self._name(own)
            return RefType(name), {"$ref": f"#/$defs/{name}"}
        return object_type(self, place, node)

    def _union(self, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
        word = next(each for each in CHOICES if each in node)
        members = node.get(word)
        if not isinstance(members, Sequence) or not members.items:
            self._at_key("wrong-type", f"`{word}` must be a list of schemas", node, word, "Name at least one.")
            return AnyType(), True
        opened = open_enum(node, word, members, self.findings)
        if opened is not None:
            return opened
        uses = [self.member(place.below(word, str(index))) for index in range(len(members.items))]
        if len(uses) == 1:
            return uses[0].type, uses[0].document
        listed = joined([use.type for use in uses])
        if listed is not None:
            return listed, {"enum": list(listed.values)}
        overlap, tag = self._shapes.tag(place, word, len(uses))
        if overlap is not None and not self.loose and not self._shapes.chooses_itself(place):
            self.findings.append(overlap)
        types = tuple(use.type for use in uses)
        made = UnionType(types, tag) if not overlap else RefinedType(AnyType(), (Choice(types, word == "oneOf"),))
        return made, {word: [use.document for use in uses]}

    def _wrong(self, rule: str, message: str, node: Node, hint: str) -> None:
        self.findings.append(error(rule, message, node.span, hint))

    def _at_key(self, rule: str, message: str, node: MappingNode, key: str, hint: str) -> None:
        self.findings.append(error(rule, message, node.key_span(key), hint))
