"""`enum` and `const`: a closed list of scalars."""

from rtgen.schema.numbers import unsafe_integer
from rtgen.schema.types import Literal, LiteralType
from rtgen.source.finding import Finding, error
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence, kind


def literal_type(node: MappingNode, kinds: tuple[str, ...], findings: list[Finding]) -> LiteralType:
    """The listed values; with `kinds`, each must be of one of these types."""
    if "enum" in node and "const" in node:
        message = "`enum` and `const` stand side by side"
        findings.append(error("misplaced-keyword", message, node.key_span("const"), "Keep one of the two."))
    values: dict[tuple[type, Literal], Literal] = {}
    for item in _items(node, findings):
        found = _value(item, kinds)
        if isinstance(found, Finding):
            findings.append(found)
        elif (type(found[0]), found[0]) in values:  # the type too: `true` is not 1
            findings.append(error("wrong-value", "this value is listed twice", item.span, "Keep one of the two."))
        else:
            values[type(found[0]), found[0]] = found[0]
    return LiteralType(tuple(values.values()), constant="const" in node)


def _items(node: MappingNode, findings: list[Finding]) -> tuple[Node, ...]:
    if "enum" not in node:
        return (node.entries["const"].value,)
    listed = node.entries["enum"].value
    if not isinstance(listed, Sequence):
        message = f"`enum` must be a list, not {kind(listed)}"
        findings.append(error("wrong-type", message, listed.span, "Write `enum: [a, b]`."))
        return ()
    if not listed.items:
        message = "nothing can be valid: `enum` lists no value"
        findings.append(error("wrong-value", message, node.key_span("enum"), "List at least one."))
    return listed.items


def _value(item: Node, kinds: tuple[str, ...]) -> Finding | tuple[Literal]:
    if not isinstance(item, Scalar):
        hint = "List strings, numbers, booleans or null."
        return error("unsupported-keyword", f"{kind(item)} can't stand in `enum` or `const`", item.span, hint)
    unsafe = unsafe_integer(item)
    if unsafe is not None:
        return unsafe
    value = item.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if kinds and not kinds_of(value) & set(kinds):
        message = f"`{item.text}` is {kind(item)}, and the schema's type is {' or '.join(kinds)}"
        hint = "Quote it for a string." if "string" in kinds else "Change the value or the type."
        return error("wrong-value", message, item.span, hint)
    return (value,)


def kinds_of(value: Literal) -> set[str]:
    """The types of JSON Schema that a scalar belongs to."""
    match value:
        case None:
            return {"null"}
        case bool():
            return {"boolean"}
        case str():
            return {"string"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number"}
