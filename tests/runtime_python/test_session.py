"""One connection's conversation, without sockets: what each frame leads to in each state."""

import json
from typing import Any

import pytest
from rtgen_runtime import codes
from rtgen_runtime.answers import MAX_WAITING
from rtgen_runtime.effects import Close, Deliver, Effect, Forward, JoinRequested, MembershipEnded
from rtgen_runtime.frames import FALLBACK_SUBPROTOCOL, ErrorInfo, JoinedInfo
from rtgen_runtime.greeting import HELLO_BYTES, HELLO_DEADLINE
from rtgen_runtime.memberships import Membership
from rtgen_runtime.sampling import MOST_INVALID
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import MembershipPhase
from small_conversation import CONTRACT, HELLO, Note, greeted, sent, session

POSITION = JoinedInfo(epoch="e", offset=0, recovered=False, replay=0)


def receive(it: Session, *frame: Any, now: float = 1.0) -> list[Effect]:
    return it.receive(json.dumps(frame), now)


def join(it: Session, address: str = "rooms/a", ref: int = 1) -> Membership:
    """Join, and let the handler agree."""
    effect = receive(it, "$join", ref, address)[-1]
    assert isinstance(effect, JoinRequested)
    effect.membership.granted = True
    assert sent(it.grant(effect.membership, POSITION))[0][:3] == ["$joined", ref, address]
    return effect.membership


def only_error(effects: list[Effect]) -> list[Any]:
    (frame,) = sent(effects)
    assert frame[0] == "$error"
    assert len(effects) == 1
    error: list[Any] = frame
    return error


def closed_with(effects: list[Effect], code: codes.CloseCode) -> bool:
    return effects[-1] == Close(code) and sent(effects)[0][0] == "$error"


class TestHello:
    def test_is_answered_by_welcome(self) -> None:
        it = session()
        (frame,) = sent(receive(it, *HELLO))
        assert frame[0] == "$welcome"
        assert frame[1]["session"].split(".")[0] == it.id == "s1"
        assert frame[1]["version"] == "1.2.3"
        assert frame[1]["heartbeat"] == {"every": 25.0, "slack": 10.0}
        assert frame[1]["limits"] == {"frame": 4096, "channels": 2, "outbox": 8192}
        assert it.client == "c1"

    @pytest.mark.parametrize("version", ["1.2.0", "1.2.99", "1.2.3-rc.1"])
    def test_same_major_and_minor_are_accepted(self, version: str) -> None:
        (frame,) = sent(receive(session(), "$hello", {**HELLO[1], "version": version}))
        assert frame[0] == "$welcome"

    @pytest.mark.parametrize("version", ["1.1.3", "1.3.0", "2.2.3", "1", ""])
    def test_other_versions_are_refused_in_words(self, version: str) -> None:
        effects = receive(session(), "$hello", {**HELLO[1], "version": version})
        assert closed_with(effects, codes.WRONG_VERSION)
        assert "1.2.x" in sent(effects)[0][2]["message"]

    def test_another_contract_is_refused(self) -> None:
        effects = receive(session(), "$hello", {**HELLO[1], "contract": "other"})
        assert closed_with(effects, codes.WRONG_CONTRACT)

    def test_unknown_keys_and_elements_are_ignored(self) -> None:
        (frame,) = sent(receive(session(), "$hello", {**HELLO[1], "later": {"x": 1}}, "surplus"))
        assert frame[0] == "$welcome"

    @pytest.mark.parametrize(
        "frame",
        [["$join", 1, "lobby"], ["room.add", 1, "rooms/a", {"text": "x"}], ["$later"], ["$ping", 1], {}, "", 5, []],
    )
    def test_anything_else_first_breaks_the_connection(self, frame: Any) -> None:
        it = session()
        assert closed_with(it.receive(json.dumps(frame), 0.0), codes.PROTOCOL_ERROR)
        assert receive(it, *HELLO) == []

    def test_a_second_one_breaks_the_connection(self) -> None:
        it = greeted()
        join(it)
        effects = receive(it, *HELLO)
        assert closed_with(effects, codes.PROTOCOL_ERROR)
        assert any(isinstance(each, MembershipEnded) for each in effects)

    def test_has_a_limit_of_its_own(self) -> None:
        padded = json.dumps(["$hello", {**HELLO[1], "padding": "x" * HELLO_BYTES}])
        effects = session().receive(padded, 0.0)
        assert closed_with(effects, codes.PROTOCOL_ERROR)
        assert sent(effects)[0][2]["code"] == "too_large"

    def test_has_a_deadline(self) -> None:
        it = session()
        assert it.next_deadline() == HELLO_DEADLINE
        assert it.tick(HELLO_DEADLINE - 0.1) == []
        assert it.tick(HELLO_DEADLINE) == [Close(codes.HELLO_TIMEOUT)]
        assert it.next_deadline() == float("inf")

    @pytest.mark.parametrize("subprotocol", [None, FALLBACK_SUBPROTOCOL, "other"])
    def test_without_a_common_subprotocol_it_says_so(self, subprotocol: str | None) -> None:
        assert closed_with(session(subprotocol=subprotocol).start(), codes.WRONG_SUBPROTOCOL)

    def test_a_foreign_page_is_told_so(self) -> None:
        assert closed_with(session(origin_allowed=False).start(), codes.WRONG_ORIGIN)

    def test_an_accepted_handshake_says_nothing(self) -> None:
        assert session().start() == []


