"""Ids and times: texts on the wire, where they are checked, and objects in programs.

A schema is judged on texts alone. Only what it accepts is handed out, and by then nothing may be refused any more:
what an object can't hold becomes the nearest that it can (`times`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from rtgen_runtime.offsets import finder, in_utc
from rtgen_runtime.spelling import Spelling
from rtgen_runtime.times import TextTimes

T = TypeVar("T")

Uuid: TypeAlias = UUID
"""`format: uuid`; sent in lower case."""

DateTime: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""`format: date-time`: an aware `datetime`, with the offset that was sent, to the microsecond."""

Date: TypeAlias = date
"""`format: date`."""


class Public(Protocol[T]):
    """How a checked text becomes what programs hold, and back: for models whose types are not those of the wire."""

    def hand_out(self, text: bytes | msgspec.Raw) -> T:
        """What programs get of a JSON text that the schema accepts. Never raises.

        Integers are written without a fraction by then; properties that the schema doesn't name may be in it.
        """

    def take_in(self, value: T) -> bytes:
        """A program's value as JSON text, which is judged after this.

        Raises:
            TypeError: It holds what JSON has no word for; `ValueError` and `RecursionError` likewise.
        """


class Structs(Generic[T]):
    """`Public` for a `msgspec` type, with `Uuid`, `DateTime` and `Date` where texts travel.

    `spelled` are the attributes that hold these, where that is all that the type itself does not say: then a text is
    decoded at once to what programs hold, and only the spelling of these is looked at (`spelling`).
    """

    __slots__ = (
        "_decoder",
        "_encoder",
        "_odd_offset",
        "_times",
        "decode",
        "encode",
        "python_type",
        "spelled",
        "spelling",
    )

    def __init__(self, python_type: object, *, spelled: Sequence[str] = ()) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(python_type)
        self.decode = self._decoder.decode
        self.python_type = python_type
        self.spelled = tuple(spelled)
        self.spelling = Spelling(python_type, spelled) if spelled else None
        self._encoder = msgspec.json.Encoder()
        self.encode = self._encoder.encode
        self._times = TextTimes(python_type)
        self._odd_offset = finder(python_type)

    def hand_out(self, text: bytes | msgspec.Raw) -> T:
        """See `Public`."""
        try:
            return self._decoder.decode(text)
        except msgspec.ValidationError:
            held = self._times.nearest(msgspec.json.decode(text))
            return self._decoder.decode(self._encoder.encode(held))

    def take_in(self, value: T) -> bytes:
        """See `Public`; of a time with an odd offset the instant is kept (`offsets`)."""
        if self._odd_offset is not None and self._odd_offset(value):
            plain = msgspec.to_builtins(value, builtin_types=(datetime,))
            return self._encoder.encode(in_utc(plain))
        return self._encoder.encode(value)
