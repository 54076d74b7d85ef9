"""Objects of which only the spelling of ids and times is left to check, once they are decoded to what programs hold.

They are decoded at once to ids and times, and then only the texts of these are looked at (`rtgen_runtime.spelling`).
"""

from collections.abc import Mapping

from rtgen.schema.types import NamedType, ObjectType, RefType, StringType, TypeNode
from rtgen.targets.python.residual import Residual
from rtgen.targets.python.wire_schema import OBJECTS


def spelled_properties(named: NamedType, types: Mapping[str, NamedType], rules: Residual) -> tuple[str, ...]:
    """The wire names of the properties that are an id or a time; none where a type has other rules as well."""
    if named.name in rules.judged or named.name not in rules.checks or not isinstance(named.node, ObjectType):
        return ()
    found = tuple(each.name for each in named.node.properties if _is_object(each.type, types))
    # Each of them has one condition.
    return found if len(found) == len(rules.checks[named.name].conditions) else ()


def _is_object(node: TypeNode, types: Mapping[str, NamedType]) -> bool:
    if isinstance(node, RefType):
        named = types[node.name]
        return not named.notes.brand and not isinstance(named.node, RefType) and _is_object(named.node, types)
    return isinstance(node, StringType) and node.format in OBJECTS and node == StringType(format=node.format)
