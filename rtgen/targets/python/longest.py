"""The property that most of a long message stands in: a text of words opens no brackets.

A message with little beside its words can't nest too deep, and need not be searched for that: the length of a string
is known at a fraction of what such a search costs.
"""

from rtgen.schema.types import ObjectType, StringType, TypeNode

_LONG = 64
"""Shorter texts are not worth asking."""


def longest_text(node: TypeNode) -> str:
    """The wire name of the string that may be longest, a required one where there is one; empty where none is long."""
    if not isinstance(node, ObjectType):
        return ""
    texts = [each for each in node.properties if _may_hold(each.type) > _LONG]
    return max(texts, key=lambda each: (each.required, _may_hold(each.type))).name if texts else ""


def _may_hold(node: TypeNode) -> float:
    if not isinstance(node, StringType) or node.format is not None or node.pattern is not None:
        return 0
    return float("inf") if node.max_length is None else node.max_length
