"""Strings: lengths, patterns, formats, and enums that stay open."""

from rtgen.schema.keywords import APPLIES, FORMATS, JUDGING
from rtgen.schema.literals import literal_type
from rtgen.schema.numbers import Bounds
from rtgen.schema.patterns import PatternError, check_pattern, explicit_pattern
from rtgen.schema.types import Json, LiteralType, StringType
from rtgen.schema.words import copied
from rtgen.source.finding import Finding, error
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import MappingNode, Scalar, Sequence, kind


def string_type(node: MappingNode, findings: list[Finding]) -> tuple[StringType, Json]:
    """The type node and the document of a string with this schema's constraints."""
    least, most = Bounds(node, findings).counts("minLength", "maxLength")
    made = StringType(least, most, _pattern(node, findings), _format(node, findings))
    document: dict[str, Json] = {"type": "string", **copied(node, APPLIES["string"])}
    if made.pattern is not None:
        document["pattern"] = explicit_pattern(made.pattern)
    return made, document


def _pattern(node: MappingNode, findings: list[Finding]) -> str | None:
    value = node.get("pattern")
    if value is None:
        return None
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        findings.append(error("wrong-type", f"`pattern` must be a string, not {kind(value)}", value.span, "Quote it."))
        return None
    try:
        check_pattern(value.value)
    except PatternError as problem:
        findings.append(error("pattern", f"this pattern is refused: {problem}", value.span, problem.hint))
        return None
    return value.value


def _format(node: MappingNode, findings: list[Finding]) -> str | None:
    value = node.get("format")
    if value is None:
        return None
    text = value.text if isinstance(value, Scalar) else kind(value)
    if text not in FORMATS:
        hint = did_you_mean(text, FORMATS)
        fix = respelt(text, FORMATS, value.span)
        message = f"the format `{text}` is not supported"
        findings.append(error("unsupported-format", message, value.span, hint, fix=fix))
        return None
    return text


def _only_lists(node: MappingNode) -> bool:
    """Whether a schema lists values and asks nothing else of them."""
    words = node.entries.keys() & (JUDGING | {"$ref"})
    return bool(words & {"enum", "const"}) and words <= {"enum", "const", "type"}


def open_enum(
    node: MappingNode, word: str, members: Sequence, findings: list[Finding]
) -> tuple[LiteralType, Json] | None:
    """`anyOf: [{enum: [...]}, {type: string}]`: known values that complete in editors, and any other."""
    if word != "anyOf" or len(members.items) < 2:
        return None
    *listed, rest = members.items
    named = [each for each in listed if isinstance(each, MappingNode) and _only_lists(each)]
    if not isinstance(rest, MappingNode) or len(named) < len(listed):
        return None
    kind_of_rest = rest.get("type")
    if not isinstance(kind_of_rest, Scalar) or kind_of_rest.value != "string" or "enum" in rest or "const" in rest:
        return None
    if len(named) > 1 and not all(_are_texts(each) for each in named):
        return None
    known = [(each, literal_type(each, (), findings)) for each in named]
    for each, made in known:
        if not all(isinstance(value, str) for value in made.values):
            message = "an open enum lists strings only, since any other string passes too"
            word = "enum" if "enum" in each else "const"
            findings.append(error("wrong-value", message, each.key_span(word), "Quote the values."))
    values = tuple(dict.fromkeys(value for _, made in known for value in made.values))
    others, document = string_type(rest, findings)
    if others != StringType():
        # A known value passes even where the others are bounded.
        document = {"anyOf": [{"enum": list(values)}, document]}
    return LiteralType(values, others), document


def _are_texts(node: MappingNode) -> bool:
    listed = node.get("enum")
    values = (node.get("const"),) if listed is None else listed.items if isinstance(listed, Sequence) else ()
    return all(isinstance(each, Scalar) and isinstance(each.value, str) for each in values)
