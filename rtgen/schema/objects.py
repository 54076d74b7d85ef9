"""Objects: properties, which of them are required, and what else may be there; and maps."""

from rtgen.schema.evolving import check_names, earlier_names, removed_of
from rtgen.schema.folding import folded
from rtgen.schema.numbers import Bounds
from rtgen.schema.tree import Place
from rtgen.schema.types import AnyType, Json, MapType, ObjectType, Property, TypeNode
from rtgen.schema.use import Use, Uses
from rtgen.schema.words import copied
from rtgen.source.finding import Related, error
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import Entry, MappingNode, Node, Scalar, Sequence, kind

_COUNTS = ("minProperties", "maxProperties")


def object_type(parser: Uses, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
    """The type node and the document of a schema of objects."""
    least, most = Bounds(node, parser.findings).counts(*_COUNTS)
    document: dict[str, Json] = {"type": "object", **copied(node, _COUNTS)}
    ruled = "patternProperties" in node  # then a rule says what other properties must be
    extra = Use(AnyType(), True) if ruled else _extra(parser, place, node.get("additionalProperties"))
    if extra is None or ("additionalProperties" in node and not ruled):
        document["additionalProperties"] = False if extra is None else extra.document
    properties, documents = _properties(parser, place, node)
    if not properties and extra is not None:
        return MapType(extra.type, least, most), document
    if documents or not parser.loose:
        document["properties"] = documents
    names = {each.name for each in properties if each.required}
    stated = [item.text for item in _items(node.get("required")) if item.text in names]
    if stated:
        document["required"] = list(dict.fromkeys(stated))
    closed = None if extra is None else extra.type
    return ObjectType(properties, closed, least, most, removed_of(node)), document


def _extra(parser: Uses, place: Place, given: Node | None) -> Use | None:
    """What undeclared properties must be; `None` when there may be none."""
    if given is None:
        return Use(AnyType(), True)
    if isinstance(given, Scalar) and given.value is False:
        return None
    return parser.use(place.below("additionalProperties"))


def _properties(parser: Uses, place: Place, node: MappingNode) -> tuple[tuple[Property, ...], dict[str, Json]]:
    given = node.get("properties")
    if given is not None and not isinstance(given, MappingNode):
        message = f"`properties` must be an object, not {kind(given)}"
        parser.findings.append(error("wrong-type", message, given.span, "Write `name: schema`."))
        given = None
    required = _required(parser, node, given)
    made: list[Property] = []
    documents: dict[str, Json] = {}
    cased: dict[str, Entry] = {}
    for entry in given or ():
        use = parser.use(place.below("properties", entry.key))
        was = earlier_names(entry.value)
        made.append(Property(entry.key, use.type, entry.key in required, use.notes, entry.key_span, was, use.default))
        documents[entry.key] = use.document
        if not parser.loose:
            _check_name(parser, entry, cased.setdefault(folded(entry.key), entry))
    removed = node.get("removed")
    parser.findings.extend(check_names(tuple(given or ()), removed if isinstance(removed, MappingNode) else ()))
    undeclared = sorted(required - documents.keys())
    return (*made, *(Property(name, AnyType(), required=True) for name in undeclared)), documents


def _check_name(parser: Uses, entry: Entry, first: Entry) -> None:
    if not entry.key.isprintable():
        message = "this property name holds characters that nobody sees"
        parser.findings.append(error("bad-name", message, entry.key_span, "Remove control and direction marks."))
    elif '"' in entry.key or "\\" in entry.key:
        message = f"the property name `{entry.key}` holds a quote or backslash, which Python's decoder can't look for"
        parser.findings.append(error("bad-name", message, entry.key_span, "Leave it out of the name."))
    elif not folded(entry.key):
        message = f"the property name `{entry.key}` has no letter or digit that both languages can use"
        hint = "Use ASCII letters and digits in it."
        parser.findings.append(error("bad-name", message, entry.key_span, hint))
    elif first is not entry:
        message = f"the properties `{first.key}` and `{entry.key}` have one name in Python"
        related = (Related("the other", first.key_span),)
        parser.findings.append(error("name-collision", message, entry.key_span, "Rename one.", related))


def _required(parser: Uses, node: MappingNode, given: MappingNode | None) -> frozenset[str]:
    value = node.get("required")
    if value is not None and not isinstance(value, Sequence):
        message = f"`required` must be a list of names, not {kind(value)}"
        hint = "Write `required: [name, …]` beside `properties`."
        parser.findings.append(error("wrong-type", message, value.span, hint))
    known = frozenset(given.entries) if given is not None else frozenset[str]()
    names: set[str] = set()
    for item in _items(value):
        if item.text not in known and not parser.loose:
            message = f"`required` names `{item.text}`, which is not among the properties"
            hint = did_you_mean(item.text, known) or "Declare it."
            fix = respelt(item.text, known, item.span, {each.text for each in _items(value)})
            parser.findings.append(error("unknown-property", message, item.span, hint, fix=fix))
        elif item.text in names:
            message = f"`{item.text}` is required twice"
            parser.findings.append(error("wrong-value", message, item.span, "Keep one of the two."))
        names.add(item.text)
    return frozenset(names)


def _items(node: Node | None) -> tuple[Scalar, ...]:
    return tuple(item for item in node.items if isinstance(item, Scalar)) if isinstance(node, Sequence) else ()
