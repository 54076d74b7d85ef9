"""`enum` and `const`: a closed list of values."""

import json
from collections.abc import Collection
from itertools import chain
from typing import assert_never

from rtgen.schema.numbers import unsafe_integer
from rtgen.schema.types import AnyType, Json, Listed, Literal, LiteralType, RefinedType, TypeNode
from rtgen.source.finding import Edit, Finding, error
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence, kind
from rtgen.source.scalars import written
from rtgen.source.span import Span


def listed_type(node: MappingNode, kinds: tuple[str, ...], findings: list[Finding]) -> tuple[TypeNode, Json]:
    """The type node and the document of a list of values; with `kinds`, each must be of one of these types."""
    whole = _whole_values(node, kinds, findings)
    if whole is not None:
        texts = tuple(json.dumps(value, ensure_ascii=False) for value in whole)
        return RefinedType(AnyType(), (Listed(texts),)), {"enum": whole}
    made = literal_type(node, kinds, findings)
    return made, {"enum": list(made.values)}


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
    listed = tuple(values.values())
    return LiteralType(listed, constant="const" in node, as_constant=_as_constant(node, listed))


def joined(nodes: Collection[TypeNode]) -> LiteralType | None:
    """The one list that closed lists are together; `None` where one is none, or a value stands in two."""
    lists = [each for each in nodes if isinstance(each, LiteralType) and each.open_to is None]
    values = tuple(value for each in lists for value in each.values)
    if len(lists) < len(nodes) or len({(type(value), value) for value in values}) < len(values):
        return None
    earlier = tuple(chain.from_iterable(each.earlier for each in lists))
    instead = tuple(chain.from_iterable(each.instead for each in lists))
    return LiteralType(values, earlier=earlier, instead=instead)


def _as_constant(node: MappingNode, values: tuple[Literal, ...]) -> Edit | None:
    """An `enum` of one value on one line, written as `const`; over several lines a comment could get lost."""
    entry = node.entries.get("enum")
    if entry is None or len(values) != 1 or "const" in node:
        return None
    start, end = entry.key_span.start, entry.value.span.end
    if start.line != end.line:
        return None
    return Edit(Span(entry.key_span.file, start, end), f"const: {written(values[0])}")


def _whole_values(node: MappingNode, kinds: tuple[str, ...], findings: list[Finding]) -> list[Json] | None:
    """The listed values where there are arrays or objects among them; `None` where all are scalars."""
    items = _items(node, findings)
    if all(isinstance(item, Scalar) for item in items):
        return None
    made: dict[str, Json] = {}
    for item in items:
        value = _whole(item, findings)
        text = json.dumps(value, sort_keys=True)
        found = _type_of(value)
        if kinds and not found & set(kinds):
            message = f"this value is {kind(item)}, and the schema's type is {' or '.join(kinds)}"
            findings.append(error("wrong-value", message, item.span, "Change the value or the type."))
        elif text in made:
            findings.append(error("wrong-value", "this value is listed twice", item.span, "Keep one of the two."))
        made[text] = value
    return list(made.values())


def _whole(node: Node, findings: list[Finding]) -> Json:
    """A value with integral floats as integers."""
    match node:
        case Sequence():
            return [_whole(each, findings) for each in node.items]
        case MappingNode():
            return {each.key: _whole(each.value, findings) for each in node}
        case Scalar():
            unsafe = unsafe_integer(node)
            if unsafe is not None:
                findings.append(unsafe)
            value = node.value
            return int(value) if isinstance(value, float) and value.is_integer() else value
        case _:
            assert_never(node)


def _type_of(value: Json) -> set[str]:
    if isinstance(value, list | dict):
        return {"array" if isinstance(value, list) else "object"}
    return kinds_of(value)


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
        return error("unsupported-keyword", f"{kind(item)} can't stand in an open enum", item.span, hint)
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