class TestJoin:
    def test_asks_the_handler_with_parameters(self) -> None:
        (effect,) = receive(greeted(), "$join", 1, "rooms/a%20b", {"since": ["e", 3], "later": 1})
        assert isinstance(effect, JoinRequested)
        assert effect.membership.place.params.name == "a b"
        assert effect.since == ("e", 3)

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("nowhere", "unknown_address"),
            ("rooms/", "unknown_address"),
            ("rooms/a/b", "unknown_address"),
            ("rooms/%61", "unknown_address"),
            ("rooms/%ff", "unknown_address"),
            ("rooms/toolongname", "invalid"),
        ],
    )
    def test_refuses_addresses(self, address: str, code: str) -> None:
        error = only_error(receive(greeted(), "$join", 7, address))
        assert error[1] == 7
        assert error[2]["code"] == code

    def test_invalid_parameters_have_pointers(self) -> None:
        error = only_error(receive(greeted(), "$join", 7, "rooms/toolongname"))
        assert error[2]["data"]["issues"][0]["pointer"] == "/name"
        assert error[2]["data"]["issues"][0]["code"] == "maxLength"

    def test_has_a_limit(self) -> None:
        it = greeted()
        join(it, "rooms/a", 1)
        join(it, "rooms/b", 2)
        assert only_error(receive(it, "$join", 3, "rooms/c"))[2]["code"] == "too_many_channels"
        join(it, "rooms/b", 4)  # the same address again is not one more

    def test_a_refusal_is_an_error_with_its_ref(self) -> None:
        it = greeted()
        (effect,) = receive(it, "$join", 5, "lobby")
        assert isinstance(effect, JoinRequested)
        error = only_error(it.refuse(effect.membership, ErrorInfo(code="refused", message="no")))
        assert error[1:] == [5, {"code": "refused", "message": "no", "retryable": False}]
        assert it.memberships == {}

    def test_a_second_join_replaces_a_pending_one(self) -> None:
        it = greeted()
        (first,) = receive(it, "$join", 1, "rooms/a")
        assert isinstance(first, JoinRequested)
        ended, answer, second = receive(it, "$join", 2, "rooms/a")
        assert ended == MembershipEnded(first.membership)
        assert sent([answer])[0][:2] == ["$error", 1]
        assert isinstance(second, JoinRequested)
        assert it.grant(first.membership, POSITION) == []
        assert sent(it.grant(second.membership, POSITION))[0][:2] == ["$joined", 2]

    def test_a_second_join_replaces_a_joined_one_silently(self) -> None:
        it = greeted()
        first = join(it, ref=1)
        effects = receive(it, "$join", 2, "rooms/a")
        assert effects[0] == MembershipEnded(first)
        assert isinstance(effects[1], JoinRequested)

    def test_pending_then_leave_answers_both(self) -> None:
        it = greeted()
        (pending,) = receive(it, "$join", 1, "rooms/a")
        assert isinstance(pending, JoinRequested)
        effects = receive(it, "$leave", 2, "rooms/a")
        assert [frame[:2] for frame in sent(effects)] == [["$error", 1], ["$reply", 2]]
        assert it.grant(pending.membership, POSITION) == []

    def test_pending_then_disconnect_grants_nothing(self) -> None:
        it = greeted()
        (pending,) = receive(it, "$join", 1, "rooms/a")
        assert isinstance(pending, JoinRequested)
        assert it.lost() == [MembershipEnded(pending.membership)]
        assert it.grant(pending.membership, POSITION) == []
        assert it.refuse(pending.membership, ErrorInfo(code="x", message="")) == []

    def test_the_server_may_put_a_member_out(self) -> None:
        it = greeted()
        member = join(it, ref=3)
        ended, left = it.put_out(member, "banned", "never")
        assert ended == MembershipEnded(member)
        assert sent([left]) == [["$left", 3, "rooms/a", {"code": "banned", "again": "never"}]]
        assert it.put_out(member, "banned", "never") == []
        assert member.phase is MembershipPhase.ENDED

    def test_leaving_what_was_never_joined_is_fine(self) -> None:
        assert sent(receive(greeted(), "$leave", 4, "rooms/a")) == [["$reply", 4, None]]


