"""Arrays: what all items are, how many, and whether they differ."""

from rtgen.schema.numbers import Bounds
from rtgen.schema.tree import Place
from rtgen.schema.types import AnyType, ArrayType, Json, TypeNode
from rtgen.schema.use import Use, Uses
from rtgen.schema.words import copied
from rtgen.source.finding import error
from rtgen.source.nodes import MappingNode, Sequence


def array_type(parser: Uses, place: Place, node: MappingNode) -> tuple[TypeNode, Json]:
    """The type node and the document of a schema of arrays."""
    bounds = Bounds(node, parser.findings)
    least, most = bounds.counts("minItems", "maxItems")
    items = node.get("items")
    use = Use(AnyType(), True)
    if isinstance(items, Sequence):
        hint = "Write `prefixItems` for items by their place."
        message = "a list under `items` is a word of an older draft"
        parser.findings.append(error("unsupported-keyword", message, items.span, hint))
    elif items is not None and "prefixItems" not in node:  # beside it, a rule says what the others are
        use = parser.use(place.below("items"))
    document = {"type": "array", **copied(node, ("minItems", "maxItems", "uniqueItems"))}
    if "items" in node and "prefixItems" not in node:
        document["items"] = use.document
    return ArrayType(use.type, least, most, bounds.flag("uniqueItems")), document
