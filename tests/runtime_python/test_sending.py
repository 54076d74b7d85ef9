"""What a program sends has one verdict and one text, whether it takes the quick way or the ordinary one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType
from rtgen_runtime.codegen_v1 import Schema, Structs, is_date, is_date_time, is_uuid
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.objects import Date, DateTime, Uuid

_NAME: Final = {"type": "string", "minLength": 1, "maxLength": 8}
DOCUMENTS: Final[dict[str, object]] = {
    "Author": {
        "type": "object",
        "properties": {"name": _NAME},
        "required": ["name"],
        "additionalProperties": False,
    },
    "Note": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "sentAt": {"type": "string", "format": "date-time"},
            "author": {"$ref": "#/$defs/Author"},
            "counts": {"type": "array", "maxItems": 3, "items": {"type": "integer", "minimum": 0, "maximum": 9}},
            "text": {"type": "string", "maxLength": 2000},
        },
        "required": ["id", "sentAt", "author", "counts", "text"],
    },
    "Day": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "day": {"type": "string", "format": "date"},
            "seenAt": {"type": "string", "format": "date-time"},
        },
        "required": ["id"],
    },
}


class Author(Struct, kw_only=True, forbid_unknown_fields=True):
    """Nested, and closed."""

    name: Annotated[str, Meta(min_length=1, max_length=8)]


class Note(Struct, kw_only=True, rename="camel"):
    """Ids and times that are always there."""

    id: Uuid
    sent_at: DateTime
    author: Author
    counts: Annotated[list[Annotated[int, Meta(ge=0, le=9)]], Meta(max_length=3)]
    text: Annotated[str, Meta(max_length=2000)]


class WireNote(Struct, kw_only=True, rename="camel"):
    """The same as it travels."""

    id: str
    sent_at: str
    author: Author
    counts: Annotated[list[Annotated[int, Meta(ge=0, le=9)]], Meta(max_length=3)]
    text: Annotated[str, Meta(max_length=2000)]


class Day(Struct, kw_only=True, rename="camel"):
    """Ids and times that may be left out."""

    id: Uuid
    day: Date | UnsetType = UNSET
    seen_at: DateTime | UnsetType = UNSET


class WireDay(Struct, kw_only=True, rename="camel"):
    """The same as it travels."""

    id: str
    day: str | UnsetType = UNSET
    seen_at: str | UnsetType = UNSET


class LaterNote(Note):
    """Somebody's own, which would send more than the contract has."""

    more: int = 1


class Namesake(Struct):
    """Has the attributes of an author, and another name for one of them."""

    name: str
    age: int = 7


def _note_keeps_rules(value: WireNote) -> bool:
    return is_uuid(value.id) and is_date_time(value.sent_at)


def _day_keeps_rules(value: WireDay) -> bool:
    return (
        is_uuid(value.id)
        and (value.day is UNSET or is_date(value.day))
        and (value.seen_at is UNSET or is_date_time(value.seen_at))
    )


NOTE: Final[Schema[Note]] = Schema(
    "Note",
    WireNote,
    DOCUMENTS,
    check=_note_keeps_rules,
    public=Structs(Note, spelled=["id", "sent_at"]),
    longest="text",
)
DAY: Final[Schema[Day]] = Schema(
    "Day",
    WireDay,
    DOCUMENTS,
    check=_day_keeps_rules,
    public=Structs(Day, spelled=["id", "day", "seen_at"]),
)

_ID: Final = UUID("7f3b2c1a-1111-4222-a333-444455556666")
_TIME: Final = datetime(2026, 11, 24, 2, 30, 1, 5, UTC)
_WORDS: Final[tuple[Any, ...]] = ("", "Ada", "a" * 8, "a" * 9, "ä€😀", "\ud800", 7, None)
_IDS: Final[tuple[Any, ...]] = (_ID, _ID, _ID, str(_ID), _ID.hex, str(_ID).upper(), "", 5, None, UNSET)
_TIMES: Final[tuple[Any, ...]] = (
    _TIME,
    _TIME,
    _TIME,
    _TIME.replace(microsecond=0),
    _TIME.replace(year=1),
    _TIME.replace(tzinfo=None),
    _TIME.astimezone(timezone(timedelta(0), "same")),
    _TIME.astimezone(timezone(timedelta(hours=-2, minutes=30))),
    _TIME.astimezone(timezone(timedelta(hours=1, seconds=7))),
    _TIME.replace(tzinfo=ZoneInfo("Europe/Paris")),
    _TIME.replace(year=1880, tzinfo=ZoneInfo("Europe/Paris")),
    _TIME.date(),
    "2026-11-24T02:30:01Z",
    "2026-11-24 02:30:01Z",
    "2026-11-24T02:30:01+0100",
    "yesterday",
    UNSET,
    None,
)
_DAYS: Final[tuple[Any, ...]] = (date(2026, 2, 28), date(1, 1, 1), _TIME, "2026-02-28", "2026-02-30", UNSET, None)
_AUTHORS: Final[tuple[Any, ...]] = ({"name": "Bo"}, {"name": "Bo", "age": 7}, Namesake("Bo"), "Bo", None)
_COUNTS: Final[tuple[Any, ...]] = ([], [1, 2, 3], [1, 2, 3, 4], [10], [1.0], [1.5], [True], (1, 2), {"1": 2}, None)


_NOTES: Final = st.builds(
    lambda kind, **given: kind(**given),
    kind=st.sampled_from((*[Note] * 9, LaterNote)),
    id=st.sampled_from(_IDS),
    sent_at=st.sampled_from(_TIMES),
    author=st.builds(Author, name=st.sampled_from(_WORDS)) | st.sampled_from(_AUTHORS),
    counts=st.sampled_from(_COUNTS),
    text=st.sampled_from((*_WORDS, "{" * 300)),
)
_SOME_DAYS: Final = st.builds(
    Day, id=st.sampled_from(_IDS), day=st.sampled_from(_DAYS), seen_at=st.sampled_from(_TIMES)
)
_PLAIN: Final = (
    Note(id=_ID, sent_at=_TIME, author=Author(name="Ada"), counts=[1], text="x" * 1500),
    Day(id=_ID),
    Day(id=_ID, day=date(2026, 2, 28), seen_at=_TIME),
)


def _schema_of(value: Note | Day) -> Schema[Any]:
    return NOTE if isinstance(value, Note) else DAY


def _sent(send: Callable[[Any], bytes], value: object) -> object:
    try:
        return send(value)
    except InvalidPayload as problem:
        return problem.issues


@settings(max_examples=400, deadline=None)
@given(_NOTES | _SOME_DAYS)
def test_both_ways_give_the_same_text_or_the_same_issues(value: Note | Day) -> None:
    schema = _schema_of(value)
    assert _sent(schema.encode, value) == _sent(schema._encode, value)


@pytest.mark.parametrize("value", _PLAIN, ids=["always there", "left out", "there"])
def test_an_ordinary_value_takes_the_quick_way(value: Note | Day, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = _schema_of(value)
    monkeypatch.setattr(Structs, "take_in", _never)
    assert schema.decode(schema.encode(value)) == value


def _never(_public: object, value: object) -> bytes:
    raise AssertionError(f"the ordinary way was taken for {value}")