class TestEvents:
    def test_a_request_is_delivered_typed_and_replied_to_once(self) -> None:
        it = greeted()
        member = join(it)
        (effect,) = receive(it, "room.add", 2, "rooms/a", {"text": "hi", "unknown": 1}, "surplus")
        assert isinstance(effect, Deliver)
        assert effect.membership is member
        assert effect.payload == Note(text="hi")
        assert sent(it.reply(2, b'{"text":"hi"}')) == [["$reply", 2, {"text": "hi"}]]
        assert it.reply(2, b"null") == []

    def test_integral_floats_are_integers(self) -> None:
        it = greeted()
        join(it)
        (effect,) = receive(it, "room.add", 2, "rooms/a", {"text": "hi", "count": 3.0})
        assert isinstance(effect, Deliver)
        assert isinstance(effect.payload, Note)
        assert type(effect.payload.count) is int

    def test_a_relay_keeps_its_own_text(self) -> None:
        it = greeted()
        join(it)
        text = '{"text" : "hi","zebra":[1.0,  2]}'
        (effect,) = it.receive(f'["room.wave",0,"rooms/a",{text}]', 1.0)
        assert isinstance(effect, Forward)
        assert effect.payload == text.encode()

    def test_without_a_payload_null_travels(self) -> None:
        it = greeted()
        join(it)
        (effect,) = receive(it, "room.clear", 2, "rooms/a", None)
        assert isinstance(effect, Deliver)
        error = only_error(receive(it, "room.clear", 3, "rooms/a", {}))
        assert error[2]["data"]["issues"][0]["code"] == "type"

    @pytest.mark.parametrize(
        ("payload", "pointer", "code"),
        [
            ({}, "", "required"),
            ([], "", "type"),
            (None, "", "type"),
            ({"text": ""}, "/text", "minLength"),
            ({"text": "x" * 9}, "/text", "maxLength"),
            ({"text": 1}, "/text", "type"),
            ({"text": "a", "count": 11}, "/count", "maximum"),
            ({"text": "a", "count": 1.5}, "/count", "type"),
            ({"text": "a", "count": True}, "/count", "type"),
            ({"text": "a", "count": 2**53}, "/count", "type"),
            ({"text": "a", "id": "no"}, "/id", "format"),
        ],
    )
    @pytest.mark.parametrize("tag", ["room.add", "room.wave"])
    def test_an_invalid_payload_reaches_nobody(self, tag: str, payload: Any, pointer: str, code: str) -> None:
        it = greeted()
        join(it)
        error = only_error(receive(it, tag, 2, "rooms/a", payload))
        assert error[1] == 2
        assert error[2]["code"] == "invalid"
        assert error[2]["tag"] == tag
        first = error[2]["data"]["issues"][0]
        assert (first["pointer"], first["code"]) == (pointer, code)

    @pytest.mark.parametrize(
        ("frame", "ref", "code"),
        [
            (["room.nope", 4, "rooms/a", {}], 4, "unknown_event"),
            (["room.added", 4, "rooms/a", {"text": "a"}], 4, "unknown_event"),
            (["room.nope"], 0, "unknown_event"),
            (["room.add", "4", "rooms/a", {"text": "a"}], 0, "malformed"),
            (["room.add", -1, "rooms/a", {"text": "a"}], 0, "malformed"),
            (["room.add", 1.5, "rooms/a", {"text": "a"}], 0, "malformed"),
            (["room.add", 2**53, "rooms/a", {"text": "a"}], 0, "malformed"),
            (["room.add", 4, 5, {"text": "a"}], 4, "malformed"),
            (["room.add", 4, "rooms/a"], 4, "malformed"),
            (["$join", 4, "rooms/a", {"since": 1}], 4, "malformed"),
            (["$join", 0, "rooms/a"], 0, "malformed"),
            (["$join", 4, "rooms/a", {"since": ["e", -1]}], 4, "malformed"),
            (["$ping", "x"], 0, "malformed"),
            (["room.add", 4, "rooms/b", {"text": "a"}], 4, "not_joined"),
            (["room.add", 4, "lobby", {"text": "a"}], 4, "not_joined"),
            ({}, 0, "malformed"),
            ([], 0, "malformed"),
            ([1], 0, "malformed"),
            ([["room.add"]], 0, "malformed"),
        ],
    )
    def test_refusals_are_told_apart(self, frame: Any, ref: int, code: str) -> None:
        it = greeted()
        join(it)
        error = only_error(it.receive(json.dumps(frame), 5.0))
        assert (error[1], error[2]["code"]) == (ref, code)

    @pytest.mark.parametrize(
        "text", ["", "x", "[", "\ufeff[]", "[1e400]", "NaN", "[" * 100_000, '["$join",1,"\\ud800"]']
    )
    def test_what_is_no_json_is_malformed(self, text: str) -> None:
        limit_free = "[" * 4000 if text.startswith("[[") else text
        assert only_error(greeted().receive(limit_free, 1.0))[2]["code"] == "malformed"

    def test_deep_nesting_has_its_own_code(self) -> None:
        it = greeted()
        join(it)
        deep = '{"text":"a","x":' + "[" * 100 + "]" * 100 + "}"
        error = only_error(it.receive(f'["room.add",2,"rooms/a",{deep}]', 1.0))
        assert error[2]["data"]["issues"][0]["code"] == "depth"

    def test_unknown_protocol_frames_are_ignored_and_counted(self) -> None:
        it = greeted()
        assert receive(it, "$later", {"x": 1}) == []
        assert receive(it, "$welcome", {}) == []
        assert it.ignored == 2

    def test_a_frame_has_a_limit_in_bytes(self) -> None:
        it = greeted()
        big = json.dumps(["room.add", 1, "rooms/a", {"text": "€" * 2000}], ensure_ascii=False)
        assert len(big) < CONTRACT.limits.frame < len(big.encode())
        assert only_error(it.receive(big, 1.0))[2]["code"] == "too_large"

    def test_binary_frames_break_this_subprotocol(self) -> None:
        assert closed_with(greeted().receive(b"[]", 1.0), codes.PROTOCOL_ERROR)

    def test_a_ref_in_use_is_not_answered_twice(self) -> None:
        it = greeted()
        join(it)
        receive(it, "room.add", 2, "rooms/a", {"text": "a"})
        for now, text in ((9.0, "a"), (19.0, "")):
            error = only_error(receive(it, "room.add", 2, "rooms/a", {"text": text}, now=now))
            assert (error[1], error[2]["code"]) == (0, "ref_in_use")
        assert len(sent(it.reply(2, b"null"))) == 1

    def test_waiting_requests_are_bounded(self) -> None:
        it = greeted()
        join(it)
        for ref in range(2, MAX_WAITING + 2):
            (effect,) = receive(it, "room.add", ref, "rooms/a", {"text": "a"})
            assert isinstance(effect, Deliver)
        error = only_error(receive(it, "room.add", 9999, "rooms/a", {"text": "a"}))
        assert (error[1], error[2]["code"], error[2]["retryable"]) == (9999, "overloaded", True)

    def test_errors_without_a_ref_are_sampled_and_counted(self) -> None:
        it = greeted()
        answers = [sent(receive(it, "room.nope", 0, "a", now=now)) for now in (1.0, 1.5, 1.9, 2.0)]
        assert [len(each) for each in answers] == [1, 0, 0, 1]
        assert [each[0][2]["count"] for each in answers if each] == [1, 3]

    def test_too_many_invalid_frames_end_it(self) -> None:
        it = greeted()
        for ref in range(1, MOST_INVALID + 1):
            assert only_error(receive(it, "room.nope", ref, "a"))
        assert closed_with(receive(it, "room.nope", 5000, "a"), codes.TOO_MANY_INVALID)

    def test_but_not_when_they_are_spread_over_time(self) -> None:
        it = greeted()
        for ref in range(1, 4 * MOST_INVALID):
            assert only_error(receive(it, "room.nope", ref, "a", now=float(ref)))

    def test_after_the_end_nothing_happens(self) -> None:
        it = greeted()
        join(it)
        receive(it, "room.add", 2, "rooms/a", {"text": "a"})
        assert it.stop(codes.STOPPING)[-1] == Close(codes.STOPPING)
        assert it.stop(codes.STOPPING) == []
        assert receive(it, "$ping", 1) == []
        assert it.reply(2, b"null") == []
        assert it.lost() == []


class TestHeartbeat:
    def test_pings_begin_at_the_given_phase_and_go_on(self) -> None:
        it = greeted(phase_shift=0.5)
        assert it.next_deadline() == 12.5
        assert sent(it.tick(12.5)) == [["$ping", 12]]
        receive(it, "$pong", 12, now=13.0)
        assert it.next_deadline() == 37.5
        assert it.tick(30.0) == []

    def test_silence_ends_it(self) -> None:
        it = greeted(phase_shift=0.0)
        it.tick(0.0)
        it.tick(25.0)
        assert it.next_deadline() == 35.0
        assert it.tick(35.0) == [Close(codes.SILENT)]

    def test_any_frame_is_a_sign_of_life(self) -> None:
        it = greeted(phase_shift=0.0)
        receive(it, "$later", now=20.0)
        assert it.tick(54.9)[-1] != Close(codes.SILENT)
        assert it.tick(55.0) == [Close(codes.SILENT)]

    def test_a_client_may_ping_too(self) -> None:
        assert sent(receive(greeted(), "$ping", 7)) == [["$pong", 7]]
