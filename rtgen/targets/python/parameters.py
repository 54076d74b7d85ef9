"""Address parameters as types: `RoomParams` is a Struct like any payload, decoded and checked the same way."""

from collections.abc import Mapping
from dataclasses import replace

from rtgen.contract.model import Channel, Contract, Parameter
from rtgen.schema.keywords import FORMATS
from rtgen.schema.patterns import explicit_pattern
from rtgen.schema.types import Json, NamedType, Notes, ObjectType, Property, RefinedType, RefType, StringType, TypeNode
from rtgen.source.span import file_start
from rtgen.targets.python.names import class_stem

_NEVER_EMPTY = frozenset(FORMATS) - {"json-pointer", "regex", "uri-reference"}


def params_type(channel: Channel) -> str:
    """The name of a channel's parameter type."""
    return f"{class_stem(channel.name)}Params"


def with_parameters(contract: Contract) -> Contract:
    """The contract with one more type a channel: its parameters, all required."""
    return replace(contract, types=(*contract.types, *(_type(contract, each) for each in contract.channels)))


def _type(contract: Contract, channel: Channel) -> NamedType:
    types = contract.types_by_name
    properties = tuple(
        Property(each.name, _node(each, types), True, each.notes, each.span) for each in channel.parameters
    )
    documents: dict[str, Json] = {each.name: _document(each) for each in channel.parameters}
    document: dict[str, Json] = {
        "type": "object",
        "properties": documents,
        "required": list(documents),
        "additionalProperties": False,
    }
    words = f"The parameters of `{channel.address}`." if properties else f"`{channel.address}` has no parameters."
    span = channel.span or contract.span or file_start(contract.source)
    node = ObjectType(properties, None)
    return NamedType(params_type(channel), node, document, span, Notes(description=words), from_schemas=False)


def parameter_type(parameter: Parameter) -> str:
    """What programs give for a parameter: a text, or the branded type it has."""
    return parameter.named or "str"


def parameter_models(channel: Channel) -> tuple[str, ...]:
    """The models that are needed to fill an address: its parameters' type, and their branded ones."""
    return (params_type(channel), *(each.named for each in channel.parameters if each.named))


def _node(parameter: Parameter, types: Mapping[str, NamedType]) -> TypeNode:
    if not parameter.named:
        return parameter.type
    node = RefType(parameter.named)
    # A parameter is never empty. Where its type doesn't say so, the full validator does.
    declared = types[parameter.named].node
    filled = isinstance(declared, StringType) and (declared.min_length or declared.format in _NEVER_EMPTY)
    return node if filled else RefinedType(node, ())


def _document(parameter: Parameter) -> Json:
    node = parameter.type
    document: dict[str, Json] = {"type": "string"}
    if node.min_length is not None:
        document["minLength"] = node.min_length
    if node.max_length is not None:
        document["maxLength"] = node.max_length
    if node.pattern is not None:
        document["pattern"] = explicit_pattern(node.pattern)
    if node.format is not None:
        document["format"] = node.format
    return document
