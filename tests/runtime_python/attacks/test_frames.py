"""Hostile frames, group D of the list of attacks: each row at the session, which no frame ever makes raise."""

import json
from typing import Any

import msgspec
import pytest
from rtgen_runtime import codes
from rtgen_runtime.effects import Close, Deliver, Effect, Forward, JoinRequested, Send
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL, JoinedInfo
from rtgen_runtime.judge import MAX_ISSUES
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import Phase
from rtgen_runtime.validation import Schema
from small_conversation import CONTRACT, HELLO, Note, sent, session

POSITION = JoinedInfo(epoch="e", offset=0, recovered=False, replay=0)


def ready(subprotocol: str = SUBPROTOCOL) -> Session:
    """A member of `rooms/a`, in either encoding."""
    it = session(subprotocol=subprotocol)
    for frame in (HELLO, ["$join", 1, "rooms/a"]):
        effects = it.receive(as_sent(it, frame), 0.0)
    (asked,) = effects
    assert isinstance(asked, JoinRequested)
    asked.membership.granted = True
    it.grant(asked.membership, POSITION)
    return it


def as_sent(it: Session, frame: Any) -> str | bytes:
    return msgspec.msgpack.encode(frame) if it.codec.is_binary else json.dumps(frame)


def answer(effects: list[Effect]) -> tuple[int, str]:
    """The ref and the code of the one error, after which the connection lives on."""
    (frame,) = sent(effects)
    assert len(effects) == 1
    assert frame[0] == "$error"
    return frame[1], frame[2]["code"]


def is_alive(it: Session) -> bool:
    (pong,) = it.receive(as_sent(it, ["$ping", 3]), 2.0)
    return isinstance(pong, Send) and msgspec.json.decode(pong.frame) == ["$pong", 3]


@pytest.mark.parametrize("subprotocol", [SUBPROTOCOL, MSGPACK_SUBPROTOCOL])
class TestD1:
    """Not an array, empty, many elements, wrong tag type, unknown `$` tag, unknown event, extra elements."""

    @pytest.mark.parametrize("frame", [{}, "x", 5, None, True, [], [None], [5], [["room.add"]], [{}], [1.5, 2]])
    def test_d1_what_is_no_frame_is_malformed(self, subprotocol: str, frame: Any) -> None:
        it = ready(subprotocol)
        assert answer(it.receive(as_sent(it, frame), 1.0)) == (0, "malformed")
        assert is_alive(it)

    def test_d1_surplus_elements_are_ignored(self, subprotocol: str) -> None:
        it = ready(subprotocol)
        (effect,) = it.receive(as_sent(it, ["room.add", 2, "rooms/a", {"text": "x"}, *[0] * 900]), 1.0)
        assert isinstance(effect, Deliver)

    def test_d1_a_million_elements_are_too_large(self, subprotocol: str) -> None:
        it = ready(subprotocol)
        assert answer(it.receive(as_sent(it, [0] * 1_000_000), 1.0)) == (0, "too_large")
        assert is_alive(it)

    def test_d1_unknown_protocol_frames_are_counted(self, subprotocol: str) -> None:
        it = ready(subprotocol)
        for tag in ("$later", "$", "$next", "$welcome", "$joined", "$HELLO"):
            assert it.receive(as_sent(it, [tag, {"x": [1]}]), 1.0) == []
        assert it.ignored == 6

    @pytest.mark.parametrize("tag", ["room.nope", "room.added", "room", "", ".", "__proto__", "a" * 3000])
    def test_d1_unknown_events_are_answered(self, subprotocol: str, tag: str) -> None:
        it = ready(subprotocol)
        (effect,) = it.receive(as_sent(it, [tag, 7, "rooms/a", None]), 1.0)
        assert answer([effect]) == (7, "unknown_event")
        assert isinstance(effect, Send)
        assert len(effect.frame) < 400

    @pytest.mark.parametrize(
        "frame", [["room.add"], ["room.add", 2], ["room.add", 2, "rooms/a"], ["$join"], ["$auth", 1]]
    )
    def test_d1_missing_elements_are_malformed(self, subprotocol: str, frame: list[Any]) -> None:
        it = ready(subprotocol)
        assert answer(it.receive(as_sent(it, frame), 1.0))[1] == "malformed"


