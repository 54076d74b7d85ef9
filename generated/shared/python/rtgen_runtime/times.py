"""Times that RFC 3339 can write and Python can't hold.

Such a text becomes the nearest time that `datetime` has: a leap second the last microsecond before it, a day of the
year 0 the first of the year 1. (Digits beyond the microsecond are rounded by the decoder, without any help.)
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from msgspec import inspect

_YEAR_ZERO: Final = re.compile(r"0000-[0-9]{2}-[0-9]{2}(?:([Tt])[^Zz+-]*)?")
_SECONDS: Final = re.compile(r"(:[0-9]{2}:)([0-9]{2})(?:(\.[0-9]{1,6})[0-9]*)?")


def nearest_text(text: str) -> str:
    """A valid date-time or date as the nearest that Python can hold; digits beyond the microsecond are cut off."""
    held = _YEAR_ZERO.sub(
        lambda found: "0001-01-01" + ("T00:00:00" if found.group(1) else ""), text
    )
    return _SECONDS.sub(_held_seconds, held, count=1)


def _held_seconds(found: re.Match[str]) -> str:
    minute, second, fraction = found.group(1, 2, 3)
    return (
        f"{minute}59.999999" if second == "60" else f"{minute}{second}{fraction or ''}"
    )


class TextTimes:
    """Finds the times in plain values of a type, without being asked often: its ways are looked up as it goes."""

    def __init__(self, python_type: object) -> None:
        self._python_type = python_type

    @cached_property
    def _type(self) -> inspect.Type:
        return inspect.type_info(self._python_type)

    def nearest(self, value: object) -> object:
        """The value with every date-time and date as the nearest that Python can hold."""
        return _nearest(self._type, value)


def _nearest(kind: inspect.Type, value: object) -> object:
    match kind, value:
        case inspect.DateTimeType() | inspect.DateType(), str():
            return nearest_text(value)
        case inspect.Metadata(), _:
            return _nearest(kind.type, value)
        case inspect.UnionType(), _:
            return _nearest(_member(kind.types, value), value)
        case inspect.ListType() | inspect.VarTupleType(), list():
            return [_nearest(kind.item_type, each) for each in value]
        case inspect.TupleType(), list():
            types = kind.item_types
            return [
                _nearest(each, item) for each, item in zip(types, value, strict=False)
            ] + value[len(types) :]
        case inspect.DictType(), dict():
            return {
                name: _nearest(kind.value_type, each) for name, each in value.items()
            }
        case inspect.StructType(), dict():
            types_of = {each.encode_name: each.type for each in kind.fields}
            anything = inspect.AnyType()
            return {
                name: _nearest(types_of.get(name, anything), each)
                for name, each in value.items()
            }
        case _:
            return value


def _member(types: Iterable[inspect.Type], value: object) -> inspect.Type:
    """The member of a union that a value belongs to: they differ in their JSON kind, objects in their tag."""
    for each in types:
        kind = each.type if isinstance(each, inspect.Metadata) else each
        match kind, value:
            case inspect.StructType(), dict():
                if kind.tag_field is None or value.get(kind.tag_field) == kind.tag:
                    return kind
            case inspect.DictType(), dict():
                return kind
            case (
                (inspect.ListType() | inspect.VarTupleType() | inspect.TupleType()),
                list(),
            ):
                return kind
            case ((inspect.DateTimeType() | inspect.DateType()), str()):
                return kind
    return inspect.AnyType()
