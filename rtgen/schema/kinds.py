"""`type`: the kinds of values that a schema declares."""

from rtgen.schema.keywords import FORMATS, TYPES
from rtgen.source.finding import Finding, error
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import MappingNode, Scalar, Sequence, kind

_ELSEWHERE = {
    "float": "number",
    "double": "number",
    "bool": "boolean",
    "dict": "object",
    "list": "array",
    "str": "string",
}
"""Types by the names that they have in other languages."""


def declared_types(node: MappingNode, findings: list[Finding]) -> tuple[str, ...] | None:
    """The declared types in the contract's order; empty when none is declared, `None` when wrong."""
    value = node.get("type")
    if value is None:
        return ()
    words = value.items if isinstance(value, Sequence) else (value,)
    kinds: list[str] = []
    for word in words:
        text = "null" if isinstance(word, Scalar) and word.value is None and word.text else None
        text = word.value if isinstance(word, Scalar) and isinstance(word.value, str) else text
        if text not in TYPES:
            shown = word.text if isinstance(word, Scalar) else kind(word)
            hint, fix = did_you_mean(shown, TYPES), respelt(shown, TYPES, word.span)
            if shown in FORMATS:
                hint = f"Write `type: string, format: {shown}`."
            elif shown in _ELSEWHERE:
                hint = f"Write `type: {_ELSEWHERE[shown]}`."
            findings.append(error("wrong-value", f"`{shown}` is not a type", word.span, hint, fix=fix))
            return None
        if text in kinds or {text, *kinds} >= {"integer", "number"}:
            findings.append(error("wrong-value", f"`{text}` is said twice", word.span, "Keep one of the two."))
            return None
        kinds.append(text)
    if not kinds:
        findings.append(error("wrong-value", "`type` lists no type", value.span, "Name at least one."))
        return None
    return tuple(kinds)
