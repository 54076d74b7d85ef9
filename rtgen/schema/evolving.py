"""What a schema says about its earlier versions: names, values, what is gone. Converters follow it; no verdict does.

was: author                     on a property: its earlier name, or a list of them, the newest first
earlier: { thinking: musing }   beside `enum` or `const`: a value of an earlier version, and what it is now
instead: { dancing: idle }      there too: a value, and what a version is given that does not know it
removed: { mood: idle }         on an object: properties that are gone, and what versions are given that need them
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from rtgen.schema.types import Json, LiteralType, ObjectType, TypeNode, base_of
from rtgen.source.finding import Finding, Related, error
from rtgen.source.nodes import Entry, MappingNode, Node, Scalar, Sequence, kind, plain
from rtgen.source.pointer import Pointer


def names_before(node: Node | None) -> tuple[Scalar, ...]:
    """The names under `was` of a thing: one, or a list with the newest first."""
    was = node.get("was") if isinstance(node, MappingNode) else None
    items = was.items if isinstance(was, Sequence) else (was,)
    return tuple(each for each in items if isinstance(each, Scalar) and isinstance(each.value, str))


def earlier_names(node: Node | None) -> tuple[str, ...]:
    """The same as texts."""
    return tuple(each.text for each in names_before(node))


def default_of(node: Node | None) -> str:
    """`default` of a schema as JSON text; empty where there is none."""
    found = node.get("default") if isinstance(node, MappingNode) else None
    return "" if found is None else _json(found)


def removed_of(node: MappingNode) -> tuple[tuple[str, str], ...]:
    """`removed` of an object: names, with values as JSON texts."""
    return tuple((each.key, _json(each.value)) for each in _entries(node, "removed"))


def evolved(pointer: Pointer, node: MappingNode, made: TypeNode, findings: list[Finding]) -> TypeNode:
    """A type with what its schema says of earlier values; what stands in the wrong place is a finding."""
    findings.extend(_misplaced(pointer, node, made))
    earlier, instead = (_pairs(node, word, findings) for word in ("earlier", "instead"))
    if not isinstance(made, LiteralType) or not (earlier or instead):
        return made
    findings.extend(_of_values(node, made))
    return replace(made, earlier=made.earlier + earlier, instead=made.instead + instead)


def check_reference(pointer: Pointer, node: MappingNode) -> Iterator[Finding]:
    """Beside `$ref` only a name can have changed."""
    return _misplaced(pointer, node, None)


def check_names(entries: Iterable[Entry], removed: Iterable[Entry]) -> Iterator[Finding]:
    """Of an object's properties: earlier names that two claim, or that are still there; removed names that are back."""
    known = {each.key: each.key_span for each in entries}
    claimed: dict[str, Scalar] = {}
    for entry in entries:
        for was in names_before(entry.value):
            if was.text in known:
                message = f"this property was called `{was.text}`, and there is one of that name"
                related = (Related("that one", known[was.text]),)
                yield error("removed-name", message, was.span, "An earlier name can't have a second meaning.", related)
            elif claimed.setdefault(was.text, was) is not was:
                message = f"two properties were called `{was.text}`"
                related = (Related("the other", claimed[was.text].span),)
                hint = "Only one can go on in its place; the other is new."
                yield error("removed-name", message, was.span, hint, related)
    for each in removed:
        if each.key in known:
            message = f"the property `{each.key}` was removed, and is here again"
            hint = "Old clients would take it for the old one: give it another name."
            yield error("removed-name", message, known[each.key], hint, (Related("said here", each.key_span),))


def _misplaced(pointer: Pointer, node: MappingNode, made: TypeNode | None) -> Iterator[Finding]:
    """`made` is `None` beside a `$ref`."""
    if "was" in node and pointer[-2:-1] != ("properties",):
        message = "`was` tells the earlier name of a property, and this is none"
        hint = "Names of schemas are not on the wire, so they may change." if len(pointer) == 2 else "Leave it out."
        yield error("misplaced-keyword", message, node.key_span("was"), hint)
    elif "was" in node and not names_before(node):
        message = f"`was` must be a name or a list of names, not {kind(node.entries['was'].value)}"
        yield error("wrong-type", message, node.key_span("was"), "Write `was: name`.")
    for word in ("earlier", "instead"):
        if word in node and not isinstance(made, LiteralType):
            message = f"`{word}` maps the values of an `enum` or `const`, and there is none"
            hint = "Say it where the values are listed."
            yield error("misplaced-keyword", message, node.key_span(word), hint)
    if "removed" in node and (made is None or not isinstance(base_of(made), ObjectType)):
        message = "`removed` tells of properties, and this has none of its own"
        hint = "Say it where the properties are listed."
        yield error("misplaced-keyword", message, node.key_span("removed"), hint)
    elif "removed" in node and not isinstance(node.get("removed"), MappingNode):
        message = "`removed` of an object must be an object: names, and what old versions are given"
        yield error("wrong-type", message, node.key_span("removed"), "Write `removed: { mood: idle }`.")


def _of_values(node: MappingNode, made: LiteralType) -> Iterator[Finding]:
    for entry in _entries(node, "earlier"):
        if entry.key in made.values:
            message = f"`{entry.key}` is said to be a value of before, and is still listed"
            yield error("removed-name", message, entry.key_span, "Give the new meaning a value of its own.")
        elif isinstance(entry.value, Scalar) and entry.value.value not in made.values:
            message = f"`{entry.key}` is said to be `{entry.value.text}` now, which is not listed"
            yield error("unknown-name", message, entry.value.span, "Name one of the listed values.")
    for entry in _entries(node, "instead"):
        if entry.key not in made.values:
            message = f"`{entry.key}` is not listed, so nobody sends it"
            yield error("unknown-name", message, entry.key_span, "Name one of the listed values.")
        elif isinstance(entry.value, Scalar) and entry.value.value == entry.key:
            message = f"`{entry.key}` can't stand for itself"
            yield error("wrong-value", message, entry.value.span, "Name a value that older versions know.")


def _pairs(node: MappingNode, word: str, findings: list[Finding]) -> tuple[tuple[str, str], ...]:
    found = node.get(word)
    if found is not None and not isinstance(found, MappingNode):
        message = f"`{word}` must map values to values, not be {kind(found)}"
        findings.append(error("wrong-type", message, found.span, f"Write `{word}: {{ old: new }}`."))
    pairs: list[tuple[str, str]] = []
    for entry in _entries(node, word):
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, str):
            pairs.append((entry.key, entry.value.value))
        else:
            message = f"`{word}` maps strings to strings only"
            findings.append(error("wrong-type", message, entry.value.span, "Quote it, if it is a string."))
    return tuple(pairs)


def _entries(node: MappingNode, word: str) -> tuple[Entry, ...]:
    found = node.get(word)
    return tuple(found) if isinstance(found, MappingNode) else ()


def _json(node: Node) -> str:
    return json.dumps(_settled(plain(node)), ensure_ascii=False)


def _settled(value: Json) -> Json:
    """Integral floats as integers, as everywhere."""
    match value:
        case dict():
            return {key: _settled(each) for key, each in value.items()}
        case list():
            return [_settled(each) for each in value]
        case float():
            return int(value) if value.is_integer() else value
        case None | bool() | int() | str():
            return value
        case _:
            assert_never(value)
