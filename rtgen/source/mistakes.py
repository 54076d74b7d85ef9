"""What a file did wrong against a JSON Schema of ours: a validator's errors as findings, in words.

Apart from `shape`, because only files with a mistake need this module and the validator that it imports.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rtgen.source.finding import Finding, error
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import MappingNode, Node, Scalar, kind, plain
from rtgen.source.pointer import Pointer, find, key_span

_TYPE_WORDS = {
    "string": "a string",
    "object": "an object",
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
}


def mistakes(schema: dict[str, Any], subject: str, root: Node) -> Iterator[Finding]:
    """What is wrong with the shape of a file, one finding a mistake; `subject` is what messages call its root."""
    explaining = _Explaining(schema, subject)
    for problem in Draft202012Validator(schema).iter_errors(plain(root)):
        yield from explaining.findings(problem, root)


@dataclass(frozen=True, slots=True)
class _Explaining:
    schema: dict[str, Any]
    subject: str

    def findings(self, problem: ValidationError, root: Node) -> Iterable[Finding]:
        pointer = tuple(str(step) for step in problem.absolute_path)
        if "propertyNames" in problem.schema_path:
            return self._bad_name(problem, root, pointer)
        match problem.validator:
            case "not":
                return self._misplaced(problem, root, pointer)
            case "additionalProperties":
                return self._unknown(problem, root, pointer)
            case "required":
                return self._missing(problem, root, pointer)
            case "type":
                return self._wrong_type(problem, root, pointer)
        return self._wrong_value(problem, root, pointer)

    def _name(self, pointer: Pointer) -> str:
        return f"`{pointer[-1]}`" if pointer else self.subject

    def _bad_name(self, problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
        name = str(problem.instance)
        owner = find(root, pointer)
        span = owner.key_span(name) if isinstance(owner, MappingNode) else root.span
        yield error("bad-name", f"`{name[:80]}` can't be a name here", span, _said(problem))

    def _unknown(self, problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
        owner = find(root, pointer)
        known = _properties(problem)
        if not isinstance(owner, MappingNode):
            return
        for entry in owner:
            if entry.key not in known:
                message = f"`{entry.key}` is not a key of {self._name(pointer)}"
                fix = respelt(entry.key, known, entry.key_span, owner.entries)
                yield error("unknown-key", message, entry.key_span, did_you_mean(entry.key, known), fix=fix)

    def _missing(self, problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
        owner = find(root, pointer)
        required = problem.validator_value
        if not isinstance(owner, MappingNode) or not isinstance(required, list):
            return
        # One error a key; which one stands in its message only.
        for name in required:
            if name not in owner and problem.message.startswith(f"'{name}'"):
                meaning = str(_properties(problem).get(name, {}).get("description", ""))
                hint = f"Add `{name}:`. {meaning}".strip()
                yield error("missing-key", f"{self._name(pointer)} has no `{name}`", key_span(root, pointer), hint)

    def _wrong_type(self, problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
        node = find(root, pointer)
        wanted: Any = problem.validator_value
        words: list[str] = [wanted] if isinstance(wanted, str) else list(wanted)
        expected = " or ".join(_TYPE_WORDS[word] for word in words)
        if node is not None:
            message = f"{self._name(pointer)} must be {expected}, not {kind(node)}"
            hint = " ".join(part for part in (_how(node, words, problem), _said(problem)) if part)
            yield error("wrong-type", message, node.span, hint)

    def _misplaced(self, problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
        hint = self._description_above(problem)
        yield error("misplaced-key", f"{self._name(pointer)} can't stand here", key_span(root, pointer), hint)

    def _wrong_value(self, problem: ValidationError, root: Node, pointer: Pointer) -> Iterator[Finding]:
        node = find(root, pointer)
        if node is None:
            return
        shown = json.dumps(problem.instance, ensure_ascii=False)
        hint, fix = _said(problem), None
        if problem.validator == "enum" and isinstance(problem.validator_value, list):
            known = [str(each) for each in problem.validator_value]
            hint, fix = did_you_mean(str(problem.instance), known), respelt(str(problem.instance), known, node.span)
        elif problem.validator == "const" and not hint:
            hint = f"Write `{problem.validator_value}`."
        message = f"{shown[:60]} can't be the value of {self._name(pointer)}"
        yield error("wrong-value", message, node.span, hint, fix=fix)

    def _description_above(self, problem: ValidationError) -> str:
        """The description of the branch that forbids a key: it says where the key belongs."""
        here: Any = self.schema
        found = ""
        for step in problem.absolute_schema_path:
            while isinstance(here, dict) and step not in here and "$ref" in here:
                here = self.schema["$defs"][str(here["$ref"]).removeprefix("#/$defs/")]
            here = here[step]
            if isinstance(here, dict) and "description" in here:
                found = str(here["description"])
        return found


def _properties(problem: ValidationError) -> dict[str, Any]:
    schema: object = problem.schema
    found = schema.get("properties", {}) if isinstance(schema, dict) else {}
    return found if isinstance(found, dict) else {}


_YES_AND_NO = {**dict.fromkeys(("yes", "on", "y"), "true"), **dict.fromkeys(("no", "off", "n"), "false")}


def _how(node: Node, words: list[str], problem: ValidationError) -> str:
    """How to write a value of another type that was most likely meant."""
    if not isinstance(node, Scalar):
        return ""
    if words == ["boolean"] and node.text.lower() in _YES_AND_NO:
        return f"Write `{_YES_AND_NO[node.text.lower()]}`."
    schema: Any = problem.schema
    pattern = schema.get("pattern") if isinstance(schema, dict) else None
    as_text = node.text and (pattern is None or re.search(str(pattern), node.text))
    return "Quote it." if "string" in words and as_text else ""


def _said(problem: ValidationError) -> str:
    """What our schema says about the place of an error."""
    schema: object = problem.schema
    return str(schema.get("description", "")) if isinstance(schema, dict) else ""
