"""Examples and defaults must be valid where they stand: documentation that lies is worse than none."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rtgen.schema.numbers import unsafe_integer
from rtgen.schema.types import Json
from rtgen.schema.use import Sample
from rtgen.source.finding import Finding, error
from rtgen.source.nodes import MappingNode, Node, Sequence, plain

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def check_samples(samples: Iterable[Sample], definitions: dict[str, Json]) -> Iterator[Finding]:
    """Samples that their own schema refuses."""
    for sample in samples:
        unsafe = list(_unsafe(sample.value))
        if unsafe:
            yield from unsafe
            continue
        problem = _worst({"$defs": definitions, "allOf": [sample.document]}, plain(sample.value))
        if problem is not None:
            where = "".join(f"/{step}" for step in problem.absolute_path)
            message = f"this value in `{sample.word}` is not valid under its schema"
            hint = f"At `{where}`: " if where else ""
            yield error("invalid-example", message, sample.value.span, f"{hint}{problem.message[:200]}")


def _worst(document: Any, value: object) -> "ValidationError | None":
    """What is most worth saying against a value, if anything is."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # contracts without samples don't wait for it
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    found: ValidationError | None = best_match(Draft202012Validator(document).iter_errors(value))
    return found


def _unsafe(node: Node) -> Iterator[Finding]:
    rest = [node]
    while rest:
        here = rest.pop()
        if isinstance(here, MappingNode):
            rest.extend(entry.value for entry in here)
        elif isinstance(here, Sequence):
            rest.extend(here.items)
        elif (finding := unsafe_integer(here)) is not None:
            yield finding
