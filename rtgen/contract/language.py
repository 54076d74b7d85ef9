"""First check of a contract: its shape, against the language's own schema.

Payload schemas are left to `schema.parse`, which knows more about them than a schema of schemas can say.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from rtgen.source.finding import Finding, error
from rtgen.source.nodes import MappingNode, Node, kind
from rtgen.source.shape import Shape


def language_text() -> str:
    """The language's JSON Schema, as it is given to editors."""
    return files("rtgen.contract").joinpath("language.schema.json").read_text(encoding="utf-8")


@cache
def _shape() -> Shape:
    schema: dict[str, Any] = json.loads(language_text())
    schema["$defs"]["schema"] = True
    return Shape(schema, "a contract")


def check_language(root: Node) -> Iterator[Finding]:
    """What is wrong with the shape of a contract, one finding a mistake."""
    if not isinstance(root, MappingNode):
        hint = "Begin with `rtgen: 1`, or run `rtgen init` for an example."
        yield error("wrong-type", f"a contract must be an object, not {kind(root)}", root.span, hint)
        return
    yield from _shape().check(root)
