"""`brand`: a schema whose values have a type of their own in both languages, though they are strings or numbers.

A brand is a name, so a branded schema is a named type wherever it stands. It may stand in several places: there it is
one type, and so its schemas must say the same.
"""

import re
from collections.abc import Iterable, Iterator

from rtgen.schema.types import NamedType, NumberType, StringType, TypeNode, base_of
from rtgen.source.finding import Finding, Related, error
from rtgen.source.nodes import MappingNode, Node, Scalar

_NAME = re.compile(r"[A-Z][A-Za-z0-9]*\Z")


def brand_of(node: Node | None) -> str:
    """The brand of a schema, empty where it has none that can be a name."""
    value = node.get("brand") if isinstance(node, MappingNode) else None
    text = value.value if isinstance(value, Scalar) else None
    return text if isinstance(text, str) and _NAME.match(text) else ""


def check_brand(node: MappingNode, made: TypeNode, *, loose: bool) -> Iterator[Finding]:
    """What is wrong with the brand of one schema, from which `made` was made."""
    value = node.get("brand")
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        return
    at = node.key_span("brand")
    if loose:
        message = "`brand` means nothing here: this schema only asks something of a value"
        yield error("misplaced-keyword", message, at, "Put it on the schema that says the type.")
    elif not brand_of(node):
        hint = "Write it as a type is written, such as `UserId`."
        yield error("wrong-value", f"the brand `{value.text}` can't be the name of a type", value.span, hint)
    elif not isinstance(base_of(made), StringType | NumberType):
        hint = "Where `null` is allowed too, write `anyOf: [{ type: string, brand: … }, { type: 'null' }]`."
        yield error("misplaced-keyword", "only a string or a number can have a brand", at, hint)


def check_brands(types: Iterable[NamedType]) -> Iterator[Finding]:
    """Types of one name that do not say the same."""
    first: dict[str, NamedType] = {}
    for each in types:
        before = first.setdefault(each.name, each)
        if before.node != each.node and before.notes.brand == each.notes.brand == each.name:
            message = f"the brand `{each.name}` stands for two different schemas"
            hint = "Name the schema in `schemas:` and refer to it."
            yield error("name-collision", message, each.span, hint, (Related("the other", before.span),))
