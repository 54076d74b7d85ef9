"""Whether ids and times were spelled by the book, asked of a text that a typed decoder has taken already.

`msgspec` reads uuids and date-times more generously than RFC 9562 and RFC 3339, in three ways: 32 digits of a uuid
without hyphens, a blank before a time, an offset without its colon. (A date only in the one way.) All else it checks:
digits, hyphens, days of the calendar, hours, offsets. So of what it took, 36 characters prove a uuid, and three
characters a date-time. `tests/targets/python/test_quick_ways.py` holds it to that.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, inspect

_UuidText: Final = Annotated[str, Meta(min_length=36, max_length=36)]


Asked = Callable[[Any], bool]
"""Given a JSON text, it says whether ids and times are spelled by the book; a `ValueError` is a no, too."""


def is_spelled(text: Any) -> bool:
    """Whether a text that `msgspec` takes for an aware date-time is one by RFC 3339, too; or is not there."""
    if text is UNSET:
        return True
    return text[10] in "Tt" and (text[-1] in "Zz" or text[-3] == ":")


class Spelling:
    """Tells how the ids and times in some attributes of a Struct were spelled, in a text that its decoder took."""

    def __init__(self, python_type: object, attributes: Iterable[str]) -> None:
        kind = inspect.type_info(python_type)
        if not isinstance(kind, inspect.StructType):
            raise TypeError("only objects have attributes")
        named = frozenset(attributes)
        # A date has one spelling.
        fields = [each for each in kind.fields if each.name in named]
        times = [each for each in fields if isinstance(each.type, inspect.DateTimeType)]
        ids = [each for each in fields if isinstance(each.type, inspect.UUIDType)]
        self._times = tuple(f"time{place}" for place in range(len(times)))
        # Attributes have names of ours, so that a function can be written that asks for them: quicker than a getter.
        texts = [
            *(_text(*each, str) for each in zip(self._times, times, strict=True)),
            *(_text(f"id{at}", each, _UuidText) for at, each in enumerate(ids)),
        ]
        self._texts = msgspec.defstruct("Spelled", texts, kw_only=True, gc=False)

    def asked(self) -> Asked:
        """A function that tells of the JSON text of such an object."""
        read: Any = msgspec.json.Decoder(self._texts).decode
        times = self._times

        def once(text: Any) -> bool:
            time = read(text).time0
            return (
                time is UNSET
                or (time[10] == "T" and time[-1] == "Z")
                or is_spelled(time)
            )

        def often(text: Any) -> bool:
            found = read(text)
            return all(is_spelled(getattr(found, each)) for each in times)

        return once if len(times) == 1 else often

    def asked_within(self, place: int) -> Asked:
        """The same for the text of an array that has such an object in this place."""
        others: list[tuple[str, Any]] = [(f"other{at}", Any) for at in range(place)]
        array: Any = msgspec.defstruct(
            "Around", [*others, ("here", self._texts)], array_like=True, gc=False
        )
        read: Any = msgspec.json.Decoder(array).decode
        times = self._times

        def once(text: Any) -> bool:
            time = read(text).here.time0
            return (
                time is UNSET
                or (time[10] == "T" and time[-1] == "Z")
                or is_spelled(time)
            )

        def often(text: Any) -> bool:
            found = read(text).here
            return all(is_spelled(getattr(found, each)) for each in times)

        return once if len(times) == 1 else often


def _text(attribute: str, field: inspect.Field, kind: Any) -> tuple[str, Any, Any]:
    default: Any = msgspec.NODEFAULT if field.required else UNSET
    return attribute, kind, msgspec.field(name=field.encode_name, default=default)
