"""Address parameters as types: `RoomParams` is a Struct like any payload, decoded and checked the same way."""

from dataclasses import replace

from rtgen.contract.model import Channel, Contract, Parameter
from rtgen.schema.patterns import explicit_pattern
from rtgen.schema.types import Json, NamedType, Notes, ObjectType, Property
from rtgen.source.span import file_start
from rtgen.targets.python.names import class_stem


def params_type(channel: Channel) -> str:
    """The name of a channel's parameter type."""
    return f"{class_stem(channel.name)}Params"


def with_parameters(contract: Contract) -> Contract:
    """The contract with one more type a channel: its parameters, all required."""
    return replace(contract, types=(*contract.types, *(_type(contract, each) for each in contract.channels)))


def _type(contract: Contract, channel: Channel) -> NamedType:
    properties = tuple(Property(each.name, each.type, True, each.notes, each.span) for each in channel.parameters)
    documents: dict[str, Json] = {each.name: _document(each) for each in channel.parameters}
    document: dict[str, Json] = {"type": "object", "properties": documents, "required": list(documents)}
    words = f"The parameters of `{channel.address}`." if properties else f"`{channel.address}` has no parameters."
    span = channel.span or contract.span or file_start(contract.source)
    node = ObjectType(properties, None)
    return NamedType(params_type(channel), node, document, span, Notes(description=words), from_schemas=False)


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
