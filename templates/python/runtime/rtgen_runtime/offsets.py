"""Offsets with seconds, which `datetime` has for old local times and RFC 3339 has no word for.

An encoder would round them to minutes, and the instant would be another. So they are looked for before a value is
sent; where there is one, the whole value's times are told in UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import attrgetter, call
from typing import Any, Final

from msgspec import inspect

Finder = Callable[[Any], bool]
"""Whether a value holds a time whose offset has seconds."""

_MINUTE: Final = timedelta(minutes=1)
_NOTHING: Final = timedelta()


def finder(python_type: object) -> Finder | None:
    """Looks where values of a type can hold a time; `None` for a type whose values hold none."""
    return _finder(inspect.type_info(python_type), {})


def in_utc(value: object) -> object:
    """Plain values with every time told in UTC."""
    if isinstance(value, datetime):
        return value if value.utcoffset() is None else value.astimezone(UTC)
    if isinstance(value, dict):
        return {name: in_utc(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [in_utc(member) for member in value]
    return value


def _finder(kind: inspect.Type, known: dict[type, Finder | None]) -> Finder | None:
    match kind:
        case inspect.DateTimeType():
            return _has_seconds
        case inspect.Metadata():
            return _finder(kind.type, known)
        case inspect.ListType() | inspect.VarTupleType():
            return _in_items(_finder(kind.item_type, known))
        case inspect.TupleType():
            return _in_places([_finder(each, known) for each in kind.item_types])
        case inspect.DictType():
            return _in_values(_finder(kind.value_type, known))
        case inspect.UnionType():
            return _in_any(
                [
                    each
                    for each in (_finder(member, known) for member in kind.types)
                    if each
                ]
            )
        case inspect.StructType():
            return _in_struct(kind, known)
        case _:
            return None


def _has_seconds(value: object) -> bool:
    if not isinstance(value, datetime) or value.tzinfo is UTC:
        return False
    offset = value.utcoffset()
    return offset is not None and offset % _MINUTE != _NOTHING


def _in_items(inner: Finder | None) -> Finder | None:
    if inner is None:
        return None
    return lambda value: isinstance(value, list | tuple) and any(map(inner, value))


def _in_places(inner: list[Finder | None]) -> Finder | None:
    places = [(index, each) for index, each in enumerate(inner) if each is not None]
    if not places:
        return None
    return lambda value: (
        isinstance(value, list | tuple)
        and any(index < len(value) and each(value[index]) for index, each in places)
    )


def _in_values(inner: Finder | None) -> Finder | None:
    if inner is None:
        return None
    return lambda value: isinstance(value, dict) and any(map(inner, value.values()))


def _in_any(inner: list[Finder]) -> Finder | None:
    if len(inner) < 2:
        return inner[0] if inner else None
    return lambda value: any(each(value) for each in inner)


def _in_struct(
    kind: inspect.StructType, known: dict[type, Finder | None]
) -> Finder | None:
    if kind.cls in known:
        return known[kind.cls]
    # A type that holds itself is asked about itself before it is known: it then asks once more, at run time.
    known[kind.cls] = lambda value: (
        (found := known[kind.cls]) is not None and found(value)
    )
    fields = [(each.name, _finder(each.type, known)) for each in kind.fields]
    places = [(name, each) for name, each in fields if each is not None]
    known[kind.cls] = _in_places_of(kind.cls, places) if places else None
    return known[kind.cls]


def _in_places_of(cls: type, places: list[tuple[str, Finder]]) -> Finder:
    finders = tuple(each for _, each in places)
    get: Callable[[Any], Any] = attrgetter(*(name for name, _ in places))
    if len(finders) == 1:
        only = finders[0]
        return lambda value: isinstance(value, cls) and only(get(value))
    return lambda value: isinstance(value, cls) and any(map(call, finders, get(value)))
