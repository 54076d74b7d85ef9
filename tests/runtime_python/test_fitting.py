"""Values that are judged as they are: what is sent, and what is refused, is the same as by their texts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType, field
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.fitting import fits
from rtgen_runtime.objects import DateTime, Structs
from rtgen_runtime.validation import Schema

Words = Annotated[list[Annotated[str, Meta(min_length=1, max_length=3)]], Meta(min_length=1, max_length=2)]


class Inner(Struct):
    name: Annotated[str, Meta(min_length=1)]


class Another(Struct):
    """Not what is asked for, though it looks like it."""

    name: str


@dataclass
class Alike:
    name: str


class Sub(Inner):
    more: int = 0


class Text(str):
    __slots__ = ()


class Whole(Struct, kw_only=True):
    count: Annotated[int, Meta(ge=0, le=9)]
    share: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    inner: Inner
    kind: Literal["a", "b"] = field(name="kindOf", default="a")
    words: Words | UnsetType = UNSET
    said: str | UnsetType | None = UNSET
    is_on: bool | UnsetType = UNSET


class Itself(Struct):
    inner: "Itself | None" = None


class Anything(Struct):
    held: Any = None


class Dated(Struct, kw_only=True):
    id: UUID
    at: DateTime
    day: date | UnsetType = UNSET


class WireDated(Struct, kw_only=True):
    id: str
    at: str
    day: str | UnsetType = UNSET


STRING: dict[str, object] = {"type": "string", "minLength": 1}
DOCUMENTS: dict[str, object] = {
    "Inner": {"type": "object", "properties": {"name": STRING}, "required": ["name"]},
    "Whole": {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "minimum": 0, "maximum": 9},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "inner": {"$ref": "#/$defs/Inner"},
            "kindOf": {"enum": ["a", "b"]},
            "words": {"type": "array", "minItems": 1, "maxItems": 2, "items": {**STRING, "maxLength": 3}},
            "said": {"type": ["string", "null"]},
            "is_on": {"type": "boolean"},
        },
        "required": ["count", "inner"],
    },
    "Dated": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "at": {"type": "string", "format": "date-time"},
            "day": {"type": "string", "format": "date"},
        },
        "required": ["id", "at"],
    },
}
WHOLE: Schema[Any] = Schema("Whole", Whole, DOCUMENTS)
DATED: Schema[Any] = Schema(
    "Dated", WireDated, DOCUMENTS, check=lambda _value: True, public=Structs(Dated, spelled=["id", "at", "day"])
)


def outcome(schema: Schema[Any], value: object) -> object:
    try:
        return schema.encode(value)
    except InvalidPayload as error:
        return error.issues
    except Exception as error:  # what a program that sends nonsense has always met
        return type(error)


def sent(schema: Schema[Any], value: object) -> object:
    """What comes of a value, the same with and without a look at it."""
    judged = outcome(schema, value)
    look, schema._fits = schema._fits, None
    try:
        assert judged == outcome(schema, value)
    finally:
        schema._fits = look
    return judged


NUMBERS = st.sampled_from([0, 9, 10, -1, 1.0, 0.5, 1.5, True, float("nan"), float("inf"), 2**60, 10**400, -0.0])
TEXTS = st.sampled_from(["", "a", "b", "abc", "abcd", "ä€", "\ud800", Text("a"), None, UNSET])
WRONG: Any = 1
NUMBERED = Inner(WRONG)
INNER = st.sampled_from(
    [
        Inner("a"),
        Inner(""),
        NUMBERED,
        Sub("a"),
        Another("a"),
        Another(""),
        Alike("a"),
        {"name": "a"},
        {"name": ""},
        None,
    ]
)
ODD = NUMBERS | TEXTS | INNER
TIMES = st.sampled_from(
    [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 1, 1),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1, seconds=1))),
        date(2026, 1, 1),
        "2026-01-01T00:00:00Z",
        "2026-01-01 00:00:00Z",
    ]
)
IDS = st.sampled_from([UUID(int=0), UUID(int=2**128 - 1), "0" * 32, str(UUID(int=1)), 1])


@given(
    count=NUMBERS | ODD,
    share=NUMBERS | ODD,
    inner=INNER | ODD,
    kind=TEXTS | NUMBERS,
    words=st.lists(TEXTS, max_size=3) | st.tuples(TEXTS) | ODD,
    said=TEXTS | ODD,
    is_on=NUMBERS,
)
@settings(deadline=None, max_examples=400)
def test_a_look_says_what_the_text_says(**values: Any) -> None:
    sent(WHOLE, Whole(**values))


@given(id=IDS, at=TIMES, day=TIMES | st.just(UNSET))
@settings(deadline=None)
def test_of_ids_and_times_too(**values: Any) -> None:
    sent(DATED, Dated(**values))


def test_what_fits_is_sent_and_what_does_not_is_refused() -> None:
    value = Whole(count=1, inner=Inner("a"), words=["a"], share=0.5, said=None, is_on=True)
    look = WHOLE._fits
    assert look is not None
    assert look(value)
    assert sent(WHOLE, value) == (
        b'{"count":1,"share":0.5,"inner":{"name":"a"},"kindOf":"a","words":["a"],"said":null,"is_on":true}'
    )
    value.inner.name = ""
    assert not look(value)
    assert [issue.pointer for issue in sent(WHOLE, value)] == ["/inner/name"]  # type: ignore[attr-defined]


def test_ids_and_times_are_looked_at() -> None:
    value = Dated(id=UUID(int=1), at=datetime(2026, 1, 1, tzinfo=UTC))
    assert DATED._fits is not None
    assert DATED._fits(value)
    assert not DATED._fits(Dated(id=UUID(int=1), at=datetime(2026, 1, 1)))


@pytest.mark.parametrize(
    "kind",
    [
        Itself,
        Anything,
        Any,
        dict[str, int],
        Annotated[str, Meta(pattern="a")],
        Annotated[int, Meta(multiple_of=2)],
        Annotated[float, Meta(gt=0)],
        Literal[1, 2],
        datetime,
        bytes,
    ],
)
def test_what_only_a_text_tells_is_not_looked_at(kind: object) -> None:
    assert fits(kind) is None
