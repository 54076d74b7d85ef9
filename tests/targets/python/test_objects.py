"""Ids and times are objects in programs and texts on the wire; the verdict is the text's."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from types import ModuleType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from generated_chat import ROOT, generated, imported, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.formats import is_date, is_date_time

ID = "0189b0de-0000-7000-8000-00000000abcd"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("times")
    write(generated(ROOT / "tests/golden/generated_times/contract.yaml"), folder)
    return imported(folder, "times")


def text(**values: Any) -> bytes:
    return json.dumps({"id": ID, "startsAt": "2026-03-04T12:00:00Z", **values}).encode()


def test_objects_are_handed_out_wherever_they_are(times: ModuleType) -> None:
    meeting = times.validators.MEETING.decode(
        text(
            endsAt=None,
            days=["2026-03-04"],
            people={"Ada": ID.upper()},
            host={"name": "Ada"},
            after={"id": ID, "startsAt": "2026-03-04T13:00:00.5+01:00", "surplus": ID},
            remind=5,
            lasts="P1D",
            opens="12:00:00Z",
            code=ID,
        )
    )
    assert meeting == times.Meeting(
        id=UUID(ID),
        starts_at=NOON,
        ends_at=None,
        days=[date(2026, 3, 4)],
        people={"Ada": UUID(ID)},
        host=times.Person(name="Ada"),
        after=times.Meeting(id=UUID(ID), starts_at=NOON + timedelta(seconds=0.5)),
        remind=5,
        lasts="P1D",
        opens="12:00:00Z",
        code=ID,
    )
    assert meeting.after.starts_at.utcoffset() == timedelta(hours=1)
    assert times.validators.MEETING.decode(times.validators.MEETING.encode(meeting)) == meeting


def test_members_of_unions_and_what_only_the_full_validator_knows(times: ModuleType) -> None:
    begun = times.validators.STATE.decode(b'{"kind":"begun","at":"2026-03-04T12:00:00Z"}')
    assert begun == times.Begun(at=NOON)
    assert times.validators.STATE.decode(b'{"kind":"held"}') == times.Held()
    twice = times.validators.TWICE.decode(b'{"at":"2016-12-31T23:59:60z","more":1.0}')
    assert twice.at == datetime(2016, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    many = times.validators.HALL_ALL_PAYLOAD.decode(b"[" + text() + b"," + text(remind="2026-03-04T12:00:00Z") + b"]")
    assert [each.remind for each in many][1] == NOON


def test_an_address_keeps_its_spelling(times: ModuleType) -> None:
    assert times.validators.HALL_PARAMS.decode(json.dumps({"id": ID.upper()}).encode()).id == ID.upper()
    with pytest.raises(InvalidPayload):
        times.validators.HALL_PARAMS.decode(b'{"id":"no"}')


def test_the_data_of_an_error(times: ModuleType) -> None:
    late = times.Late(since=NOON, day=date(2026, 3, 4))
    assert json.loads(late.schema.encode(late.raw_data)) == {"since": "2026-03-04T12:00:00Z", "day": "2026-03-04"}
    assert late.schema.decode(late.schema.encode(late.raw_data)) == late.data


def test_a_time_without_a_zone_is_refused_by_name(times: ModuleType) -> None:
    with pytest.raises(InvalidPayload, match=r"/startsAt: .* does not say its offset"):
        times.validators.MEETING.encode(times.Meeting(id=UUID(ID), starts_at=datetime(2026, 3, 4)))
    with pytest.raises(InvalidPayload, match=r"/id: "):
        times.validators.MEETING.encode(times.Meeting(id="no", starts_at=NOON))


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999+00:00"),
        ("2016-12-31t15:59:60.25-08:00", "2016-12-31T15:59:59.999999-08:00"),
        ("0000-02-29T23:00:00.5-05:00", "0001-01-01T00:00:00-05:00"),
        ("9999-12-31T23:59:59.99999999Z", "9999-12-31T23:59:59.999999+00:00"),
        ("2026-03-04t12:00:00.0000007z", "2026-03-04T12:00:00.000001+00:00"),
        ("2026-03-04T12:00:00-00:00", "2026-03-04T12:00:00+00:00"),
    ],
)
def test_what_python_can_not_hold_becomes_the_nearest(times: ModuleType, sent: str, held: str) -> None:
    meeting = times.validators.MEETING.decode(text(startsAt=sent, remind=sent, after=json.loads(text(endsAt=sent))))
    assert [meeting.starts_at.isoformat(), meeting.remind.isoformat()] == [held, held]
    assert meeting.after.ends_at.isoformat() == held
    assert times.validators.DAYS.decode(b'["0000-02-29"]') == [date(1, 1, 1)]


DATE_TIMES = st.from_regex(
    r"\A[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
    r"(\.[0-9]{1,12})?([Zz]|[+-]([01][0-9]|2[0-4]):?[0-5][0-9])\Z"
)


@given(DATE_TIMES)
@example("2026-03-04T05:06:07+0100")
@example("2026-03-04 05:06:07Z")
@example("0000-01-01T00:00:00+23:59")
@settings(deadline=None)
def test_the_verdict_is_that_of_the_text(times: ModuleType, sent: str) -> None:
    assert (times.validators.MEETING.issues(text(startsAt=sent)) == []) is is_date_time(sent)
    if is_date_time(sent):
        assert times.validators.MEETING.decode(text(startsAt=sent)).starts_at.tzinfo is not None
    day = sent[:10]
    assert (times.validators.DAYS.issues(json.dumps([day]).encode()) == []) is is_date(day)
    if is_date(day):
        times.validators.DAYS.decode(json.dumps([day]).encode())


ZONES = st.sampled_from(
    [UTC, ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/St_Johns")]
    + [timezone(timedelta(**each)) for each in ({"hours": -5}, {"seconds": 12345}, {"microseconds": 5})]
)


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES), st.uuids(), st.dates())
@settings(deadline=None)
def test_what_is_encoded_is_the_same_instant(times: ModuleType, when: datetime, name: UUID, day: date) -> None:
    inner = times.Meeting(id=name, starts_at=NOON, remind=when)
    meeting = times.Meeting(id=name, starts_at=when, days=[day], people={"": name}, after=inner)
    got = times.validators.MEETING.decode(times.validators.MEETING.encode(meeting))
    # A local time that a clock skips or repeats equals none of another zone, so instants are compared.
    assert got.starts_at.astimezone(UTC) == got.after.remind.astimezone(UTC) == when.astimezone(UTC)
    assert (got.id, got.days, got.people) == (name, [day], {"": name})
