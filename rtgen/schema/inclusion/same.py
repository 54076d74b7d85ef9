"""Do two types of two contracts mean the same in the same words? Names of types do not count; what they name does."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from rtgen.schema.types import NamedType, Property, RefType


@dataclass(slots=True)
class Sameness:
    """Compares nodes and rules of two contracts."""

    old: Mapping[str, NamedType]
    new: Mapping[str, NamedType]

    def holds(self, one: object, other: object) -> bool:
        """Whether both accept the same values in the same words, whatever they are called."""
        return self._same(one, other, frozenset())

    def _same(self, one: object, other: object, assumed: frozenset[tuple[str, str]]) -> bool:
        if isinstance(one, RefType) and isinstance(other, RefType):
            pair = (one.name, other.name)
            if pair in assumed:
                return True  # where the whole question comes around again, nothing more is to be asked
            return self._same(self.old[one.name].node, self.new[other.name].node, assumed | {pair})
        if isinstance(one, RefType):
            return self._same(self.old[one.name].node, other, assumed)
        if isinstance(other, RefType):
            return self._same(one, self.new[other.name].node, assumed)
        if type(one) is not type(other):
            return False
        if isinstance(one, tuple) and isinstance(other, tuple):
            return self._tuples(one, other, assumed)
        if hasattr(one, "__dataclass_fields__"):
            return all(
                self._same(getattr(one, each.name), getattr(other, each.name), assumed)
                for each in fields(one)  # type: ignore[arg-type]
                if each.compare
            )
        return bool(one == other)

    def _tuples(self, one: tuple[object, ...], other: tuple[object, ...], assumed: frozenset[tuple[str, str]]) -> bool:
        if len(one) != len(other):
            return False
        if all(isinstance(each, Property) for each in one):  # the order of properties means nothing
            one, other = _in_order(one), _in_order(other)
        elif all(each is None or isinstance(each, bool | int | float | str) for each in one):
            return {(type(each), each) for each in one} == {(type(each), each) for each in other}
        return all(self._same(left, right, assumed) for left, right in zip(one, other, strict=True))


def _in_order(properties: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(sorted(properties, key=lambda each: each.name if isinstance(each, Property) else ""))
