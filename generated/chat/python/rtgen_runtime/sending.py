"""A program's value as JSON text, on the quick way: encoded, then judged by one look at it and one decoding.

Who gets a text must ask how ids and times are spelled in it. Who sends one has made it of objects, and of a `UUID`, a
`date` and a `datetime` in UTC there is one spelling, which is by the book: so it is enough to see that they are
objects. All else is what the type that travels says. What is not surely valid is left to the ordinary way.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET, inspect

from rtgen_runtime.reading import may_hold_more

Send = Callable[[Any], bytes]
"""Gives a value as JSON text.

Raises:
    InvalidPayload: The schema does not accept it.
"""

_Look = Callable[[Any], bool]
"""Whether the ids and times of a value are objects which are spelled by the book."""

_OBJECTS: Final[dict[type[inspect.Type], type]] = {
    inspect.UUIDType: UUID,
    inspect.DateTimeType: datetime,
    inspect.DateType: date,
}


def sender(
    python_type: object,
    spelled: Sequence[str],
    *,
    encode: Callable[[Any], bytes],
    decode: Callable[[bytes], Any],
    longest: Callable[[Any], str] | None,
    shallow: int,
    otherwise: Send,
) -> Send:
    """A function that sends what is surely valid, and leaves the rest to `otherwise`.

    `decode` judges a text as far as its type can; of the attributes in `spelled`, which are ids and times, it does not
    know how they must be written. A text with at most `shallow` characters beside its longest string can't nest too
    deep.
    """
    is_by_the_book = _look(python_type, spelled)

    def send(value: Any) -> bytes:
        try:
            if type(value) is python_type and is_by_the_book(value):
                text = encode(value)
                found = decode(text)
                if (
                    len(text) <= shallow
                    or (
                        longest is not None
                        and len(text) - len(longest(found)) <= shallow
                    )
                    or not may_hold_more(text)
                ):
                    return text
        except (ValueError, TypeError, AttributeError, RecursionError):
            pass
        return otherwise(value)

    return send


def _look(python_type: object, spelled: Sequence[str]) -> _Look:
    kind = inspect.type_info(python_type)
    if not isinstance(kind, inspect.StructType):
        raise TypeError("only objects have attributes")
    fields = {each.name: each for each in kind.fields}
    objects = {name: _OBJECTS[type(fields[name].type)] for name in spelled}
    if all(fields[name].required for name in spelled):
        return _look_at_all(objects)
    return _look_at_each(objects)


def _look_at_all(objects: dict[str, type]) -> _Look:
    """For attributes that are all there: one look, and one comparison."""
    times = [name for name, each in objects.items() if each is datetime]
    look = attrgetter(
        *(f"{name}.__class__" for name in objects),
        *(f"{name}.tzinfo" for name in times),
    )
    expected: Any = (*objects.values(), *(UTC for _ in times))
    if len(expected) == 1:
        (expected,) = expected

    def is_by_the_book(value: Any) -> bool:
        is_expected: bool = look(value) == expected
        return is_expected

    return is_by_the_book


def _look_at_each(objects: dict[str, type]) -> _Look:
    def is_by_the_book(value: Any) -> bool:
        for name, expected in objects.items():
            found = getattr(value, name)
            if found is UNSET:
                continue
            if type(found) is not expected or (
                isinstance(found, datetime) and found.tzinfo is not UTC
            ):
                return False
        return True

    return is_by_the_book
