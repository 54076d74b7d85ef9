"""First check of a contract: its shape, against the language's own schema.

Payload schemas are left to `schema.parse`, which knows more about them than a schema of schemas can say. The language's
schema has no `oneOf` and no `anyOf` outside of them, so every mistake is one error with one place.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rtgen.source.finding import Finding, error
from rtgen.source.nearest import did_you_mean
from rtgen.source.nodes import MappingNode, Node, kind, plain
from rtgen.source.pointer import Pointer, find, format_pointer, key_span

_TYPE_WORDS = {
    "string": "a string",
    "object": "an object",
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
}


def language_text() -> str:
    """The language's JSON Schema, as it is shipped to editors."""
    return files("rtgen.contract").joinpath("language.schema.json").read_text(encoding="utf-8")


@cache
def _validator() -> Draft202012Validator:
    schema: dict[str, Any] = json.loads(language_text())
    schema["$defs"]["schema"] = True
    return Draft202012Validator(schema)


def check_language(root: Node) -> Iterator[Finding]:
    """What is wrong with the shape of a contract, one finding a mistake."""
    if not isinstance(root, MappingNode):
        hint = "Begin with `rtgen: 1`, or run `rtgen init` for an example."
        yield error("wrong-type", f"a contract must be an object, not {kind(root)}", root.span, hint)
        return
    for problem in _validator().iter_errors(plain(root)):
        yield from _findings(problem, root)


def _findings(problem: ValidationError, root: Node) -> Iterable[Finding]:
    pointer = tuple(str(step) for step in problem.absolute_path)
    if "propertyNames" in problem.schema_path:
        return _bad_name(problem, root, pointer)
    describe = _RULES.get(str(problem.validator), _other)
    return describe(problem, root, pointer)


def _bad_name(problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
    name = str(problem.instance)
    owner = find(root, pointer)
    span = owner.key_span(name) if isinstance(owner, MappingNode) else root.span
    yield error("bad-name", f"`{name}` can't be a name here", span, _said(problem))


def _unknown(problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
    owner = find(root, pointer)
    known = problem.schema.get("properties", {}) if isinstance(problem.schema, dict) else {}
    if not isinstance(owner, MappingNode):
        return
    for entry in owner:
        if entry.key not in known:
            place = format_pointer(pointer)
            message = f"`{entry.key}` is not a key of {f'`{pointer[-1]}`' if place else 'a contract'}"
            yield error("unknown-key", message, entry.key_span, did_you_mean(entry.key, known))


def _missing(problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
    owner = find(root, pointer)
    required = problem.validator_value
    if not isinstance(owner, MappingNode) or not isinstance(required, list):
        return
    # jsonschema reports each missing key by itself, with the key in the message only.
    missing = [name for name in required if name not in owner and problem.message.startswith(f"'{name}'")]
    for name in missing:
        known = problem.schema.get("properties", {}) if isinstance(problem.schema, dict) else {}
        meaning = str(known.get(name, {}).get("description", "")) if isinstance(known, dict) else ""
        where = f"`{pointer[-1]}`" if pointer else "the contract"
        hint = f"Add `{name}:`. {meaning}".strip()
        yield error("missing-key", f"{where} has no `{name}`", key_span(root, pointer), hint)


def _wrong_type(problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
    node = find(root, pointer)
    wanted = problem.validator_value
    words: list[str] = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, list) else []
    expected = " or ".join(_TYPE_WORDS[word] for word in words)
    if node is not None:
        name = f"`{pointer[-1]}`" if pointer else "a contract"
        yield error("wrong-type", f"{name} must be {expected}, not {kind(node)}", node.span, _said(problem))


def _misplaced(problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
    hint = _description_above(problem)
    yield error("misplaced-key", f"`{pointer[-1]}` can't stand here", key_span(root, pointer), hint)


def _other(problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
    node = find(root, pointer)
    if problem.validator_value is False:
        yield from _misplaced(problem, root, pointer)
        return
    if node is None:
        return
    name = f"`{pointer[-1]}`" if pointer else "the contract"
    shown = json.dumps(problem.instance, ensure_ascii=False)
    message = f"{shown[:60]} can't be the value of {name}"
    hint = _said(problem)
    if problem.validator == "enum" and isinstance(problem.validator_value, list):
        hint = did_you_mean(str(problem.instance), [str(each) for each in problem.validator_value])
    yield error("wrong-value", message, node.span, hint)


def _said(problem: ValidationError) -> str:
    """What the language's schema says about the place of an error."""
    schema = problem.schema if isinstance(problem.schema, dict) else {}
    return str(schema.get("description", ""))


def _description_above(problem: ValidationError) -> str:
    """The description of the branch that forbids a key: it says where the key belongs."""
    schema: Any = _validator().schema
    found = ""
    for step in problem.absolute_schema_path:
        if step == "$ref" and isinstance(schema, dict):
            target = str(schema["$ref"]).removeprefix("#/$defs/")
            schema = _validator().schema["$defs"][target]  # type: ignore[index]
            continue
        schema = schema[step]
        if isinstance(schema, dict) and "description" in schema:
            found = str(schema["description"])
    return found


_RULES: dict[str, Callable[[ValidationError, Node, Pointer], Iterable[Finding]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "type": _wrong_type,
}
