"""Cases, and the names of types that stand inside others: `<Channel><Event>Payload`, and so on down the path.

The names are part of users' source, so the rule is fixed: a name depends on the path alone, never on what else a
contract holds.
"""

import re

from rtgen.source.nodes import MappingNode, Node, Scalar
from rtgen.source.pointer import Pointer, step_into

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def words(name: str) -> tuple[str, ...]:
    """The words of a name in any case: `sentAt`, `sent_at`, `sent-at` and `SentAt` are all `sent`, `at`."""
    return tuple(_WORD.findall(name))


def pascal_case(name: str) -> str:
    """`room-send` → `RoomSend`; the inside of a word keeps its case only in its first letter (`ID` → `Id`)."""
    return "".join(word[:1].upper() + word[1:].lower() for word in words(name))


def camel_case(name: str) -> str:
    """`room-send` → `roomSend`."""
    pascal = pascal_case(name)
    return pascal[:1].lower() + pascal[1:]


def snake_case(name: str) -> str:
    """`sentAt` → `sent_at`."""
    return "_".join(word.lower() for word in words(name))


def type_name(root: Node, pointer: Pointer) -> str:
    """The name of the type that stands at a pointer, whether or not it needs one."""
    match pointer:
        case ("schemas", name, *rest):
            return name + _below(root, pointer[:2], tuple(rest))
        case ("errors", name, *rest):
            return pascal_case(name) + _below(root, pointer[:2], tuple(rest))
        case ("channels", channel, "events", event, *rest):
            return pascal_case(channel) + pascal_case(event) + _below(root, pointer[:4], tuple(rest))
        case ("channels", channel, "presence", "state", *rest):
            return f"{pascal_case(channel)}Presence" + _below(root, (*pointer[:3], "state"), tuple(rest))
        case ("auth", "jwt", "claims", *rest):
            return "Claims" + _below(root, pointer[:3], tuple(rest))
        case ("channels", channel, *rest):
            return pascal_case(channel) + _below(root, pointer[:2], tuple(rest))
        case _:
            return _below(root, (), pointer)


def _below(root: Node, start: Pointer, steps: Pointer) -> str:
    node: Node | None = root
    for step in start:
        node = None if node is None else step_into(node, step)
    name = ""
    rest = list(steps)
    while rest:
        listed = step = rest.pop(0)
        node = None if node is None else step_into(node, step)
        if step in {"prefixItems", "patternProperties", "dependentSchemas"} and rest:
            step = rest.pop(0)
            position = int(step) if step.isdigit() else 0
            if isinstance(node, MappingNode):
                position = list(node.entries).index(step) if step in node.entries else 0
            node = None if node is None else step_into(node, step)
            name += f"{_STEPS[listed]}{position + 1}"
        elif step in {"properties", "$defs"} and rest:
            step = rest.pop(0)
            node = None if node is None else step_into(node, step)
            name += pascal_case(step)
        elif step in {"anyOf", "oneOf", "allOf"} and rest:
            index = rest.pop(0)
            node = None if node is None else step_into(node, index)
            name += _option(node, index)
        else:
            name += _STEPS.get(step, pascal_case(step))
    return name


_STEPS = {
    "items": "Item",
    "additionalProperties": "Value",
    "prefixItems": "Place",
    "patternProperties": "Match",
    "dependentSchemas": "With",
}


def _option(member: Node | None, index: str) -> str:
    """A member of a union is named by the constant that tells it apart, or by its place."""
    if isinstance(member, MappingNode):
        properties = member.get("properties")
        if isinstance(properties, MappingNode):
            for entry in properties:
                constant = entry.value.get("const") if isinstance(entry.value, MappingNode) else None
                if isinstance(constant, Scalar) and isinstance(constant.value, str) and words(constant.value):
                    return pascal_case(constant.value)
    return f"Option{int(index) + 1}" if index.isdigit() else pascal_case(index)
