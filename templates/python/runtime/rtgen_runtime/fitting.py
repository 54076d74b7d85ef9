"""Whether a program's value is valid as it is, so that its JSON text need not be read again.

Models don't check what they are made of, so what is sent is judged. Decoding the text again does that for every type;
for values of plain types (texts, numbers, ids, times, lists and Structs of these) looking at them is quicker, and says
the same: what fits is encoded to a text that the schema accepts. A no only means that the text must be judged.

Types count exactly: an instance of a subclass may be encoded in another way.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from operator import attrgetter, call
from types import NoneType
from typing import Any, Final
from uuid import UUID

from msgspec import NODEFAULT, UNSET, inspect

from rtgen_runtime.frames import MAX_INTEGER

Fits = Callable[[Any], bool]
"""Whether a value is surely valid."""

_LARGEST: Final = 1e300
_NO_LIMIT: Final = float("inf")


class _Unknown(Exception):
    """There is more to a type than is looked at here."""


def fits(python_type: object) -> Fits | None:
    """Judges values of a type; `None` where nothing but their text tells."""
    try:
        return _judge(inspect.type_info(python_type), {})
    except (_Unknown, TypeError):
        return None


_Known = dict[type, Fits | None]
"""By Structs; `None` for those that are being looked at: one that holds itself is left to its text's judgement."""


def _judge(kind: inspect.Type, known: _Known) -> Fits:
    wanted = _EXACTLY.get(type(kind))
    if wanted is not None:
        return lambda value: type(value) is wanted
    match kind:
        case inspect.StrType(pattern=None):
            return _text(kind.min_length or 0, kind.max_length or _NO_LIMIT)
        case inspect.IntType(multiple_of=None):
            low, high = _bounds(kind)
            low, high = max(low, -MAX_INTEGER), min(high, MAX_INTEGER)
            return lambda value: type(value) is int and low <= value <= high
        case inspect.FloatType(multiple_of=None, gt=None, lt=None):
            low, high = _bounds(kind)
            low, high = max(low, -_LARGEST), min(high, _LARGEST)
            return lambda value: type(value) is float and low <= value <= high
        case inspect.DateTimeType(tz=True):
            return lambda value: type(value) is datetime and value.tzinfo is UTC
        case inspect.LiteralType(values=values):
            texts = frozenset(each for each in values if type(each) is str)
            if len(texts) != len(values):
                raise _Unknown
            return lambda value: type(value) is str and value in texts
        case inspect.ListType():
            return _list(kind, _judge(kind.item_type, known))
        case inspect.UnionType():
            return _any([_judge(each, known) for each in kind.types])
        case inspect.StructType():
            return _struct(kind, known)
        case inspect.Metadata():
            return _judge(kind.type, known)
    raise _Unknown


_EXACTLY: Final[dict[type, type]] = {
    inspect.BoolType: bool,
    inspect.UUIDType: UUID,
    inspect.DateType: date,
    inspect.NoneType: NoneType,
}


def _bounds(kind: inspect.IntType | inspect.FloatType) -> tuple[float, float]:
    """Ends that belong to it; of integers, open ends are the next integers."""
    lows = [kind.ge, None if kind.gt is None else kind.gt + 1]
    highs = [kind.le, None if kind.lt is None else kind.lt - 1]
    return (
        max((each for each in lows if each is not None), default=-_NO_LIMIT),
        min((each for each in highs if each is not None), default=_NO_LIMIT),
    )


def _text(shortest: int, longest: float) -> Fits:
    def is_text(value: Any) -> bool:
        return type(value) is str and shortest <= len(value) <= longest

    return is_text


def _list(kind: inspect.ListType, inner: Fits) -> Fits:
    shortest, longest = kind.min_length or 0, kind.max_length or _NO_LIMIT

    def is_list(value: Any) -> bool:
        return (
            type(value) is list
            and shortest <= len(value) <= longest
            and all(map(inner, value))
        )

    return is_list


def _any(members: list[Fits]) -> Fits:
    if len(members) == 2:
        first, second = members
        return lambda value: first(value) or second(value)
    return lambda value: any(each(value) for each in members)


def _struct(kind: inspect.StructType, known: _Known) -> Fits:
    if kind.array_like or kind.cls.__struct_config__.omit_defaults:
        raise _Unknown
    cls = kind.cls
    if cls in known:
        judge = known[cls]
        if judge is None:
            raise _Unknown
        return judge
    known[cls] = None
    known[cls] = found = _fields(kind, known)
    return found


def _field(each: inspect.Field, known: _Known) -> Fits:
    judge = _judge(each.type, known)
    has_default = each.default_factory is not NODEFAULT or each.default is not NODEFAULT
    if each.required or has_default:
        return judge
    # Its default is `UNSET`, of which `inspect` says nothing, and which is not sent.
    return lambda value: value is UNSET or judge(value)


def _fields(kind: inspect.StructType, known: _Known) -> Fits:
    cls = kind.cls
    judges = tuple(_field(each, known) for each in kind.fields)
    names = [each.name for each in kind.fields]
    if len(names) < 2:
        pairs = tuple(zip(names, judges, strict=True))
        return lambda value: (
            type(value) is cls
            and all(judge(getattr(value, name)) for name, judge in pairs)
        )
    get: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)

    def is_struct(value: Any) -> bool:
        return type(value) is cls and all(map(call, judges, get(value)))

    return is_struct