class TestD2:
    """NaN, Infinity, 1e400, 5,000 digits, lone surrogate, depth, BOM, trailing bytes: one code."""

    @pytest.mark.parametrize(
        "text",
        [
            "[NaN]",
            "[Infinity]",
            "[-Infinity]",
            '["room.add",2,"rooms/a",{"text":"a","count":NaN}]',
            '["room.add",2,"rooms/a",{"text":"\\ud800"}]',
            '["room.\\ud800",2,"rooms/a",null]',
            '\ufeff["$ping",1]',
            '["$ping",1]x',
            '["$ping",1]["$ping",1]',
            '["$ping",1],',
            '["$ping",01]',
            "['$ping',1]",
            '["$ping",1,]',
            '["$ping"/**/,1]',
            "[" * 4000,
            '{"a":' * 800,
            '["\x00"]',
            '["\\x41"]',
            '"\udcff"',
        ],
    )
    def test_d2_what_is_no_json_is_malformed(self, text: str) -> None:
        it = ready()
        assert answer(it.receive(text, 1.0)) == (0, "malformed")
        assert is_alive(it)

    @pytest.mark.parametrize("tag", ["room.add", "room.wave"])
    @pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 3500])
    @pytest.mark.parametrize("name", ["count", "unknown"])
    def test_d2_numbers_that_no_double_holds(self, tag: str, name: str, number: str) -> None:
        it = ready()
        effects = it.receive(f'["{tag}",2,"rooms/a",{{"text":"a","{name}":{number}}}]', 1.0)
        if tag == "room.add" and name == "unknown" and effects and isinstance(effects[0], Deliver):
            return  # it is dropped with the rest that the type does not name; nothing of it goes anywhere
        assert answer(effects)[1] in {"invalid", "malformed"}
        assert is_alive(it)

    def test_d2_of_duplicate_keys_the_last_wins_as_in_both_parsers(self) -> None:
        it = ready()
        (effect,) = it.receive('["room.add",2,"rooms/a",{"text":"a","text":"b"}]', 1.0)
        assert isinstance(effect, Deliver)
        assert effect.payload == Note(text="b")

    def test_d2_a_surrogate_that_is_a_text_frame_is_malformed(self) -> None:
        it = ready()
        assert answer(it.receive('["room.wave",2,"rooms/a",{"text":"\ud800"}]', 1.0)) == (0, "malformed")


class TestD3:
    """MessagePack that JSON has no words for; the rest of the row stands in `test_unpacking.py`."""

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\xc1",
            b"\x92\xa5$ping\x01\xc0",
            b"\xdd\xff\xff\xff\xff",
            b"\x94\xa8room.add\x02\xa7rooms/a\xdf\xff\xff\xff\xff",
            b"\x94\xa8room.add\x02\xa7rooms/a\x81\xa4text\xc4\x01a",
            b"\x94\xa8room.add\x02\xa7rooms/a\x81\xa4text\xa1\xff",
            b"\x94\xa8room.add\x02\xa7rooms/a\x82\xa4text\xa1a\xa4text\xa1b",
            b"\x94\xa8room.add\x02\xa7rooms/a\x82\xa4text\xa1a\x01\xa1b",
            msgspec.msgpack.encode(["room.add", 2, "rooms/a", msgspec.msgpack.Ext(5, b"x")]),
            b"\x91" * 4000,
        ],
    )
    def test_d3_is_malformed(self, data: bytes) -> None:
        it = ready(MSGPACK_SUBPROTOCOL)
        assert answer(it.receive(data, 1.0)) == (0, "malformed")
        assert is_alive(it)


class TestD4:
    """Binary on a JSON connection and the reverse: a typed close."""

    @pytest.mark.parametrize("before_hello", [True, False])
    def test_d4_binary_on_json(self, before_hello: bool) -> None:
        it = session() if before_hello else ready()
        effects = it.receive(b'["$ping",1]', 1.0)
        assert sent(effects)[0][2]["code"] == "malformed"
        assert effects[-1] == Close(codes.PROTOCOL_ERROR)
        assert it.phase is Phase.CLOSED

    def test_d4_text_on_msgpack(self) -> None:
        effects = ready(MSGPACK_SUBPROTOCOL).receive('["$ping",1]', 1.0)
        assert effects[-1] == Close(codes.PROTOCOL_ERROR)


