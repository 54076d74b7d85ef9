"""Objects decoded at once to ids and times: that way lets pass just what the contract does, spelled by the book."""

import json
from datetime import date, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from generated_chat import generated, imported, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rtgen_runtime.decoding import ClientDecoder, EventFrame, RefusedFrame
from rtgen_runtime.errors import InvalidPayload

CONTRACT = """\
rtgen: 1
contract: spelled
version: 1.0.0
schemas:
  Key: { type: string, format: uuid }
  Visit:
    type: object
    required: [key, at]
    properties:
      key: { $ref: '#/schemas/Key' }
      at: { type: string, format: date-time }
      leftAt: { type: string, format: date-time }
      day: { type: string, format: date }
      note: { type: string, maxLength: 2000 }
  Call:
    type: object
    required: [at]
    properties: { at: { type: string, format: date-time }, class: { $ref: '#/schemas/Key' } }
  Day: { type: object, required: [day], properties: { day: { type: string, format: date } } }
  Coded:
    type: object
    required: [key]
    properties: { key: { $ref: '#/schemas/Key' }, code: { type: string, pattern: '^[a-z]+$' } }
channels:
  hall:
    address: hall
    events:
      visit: { from: client, payload: { $ref: '#/schemas/Visit' }, reply: { type: 'null' } }
      call: { from: client, payload: { $ref: '#/schemas/Call' }, reply: { type: 'null' } }
      day: { from: client, payload: { $ref: '#/schemas/Day' }, reply: { type: 'null' } }
"""
KEY = "0189b0de-0000-7000-8000-00000000abcd"


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("spelled")
    (folder / "spelled.yaml").write_text(CONTRACT, encoding="utf-8")
    write(generated(folder / "spelled.yaml"), folder)
    return imported(folder, "spelled")


DATES = st.sampled_from(
    ["2026-03-04", "2024-02-29", "2023-02-29", "2026-13-01", "0000-01-01", "9999-12-31", "20260304", "2026-3-4"]
)
SEPARATORS = st.sampled_from(["T", "T", "T", "t", " ", "_", "", "\\u0054", "\\u0000"])
TIMES = st.sampled_from(
    ["12:00:00", "23:59:59", "23:59:60", "22:59:60", "24:00:00", "12:60:00", "120000", "12:00", "1\uff12:00:00"]
)
FRACTIONS = st.sampled_from(["", "", ".5", ".123", ".999999999999", ".", ",5", ".1a"])
OFFSETS = st.sampled_from(
    [
        "Z",
        "Z",
        "z",
        "",
        "+00:00",
        "-00:00",
        "+0000",
        "+00",
        "+01:30",
        "-2359",
        "+23:59",
        "+24:00",
        "+01:60",
        "Z ",
        "+1:300",
    ]
)
MOMENTS = st.tuples(DATES, SEPARATORS, TIMES, FRACTIONS, OFFSETS).map("".join)
KEYS = st.sampled_from(
    [
        *(KEY, KEY.upper(), KEY.replace("-", ""), KEY[:-1], KEY + "0", "{" + KEY + "}", "urn:uuid:" + KEY),
        *("0189b0de00007-000-8000-00000000abcd", KEY.replace("d", "\\u0064"), KEY.replace("a", "\u00e4")),
        KEY.replace("-", "")[:-1] + "\\u0064",
    ]
)
MEMBERS = st.one_of(
    st.tuples(st.sampled_from(["at", "at", "leftAt"]), MOMENTS.map('"{}"'.format) | st.just("null")),
    st.tuples(st.sampled_from(["key", "class"]), KEYS.map('"{}"'.format)),
    st.tuples(st.just("day"), DATES.map('"{}"'.format)),
    st.tuples(st.just("code"), st.sampled_from(['"ab"', '"AB"'])),
    st.tuples(st.just("note"), st.just('"' + "x" * 300 + '"')),
    st.tuples(st.just("later"), st.integers(60, 70).map(lambda levels: "[" * levels + "]" * levels)),
)
OBJECTS = st.tuples(
    KEYS, st.one_of(st.just("2026-03-04T12:00:00Z"), MOMENTS), st.lists(MEMBERS, max_size=3), st.booleans()
).map(lambda made: _object(*made))


def _object(key: str, moment: str, more: list[tuple[str, str]], last: bool) -> bytes:
    members = [("key", f'"{key}"'), ("at", f'"{moment}"'), ("day", '"2026-03-04"')]
    ordered = [*more, *members] if last else [*members, *more]
    return ("{" + ",".join(f'"{name}":{value}' for name, value in ordered) + "}").encode()


def outcome(decode: Any, text: bytes) -> tuple[bool, Any]:
    try:
        return True, decode(text)
    except InvalidPayload as error:
        return False, error.issues


@given(OBJECTS)
@settings(deadline=None, max_examples=400)
@example(b'{"key":"' + KEY.encode() + b'","at":"2026-03-04T12:00:00+01:00"}')
@example(b'{"key":"' + KEY.encode() + b'","at":"2026-03-04T12:00:00+0100"}')
@example(b'{"key":"' + KEY.encode() + b'","at":"2026-03-04 12:00:00Z"}')
def test_at_once_and_slowly_it_is_the_same(spelled: ModuleType, text: bytes) -> None:
    for name, issues in spelled.validators.VALIDATORS.items():
        schema = issues.__self__
        known, found = outcome(schema.decode, text), outcome(schema.decode_slowly, text)
        assert known[0] is found[0] is (issues(text) == []), name
        # Of a name that is there twice the last value counts, but the other one may make a decoder give up on rounding.
        assert known == found or text.count(b'"at"') > 1, name


@given(OBJECTS, st.sampled_from(["visit", "call", "day"]))
@settings(deadline=None, max_examples=200)
def test_in_frames_as_alone(spelled: ModuleType, text: bytes, event: str) -> None:
    decoder = ClientDecoder(spelled.app.CONTRACT)
    schema = spelled.validators.VALIDATORS[event.capitalize()].__self__
    is_valid, value = outcome(schema.decode, text)
    for frame in (f'["hall.{event}",7,"hall",'.encode() + text + b"]", f'["hall.{event}",7,"hall",{text.decode()}]'):
        found = decoder.decode(frame)
        if is_valid:
            assert isinstance(found, EventFrame)
            assert found.payload == value
        else:
            assert isinstance(found, RefusedFrame)
            assert list(found.issues) == value


def test_it_is_decoded_at_once(spelled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.dumps({"key": KEY, "at": "2026-03-04T12:00:00.5+01:00", "day": "2026-03-04"}).encode()
    schema = spelled.validators.VISIT
    monkeypatch.setattr("rtgen_runtime.validation.may_hold_more", pytest.fail)
    value = schema.decode(raw)
    assert value == spelled.Visit(
        key=UUID(KEY), at=datetime.fromisoformat("2026-03-04T12:00:00.500000+01:00"), day=date(2026, 3, 4)
    )
    assert schema._at_once is not None
    assert spelled.validators.CALL._at_once is not None
    assert spelled.validators.DAY._at_once is not None
    assert spelled.validators.CODED._at_once is None, "a rule of another kind is left"
