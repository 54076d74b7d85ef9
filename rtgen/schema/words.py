"""The words of a schema: which may stand in it, and those that change no verdict."""

import json
from collections.abc import Collection, Iterator
from dataclasses import replace

from rtgen.schema.deprecation import Deprecation, deprecation_of
from rtgen.schema.keywords import ANNOTATIONS, APPLIES, JUDGING, KNOWN, REFUSED
from rtgen.schema.types import Json, Notes
from rtgen.source.finding import Finding, error
from rtgen.source.nearest import nearest, respelt
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence, kind, plain


def check_words(node: MappingNode) -> Iterator[Finding]:
    """Words that no schema can hold, and notes of the wrong type."""
    for entry in node:
        if entry.key in REFUSED:
            reason, hint = REFUSED[entry.key]
            yield error("unsupported-keyword", f"`{entry.key}` is not supported: {reason}", entry.key_span, hint)
        elif entry.key not in KNOWN:
            message = f"`{entry.key}` is not a word of JSON Schema"
            near = nearest(entry.key, KNOWN)
            hint = f"Did you mean `{near}`?" if near else "Put words for people into `description` or `$comment`."
            fix = respelt(entry.key, KNOWN, entry.key_span, node.entries)
            yield error("unknown-key", message, entry.key_span, hint, fix=fix)
        elif entry.key in ANNOTATIONS:
            yield from _check_note(entry.key, entry.value)


def _check_note(word: str, value: Node) -> Iterator[Finding]:
    wanted = ANNOTATIONS[word]
    fits = {
        "string": isinstance(value, Scalar) and isinstance(value.value, str),
        "boolean": isinstance(value, Scalar) and isinstance(value.value, bool),
        "list": isinstance(value, Sequence),
        "boolean or object": isinstance(value, MappingNode)
        or (isinstance(value, Scalar) and isinstance(value.value, bool)),
    }
    if not fits.get(wanted, True):
        hint = "Quote it." if wanted == "string" else "Write a list of values." if wanted == "list" else ""
        yield error("wrong-type", f"`{word}` must be a {wanted}, not {kind(value)}", value.span, hint)


def check_reference_words(node: MappingNode) -> Iterator[Finding]:
    """A brand names a type, and what is referred to has its name already."""
    if "brand" in node:
        message = "`brand` beside `$ref` would make a second type of the first"
        hint = "Say it where the schema stands, or write the schema out."
        yield error("unsupported-keyword", message, node.key_span("brand"), hint)


def is_reference(node: Node | None) -> bool:
    """Whether a schema only refers to another: nothing beside its `$ref` asks more of a value."""
    return isinstance(node, MappingNode) and "$ref" in node and not node.entries.keys() & JUDGING


def judging_words(node: MappingNode, but: Collection[str] = ()) -> MappingNode:
    """A schema with nothing but the words that judge, without `$ref` and without some more."""
    kept = {key: entry for key, entry in node.entries.items() if key in JUDGING and key not in but}
    return MappingNode(kept, node.span)


def check_fitting_words(node: MappingNode, kinds: tuple[str, ...]) -> Iterator[Finding]:
    """Words that judge values of a type which the schema does not accept, or does not state."""
    judged = {"number" if each == "integer" else each for each in kinds}
    for owner, words in APPLIES.items():
        for word in words:
            if owner in judged or word not in node:
                continue
            if kinds:
                message = f"`{word}` judges values of type {owner}, and this schema accepts none"
                hint = f"Remove it, or add `type: {owner}`."
                if word == "required" and isinstance(node.get(word), Scalar):
                    hint = "List the name in the object around it: `required: [name, …]`."
                yield error("misplaced-keyword", message, node.key_span(word), hint)
            else:
                message = f"`{word}` without `type` would let every value of another type pass"
                yield error("missing-type", message, node.key_span(word), f"Add `type: {owner}`.")


def notes_of(node: MappingNode) -> Notes:
    """The words of a schema that change no verdict."""

    def words(key: str) -> str:
        value = node.get(key)
        return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else ""

    def flag(key: str) -> bool:
        value = node.get(key)
        return isinstance(value, Scalar) and value.value is True

    said = words("title"), words("description"), deprecation_of(node)
    return Notes(*said, flag("sensitive"), words("brand"), examples_of(node))


def examples_of(node: MappingNode) -> tuple[str, ...]:
    """The values in `examples` of a schema or an event, as JSON texts."""
    listed = node.get("examples")
    items = listed.items if isinstance(listed, Sequence) else ()
    return tuple(json.dumps(plain(each), ensure_ascii=False) for each in items)


def with_values(notes: Notes, node: MappingNode) -> Notes:
    """Of a choice between constants, what the contract says about each: `oneOf: [{const: red, description: …}]`."""
    members = node.get("oneOf") or node.get("anyOf")
    said: list[tuple[str, str]] = []
    going: list[tuple[str, Deprecation]] = []
    for member in members.items if isinstance(members, Sequence) else ():
        constant = member.get("const") if isinstance(member, MappingNode) else None
        if isinstance(member, MappingNode) and isinstance(constant, Scalar):
            own = notes_of(member)
            value = json.dumps(constant.value, ensure_ascii=False)
            said.append((value, own.description or own.title))
            if own.deprecation is not None:
                going.append((value, own.deprecation))
    known = any(words for _, words in said) or bool(going)
    return replace(notes, values=tuple(said), going=tuple(going)) if known else notes


def merged(own: Notes, target: Notes) -> Notes:
    """The words at a reference go before those of what it refers to."""
    return Notes(
        own.title or target.title,
        own.description or target.description,
        own.deprecation or target.deprecation,
        own.sensitive or target.sensitive,
        own.brand or target.brand,
        own.examples or target.examples,
        own.values or target.values,
        own.going or target.going,
    )


def with_words(document: Json, notes: Notes) -> Json:
    """A document with its title and description in front, and whether it is sensitive: what is shown must know that."""
    if not isinstance(document, dict):
        return document
    words = (("title", notes.title), ("description", notes.description)) if "$ref" not in document else ()
    said: dict[str, Json] = {word: text for word, text in words if text}
    return {**said, **document, **({"sensitive": True} if notes.sensitive else {})}


def copied(node: MappingNode, words: tuple[str, ...]) -> dict[str, Json]:
    """Keywords as they stand in the contract."""
    return {word: plain(value) for word in words if (value := node.get(word)) is not None}