@pytest.mark.parametrize("subprotocol", [SUBPROTOCOL, MSGPACK_SUBPROTOCOL])
class TestD5:
    """`ref` negative, float, 2^53, string, reused while in flight, going down."""

    @pytest.mark.parametrize("ref", [-1, 1.5, 2**53, "2", None, True, [], {}, -(2**63)])
    @pytest.mark.parametrize("tag", ["room.add", "room.wave", "$join", "$leave", "$auth"])
    def test_d5_what_is_no_ref_is_malformed(self, subprotocol: str, tag: str, ref: Any) -> None:
        it = ready(subprotocol)
        assert answer(it.receive(as_sent(it, [tag, ref, "rooms/a", {"text": "a"}]), 1.0)) == (0, "malformed")

    @pytest.mark.parametrize("tag", ["$join", "$leave", "$auth"])
    def test_d5_what_needs_an_answer_needs_a_ref(self, subprotocol: str, tag: str) -> None:
        it = ready(subprotocol)
        assert answer(it.receive(as_sent(it, [tag, 0, "rooms/a"]), 1.0)) == (0, "malformed")

    @pytest.mark.parametrize("tag", ["room.add", "room.clear", "$join", "$leave", "$auth"])
    def test_d5_a_ref_in_flight_gets_one_answer(self, subprotocol: str, tag: str) -> None:
        it = ready(subprotocol)
        it.receive(as_sent(it, ["room.add", 9, "rooms/a", {"text": "a"}]), 1.0)
        payload = None if tag == "room.clear" else {"text": "a"}
        second = [tag, 9, "rooms/a", *([payload] if "." in tag else [])]
        assert answer(it.receive(as_sent(it, second), 1.0)) == (0, "ref_in_use")
        assert sent(it.reply(9, b"null")) == [["$reply", 9, None]]
        assert it.reply(9, b"null") == []

    def test_d5_refs_may_go_down(self, subprotocol: str) -> None:
        it = ready(subprotocol)
        for ref in (2**53 - 1, 7, 2):
            (effect,) = it.receive(as_sent(it, ["room.add", ref, "rooms/a", {"text": "a"}]), 1.0)
            assert isinstance(effect, Deliver)
        assert it.last_ref == 2**53 - 1


@pytest.mark.parametrize("subprotocol", [SUBPROTOCOL, MSGPACK_SUBPROTOCOL])
class TestD6:
    """`__proto__`, `constructor` in payloads: data and nothing else."""

    @pytest.mark.parametrize(
        "name", ["__proto__", "constructor", "toString", "__class__", "__dict__", "hasOwnProperty"]
    )
    def test_d6_is_relayed_as_it_came(self, subprotocol: str, name: str) -> None:
        it = ready(subprotocol)
        payload = {"text": "a", name: {"polluted": True}}
        (effect,) = it.receive(as_sent(it, ["room.wave", 0, "rooms/a", payload]), 1.0)
        assert isinstance(effect, Forward)
        assert json.loads(effect.payload) == payload

    def test_d6_reaches_no_handler_as_an_attribute(self, subprotocol: str) -> None:
        it = ready(subprotocol)
        payload = {"text": "a", "__class__": "x", "encode": 1}
        (effect,) = it.receive(as_sent(it, ["room.add", 2, "rooms/a", payload]), 1.0)
        assert isinstance(effect, Deliver)
        assert type(effect.payload).__name__ == "Note"
        assert not hasattr(effect.payload, "encode")


class TestD7:
    """Late branches, many items, `uniqueItems` over objects, `contains`: bounded by the frame, judged in one go."""

    @pytest.mark.parametrize(
        ("schema", "item", "accepted"),
        [
            ({"type": "array", "uniqueItems": True}, "distinct", True),
            ({"type": "array", "uniqueItems": True}, "same", False),
            ({"type": "array", "contains": {"type": "string"}}, "distinct", False),
            (
                {"anyOf": [{"items": {"required": ["z"]}}, {"items": {"type": "string"}}, {"type": "array"}]},
                "same",
                True,
            ),
            ({"type": "array", "items": {"required": ["z"]}}, "same", False),
        ],
    )
    def test_d7_thousands_of_items_are_judged_and_told_in_few_words(
        self, schema: dict[str, object], item: str, accepted: bool
    ) -> None:
        items = [{"a": number if item == "distinct" else 0} for number in range(7000)]
        judged: Schema[list[Any]] = Schema("Items", list, {"Items": schema}, judged=True)
        issues = judged.issues(json.dumps(items, separators=(",", ":")).encode())
        assert len(issues) <= MAX_ISSUES
        assert (issues == []) is accepted

    def test_d7_many_errors_are_few_words(self) -> None:
        it = ready()
        frame = json.dumps(["room.add", 2, "rooms/a", {"text": 5, **{f"k{n}": n for n in range(250)}}])
        assert len(frame) < CONTRACT.limits.frame
        (effect,) = it.receive(frame, 1.0)
        assert isinstance(effect, Send)
        assert len(effect.frame) < 2000
