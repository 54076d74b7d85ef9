"""What can be said of a schema without parsing it: which JSON kinds it accepts, and what tells its objects apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rtgen.schema.keywords import CHOICES, JUDGING
from rtgen.schema.literals import kinds_of
from rtgen.schema.tree import Place, Tree, UnresolvedError
from rtgen.schema.words import is_reference
from rtgen.source.finding import Finding, Related, error, warning
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence

_UNTYPED = "Until then Python gets a value without a type."
_KINDS = frozenset({"string", "number", "boolean", "null", "array", "object"})


def is_top(place: Place) -> bool:
    """Whether a place is an entry of `schemas:`."""
    return len(place.pointer) == 2 and place.pointer[0] == "schemas"


@dataclass(frozen=True, slots=True)
class Shape:
    """The JSON kinds a schema accepts, and the places of the objects among them."""

    kinds: frozenset[str] = frozenset()
    objects: tuple[Place, ...] = ()


@dataclass(slots=True)
class Shapes:
    """Answers about the schemas of one tree."""

    tree: Tree
    _known: dict[Place, Shape] = field(default_factory=dict)

    def target(self, place: Place) -> Place:
        """Where a chain of references ends: a named schema, or the first schema that is no reference.

        Raises:
            UnresolvedError: A reference of the chain leads nowhere, or back into the chain.
        """
        seen = {place}
        first: Place | None = None
        while True:
            node = self.tree.node(place)
            if not isinstance(node, MappingNode) or not is_reference(node):
                return first or place
            reference = node.entries["$ref"].value
            if not isinstance(reference, Scalar) or not isinstance(reference.value, str):
                raise UnresolvedError(error("wrong-type", "`$ref` must be a string", reference.span, "Quote it."))
            place = self.tree.resolve(reference, place)
            if place in seen:
                hint = "At least one schema of the circle must say what it is."
                raise UnresolvedError(error("ref-cycle", "these references lead in a circle", reference.span, hint))
            seen.add(place)
            if first is None and is_top(place):
                first = place

    def referred(self, place: Place, node: MappingNode) -> Place:
        """Where the `$ref` of a schema leads that asks more beside it.

        Raises:
            UnresolvedError: It leads nowhere.
        """
        reference = node.entries["$ref"].value
        if not isinstance(reference, Scalar) or not isinstance(reference.value, str):
            raise UnresolvedError(error("wrong-type", "`$ref` must be a string", reference.span, "Quote it."))
        return self.target(self.tree.resolve(reference, place))

    def needs_name(self, place: Place) -> bool:
        """Whether the schema at a place becomes a type of its own in both languages."""
        node = self.tree.node(place)
        if not isinstance(node, MappingNode) or is_reference(node):
            return False
        if "$ref" in node:
            return self._extends_objects(place, node)
        declared = node.get("type")
        if isinstance(declared, Scalar) and declared.value == "object" and self.has_own_properties(node):
            return True
        members = node.get("oneOf") or node.get("anyOf")
        if not isinstance(members, Sequence):
            return False
        objects = self.shape(place).objects
        return len(objects) > 1

    def _extends_objects(self, place: Place, node: MappingNode) -> bool:
        """Whether the words beside a `$ref` ask more of what are objects only."""
        try:
            return self.shape(self.referred(place, node)).kinds == {"object"}
        except UnresolvedError:
            return False

    @staticmethod
    def has_own_properties(node: MappingNode) -> bool:
        """Whether a schema of objects is more than a map."""
        properties = node.get("properties")
        extra = node.get("additionalProperties")
        closed = isinstance(extra, Scalar) and extra.value is False
        return closed or (isinstance(properties, MappingNode) and bool(properties.entries))

    def shape(self, place: Place) -> Shape:
        """What the schema at a place accepts; nothing where it only refers to itself.

        Each schema that its choices and references reach is looked at once, however many ways lead there.
        """
        if place in self._known:
            return self._known[place]
        kinds: set[str] = set()
        objects: list[Place] = []
        rest, seen = [place], set[Place]()
        while rest:
            here = rest.pop()
            if here in seen:
                continue
            seen.add(here)
            leads_to = self._leads_to(here)
            if leads_to is not None:
                rest.extend(reversed(leads_to))
                continue
            node = self.tree.node(here)
            own = self._scalar_kinds(node) if isinstance(node, MappingNode) else _KINDS
            kinds |= own
            if isinstance(node, MappingNode) and "object" in own:
                objects.append(here)
        made = self._known[place] = Shape(frozenset(kinds), tuple(objects))
        return made

    def _leads_to(self, place: Place) -> list[Place] | None:
        """The schemas that a reference or a choice stands for; `None` where a schema says itself what it accepts."""
        node = self.tree.node(place)
        if not isinstance(node, MappingNode):
            return None
        if is_reference(node):
            reference = node.entries["$ref"].value
            try:
                return [self.tree.resolve(reference, place)] if isinstance(reference, Scalar) else []
            except UnresolvedError:
                return []
        if self.is_plain_choice(place):
            word = "anyOf" if "anyOf" in node else "oneOf"
            members = node.get(word)
            count = len(members.items) if isinstance(members, Sequence) else 0
            return [place.below(word, str(index)) for index in range(count)]
        return None

    def is_plain_choice(self, place: Place) -> bool:
        """Whether a schema is a choice and nothing else; a `type` beside it says no more than every case does."""
        node = self.tree.node(place)
        if not isinstance(node, MappingNode) or len(node.entries.keys() & set(CHOICES)) != 1:
            return False
        if node.entries.keys() & ((JUDGING | {"$ref"}) - {*CHOICES, "type"}):
            return False
        word = "anyOf" if "anyOf" in node else "oneOf"
        members = node.get(word)
        if "type" not in node or not isinstance(members, Sequence):
            return True
        declared = _words(node)
        cases = [self._final(place.below(word, str(index))) for index in range(len(members.items))]
        return all(bool(words := _words(case)) and words <= declared for case in cases)

    def _final(self, place: Place) -> Node | None:
        try:
            return self.tree.node(self.target(place))
        except UnresolvedError:
            return None

    @staticmethod
    def _scalar_kinds(node: MappingNode) -> frozenset[str]:
        values = node.get("enum") if "enum" in node else None
        if "const" in node:
            values = node.get("const")
        if values is not None:
            items = (values,) if "const" in node else values.items if isinstance(values, Sequence) else ()
            found = {kind for item in items if isinstance(item, Scalar) for kind in kinds_of(item.value)}
            found |= {"array" for item in items if isinstance(item, Sequence)}
            found |= {"object" for item in items if isinstance(item, MappingNode)}
            return frozenset(found - {"integer"})
        declared = node.get("type")
        items = declared.items if isinstance(declared, Sequence) else () if declared is None else (declared,)
        words = {item.text for item in items if isinstance(item, Scalar)}
        return frozenset("number" if word == "integer" else word for word in words) if words else _KINDS

    def tag(self, place: Place, word: str, count: int) -> tuple[Finding | None, str]:
        """The property that tells the objects of a choice apart; a finding where the cases overlap."""
        places = [place.below(word, str(index)) for index in range(count)]
        shapes = [self.shape(each) for each in places]
        taken: dict[str, int] = {}
        for index, shape in enumerate(shapes):
            for kind in sorted(shape.kinds - {"object"}):
                first = taken.setdefault(kind, index)
                if first != index:
                    message = f"this case and an earlier one both accept a {kind}"
                    related = (Related("the earlier one", self.tree.span(places[first])),)
                    hint = f"Let cases differ in their JSON type, or be objects with a constant property. {_UNTYPED}"
                    return warning("union-overlap", message, self.tree.span(places[index]), hint, related), ""
        objects = [each for shape in shapes for each in shape.objects]
        if len(objects) < 2:
            return None, ""
        return self._common_tag(place, objects)

    def _common_tag(self, place: Place, objects: list[Place]) -> tuple[Finding | None, str]:
        constants = [self._constants(each) for each in objects]
        for name in constants[0]:
            values = [each.get(name) for each in constants]
            if None not in values and len(set(values)) == len(values):
                return None, name
        message = "nothing tells the objects of this choice apart"
        hint = "Give each a required property of one name with its own constant, such as `kind: { const: text }`. "
        related = tuple(Related("one of them", self.tree.span(each)) for each in objects[:4])
        return warning("union-overlap", message, self.tree.span(place), hint + _UNTYPED, related), ""

    def _constants(self, place: Place) -> Mapping[str, str]:
        """Required properties of an object that can have one string only, in the order of the contract."""
        node = self.tree.node(place)
        properties = node.get("properties") if isinstance(node, MappingNode) else None
        required = node.get("required") if isinstance(node, MappingNode) else None
        if not isinstance(properties, MappingNode) or not isinstance(required, Sequence):
            return {}
        names = {item.text for item in required.items if isinstance(item, Scalar)}
        found: dict[str, str] = {}
        for entry in properties:
            constant = self._constant(place.below("properties", entry.key))
            if constant is not None and entry.key in names:
                found[entry.key] = constant
        return found

    def _constant(self, place: Place) -> str | None:
        try:
            node = self.tree.node(self.target(place))
        except UnresolvedError:
            return None
        if not isinstance(node, MappingNode):
            return None
        value = node.get("const")
        listed = node.get("enum")
        if isinstance(listed, Sequence) and len(listed.items) == 1:
            value = listed.items[0]
        return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else None

    def chooses_itself(self, place: Place) -> bool:
        """Whether a schema is a choice, through references and choices alone, that contains itself."""
        rest, seen = [place], set[Place]()
        while rest:
            here = rest.pop()
            node = self.tree.node(here)
            if here == place and isinstance(node, MappingNode) and "$ref" in node:
                continue
            below = self._leads_to(here) or []
            if place in below:
                return True
            rest.extend(each for each in below if each not in seen)
            seen.update(below)
        return False


def _words(node: Node | None) -> frozenset[str]:
    """The types that a schema declares; none where it says them in another way."""
    declared = node.get("type") if isinstance(node, MappingNode) else None
    items = declared.items if isinstance(declared, Sequence) else () if declared is None else (declared,)
    return frozenset(item.text for item in items if isinstance(item, Scalar))
