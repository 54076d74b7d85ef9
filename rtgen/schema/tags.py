"""What tells the cases of a choice apart: a required property with a constant of its own in each."""

from collections.abc import Mapping

from rtgen.schema.types import LiteralType, NamedType, ObjectType, RefType, TypeNode, base_of


def tag_value(member: TypeNode, tag: str, types: Mapping[str, NamedType]) -> str | None:
    """The constant that a case has in the property `tag`; `None` where the case is no such object."""
    seen: set[str] = set()
    while isinstance(member, RefType) and member.name in types and member.name not in seen:
        seen.add(member.name)
        member = types[member.name].node
    node = base_of(member)
    if not tag or not isinstance(node, ObjectType):
        return None
    for each in node.properties:
        kind = each.type
        if each.name == tag and each.required and isinstance(kind, LiteralType) and kind.open_to is None:
            (value, *others) = kind.values
            return value if isinstance(value, str) and not others else None
    return None
