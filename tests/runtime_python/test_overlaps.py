"""The table of overlaps of docs/protocol.md, row by row: two things at once, and what comes of it at the server.

Each test has the name of its row. A row without a test, or a test without a row, fails the last test of this file.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rtgen_runtime import codes
from rtgen_runtime.arrivals import Arrivals
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.effects import (
    Admitted,
    Authenticate,
    Close,
    Deliver,
    DeliveryEnded,
    Effect,
    Forward,
    JoinRequested,
    MembershipEnded,
    Reauthorise,
    Send,
)
from rtgen_runtime.frames import DrainInfo, ErrorInfo, JoinedInfo, ResyncInfo
from rtgen_runtime.greeting import HELD_FRAMES, HELLO_DEADLINE
from rtgen_runtime.identity import GRACE, Identity
from rtgen_runtime.memberships import Membership
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import MembershipPhase, Phase
from small_conversation import CONTRACT, greeted, sent, session
from small_identity import ADA, BOB, CLOSED_DOOR, asking, hello, known, plain, welcome_of

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
POSITION = JoinedInfo(epoch="e", offset=0, recovered=False, replay=0)
GONE = ResyncInfo(epoch="e", after=2.0, reason="invalidated")
DRAIN = DrainInfo(within=10.0)


def receive(it: Session, *frame: Any, now: float = 1.0) -> list[Effect]:
    return it.receive(json.dumps(frame), now)


def pending(it: Session, ref: int = 1, address: str = "rooms/a") -> Membership:
    """A join that the handler has not answered."""
    effect = receive(it, "$join", ref, address)[-1]
    assert isinstance(effect, JoinRequested)
    return effect.membership


def joined(it: Session, ref: int = 1, address: str = "rooms/a") -> Membership:
    membership = pending(it, ref, address)
    assert tags(it.grant(membership, POSITION)) == [["$joined", ref]]
    return membership


def tags(effects: list[Effect]) -> list[list[Any]]:
    """What is sent, by tag and ref."""
    return [frame[:2] for frame in sent(effects)]


def kinds(effects: list[Effect]) -> list[type]:
    return [type(each) for each in effects]


def asked(it: Session, ref: int = 5) -> None:
    """A request that its handler has not answered."""
    (effect,) = receive(it, "room.add", ref, "rooms/a", {"text": "x"})
    assert isinstance(effect, Deliver)


class TestBeforeTheWelcome:
    def test_a_join_before_the_hello_breaks_the_connection(self) -> None:
        assert receive(session(), "$join", 1, "rooms/a")[-1] == Close(codes.PROTOCOL_ERROR)

    def test_frames_behind_the_hello_wait_for_the_welcome_in_their_order(self) -> None:
        it, _ = asking()
        frames = [("$join", 1, "rooms/a"), ("$ping", 9), ("room.nope", 2, "rooms/a"), ("$leave", 3, "rooms/a")]
        assert [receive(it, *each) for each in frames] == [[], [], [], []]
        effects = it.identified(0, ADA, 1.0)
        assert kinds(effects)[:2] == [Admitted, Send]
        answers = [["$pong", 9], ["$error", 2], ["$error", 1], ["$reply", 3]]
        assert tags(effects)[1:] == answers
        assert kinds(effects)[2] is JoinRequested

    def test_a_refused_hello_drops_them(self) -> None:
        it, _ = asking()
        receive(it, "$join", 1, "rooms/a")
        effects = it.unidentified(0, ErrorCode.UNAUTHORIZED)
        assert tags(effects) == [["$error", 0]]
        assert effects[-1] == Close(codes.UNAUTHORIZED)
        assert it.identified(0, ADA, 1.0) == []
        assert it.memberships == {}

    def test_too_many_of_them_break_the_connection(self) -> None:
        it, _ = asking()
        for ref in range(1, HELD_FRAMES + 1):
            assert receive(it, "$ping", ref) == []
        assert receive(it, "$ping", 0)[-1] == Close(codes.PROTOCOL_ERROR)

    def test_too_large_ones_break_the_connection(self) -> None:
        it, _ = asking()
        big = "x" * (CONTRACT.limits.frame - 100)
        for _ in range(4):
            assert receive(it, "$later", big) == []
        assert receive(it, "$later", big)[-1] == Close(codes.PROTOCOL_ERROR)

    def test_a_second_hello_is_judged_after_the_welcome(self) -> None:
        it, _ = asking()
        assert it.receive(hello(token="other"), 0.5) == []
        effects = it.identified(0, ADA, 1.0)
        assert sent(effects)[0][0] == "$welcome"
        assert effects[-1] == Close(codes.PROTOCOL_ERROR)

    def test_the_deadline_of_the_hello_covers_the_check_of_the_token(self) -> None:
        it, _ = asking()
        assert it.next_deadline() == HELLO_DEADLINE
        assert it.tick(HELLO_DEADLINE) == [Close(codes.HELLO_TIMEOUT)]
        assert it.identified(0, ADA, 6.0) == []

    def test_a_disconnect_meanwhile_lets_nobody_in(self) -> None:
        it, _ = asking()
        receive(it, "$join", 1, "rooms/a")
        assert it.lost() == []
        assert it.identified(0, ADA, 1.0) == []
        assert it.unidentified(0, ErrorCode.UNAUTHORIZED) == []

    def test_a_drain_meanwhile_is_told_right_after_the_welcome(self) -> None:
        it, _ = asking()
        receive(it, "$ping", 1)
        assert it.drain(DRAIN) == []
        assert [frame[0] for frame in sent(it.identified(0, ADA, 1.0))] == ["$welcome", "$drain", "$pong"]


class TestPendingJoin:
    def test_a_disconnect_ends_it_without_an_answer(self) -> None:
        it = greeted()
        membership = pending(it)
        assert it.lost() == [MembershipEnded(membership)]
        assert it.grant(membership, POSITION) == []
        assert it.refuse(membership, ErrorInfo(code="refused", message="")) == []

    def test_a_left_is_its_answer(self) -> None:
        it = greeted()
        membership = pending(it, ref=3)
        effects = it.put_out(membership, "closed", "never")
        assert tags(effects) == [["$left", 3]]
        assert it.grant(membership, POSITION) == []

    def test_a_second_join_replaces_it(self) -> None:
        it = greeted()
        first = pending(it, ref=1)
        effects = receive(it, "$join", 2, "rooms/a")
        assert effects[0] == MembershipEnded(first)
        assert tags(effects) == [["$error", 1]]
        assert it.grant(first, POSITION) == []
        assert tags(it.grant(it.memberships["rooms/a"], POSITION)) == [["$joined", 2]]

    def test_a_leave_answers_both(self) -> None:
        it = greeted()
        membership = pending(it)
        assert tags(receive(it, "$leave", 2, "rooms/a")) == [["$error", 1], ["$reply", 2]]
        assert it.grant(membership, POSITION) == []

    def test_a_drain_does_not_touch_it(self) -> None:
        it = greeted()
        membership = pending(it)
        assert [frame[0] for frame in sent(it.drain(DRAIN))] == ["$drain"]
        assert tags(it.grant(membership, POSITION)) == [["$joined", 1]]

    def test_a_renewal_asks_its_handler_again(self) -> None:
        it = known()
        membership = pending(it)
        receive(it, "$auth", 2, "t2")
        assert it.identified(2, ADA, 2.0)[1:] == [Reauthorise(membership)]
        assert tags(it.grant(membership, POSITION)) == [["$joined", 1]]

    def test_a_resync_has_nothing_to_say_to_it(self) -> None:
        it = greeted()
        membership = pending(it)
        assert it.resync(membership, GONE) == []
        assert tags(it.grant(membership, POSITION)) == [["$joined", 1]]

    def test_an_event_behind_it_waits_for_the_handler(self) -> None:
        it = greeted()
        membership = pending(it)
        (effect,) = receive(it, "room.add", 2, "rooms/a", {"text": "x"})
        assert isinstance(effect, Deliver)
        assert effect.membership is membership

    def test_its_expiry_ends_it_with_the_connection(self) -> None:
        it = known(plain("ada", ttl=10.0))
        membership = pending(it)
        effects = it.tick(10.0 + GRACE)
        assert effects == [MembershipEnded(membership), Close(codes.EXPIRED)]
        assert it.grant(membership, POSITION) == []


class TestMember:
    def test_a_resync_then_a_left_ends_it_for_good(self) -> None:
        it = greeted()
        membership = joined(it)
        assert kinds(it.resync(membership, GONE)) == [DeliveryEnded, Send]
        assert membership.phase is MembershipPhase.PAUSED
        assert tags(it.put_out(membership, "closed", "never")) == [["$left", 1]]
        assert it.memberships == {}

    def test_a_second_resync_is_not_told(self) -> None:
        it = greeted()
        membership = joined(it)
        it.resync(membership, GONE)
        assert it.resync(membership, GONE) == []

    def test_a_resync_then_an_older_grant_changes_nothing(self) -> None:
        it = greeted()
        membership = joined(it)
        it.resync(membership, GONE)
        assert it.grant(membership, POSITION) == []
        assert membership.phase is MembershipPhase.PAUSED

    def test_a_resync_then_a_join_is_a_new_membership(self) -> None:
        it = greeted()
        first = joined(it)
        it.resync(first, GONE)
        effects = receive(it, "$join", 2, "rooms/a", {"since": ["e", 0]})
        assert effects[0] == MembershipEnded(first)
        assert tags(it.grant(it.memberships["rooms/a"], POSITION)) == [["$joined", 2]]

    def test_a_resync_leaves_it_the_right_to_send(self) -> None:
        it = greeted()
        it.resync(joined(it), GONE)
        asked(it)

    def test_a_second_join_replaces_it_silently(self) -> None:
        it = greeted()
        first = joined(it)
        effects = receive(it, "$join", 2, "rooms/a")
        assert kinds(effects) == [MembershipEnded, JoinRequested]
        assert it.put_out(first, "closed", "never") == []

    def test_an_event_behind_its_leave_is_refused(self) -> None:
        it = greeted()
        joined(it)
        receive(it, "$leave", 2, "rooms/a")
        assert tags(receive(it, "room.add", 3, "rooms/a", {"text": "x"})) == [["$error", 3]]
        assert tags(receive(it, "room.wave", 4, "rooms/a", {"text": "x"})) == [["$error", 4]]

    def test_an_event_before_its_leave_is_answered(self) -> None:
        it = greeted()
        joined(it)
        asked(it, ref=5)
        receive(it, "$leave", 6, "rooms/a")
        assert tags(it.reply(5, b"null")) == [["$reply", 5]]

    def test_a_relay_before_its_left_is_forwarded(self) -> None:
        it = greeted()
        membership = joined(it)
        (effect,) = receive(it, "room.wave", 0, "rooms/a", {"text": "x"})
        assert isinstance(effect, Forward)
        it.put_out(membership, "closed", "never")
        assert effect.membership is membership


class TestRenewal:
    def test_expiry_while_the_token_is_checked_ends_the_connection(self) -> None:
        it = known(plain("ada", ttl=10.0))
        (effect,) = receive(it, "$auth", 1, "t2", now=10.0 + GRACE - 1)
        assert isinstance(effect, Authenticate)
        assert it.tick(10.0 + GRACE)[-1] == Close(codes.EXPIRED)
        assert it.identified(1, ADA, 36.0) == []

    def test_within_the_grace_it_is_in_time(self) -> None:
        it = known(plain("ada", ttl=10.0))
        receive(it, "$auth", 1, "t2", now=20.0)
        assert tags(it.identified(1, plain("ada", ttl=100.0), 30.0)) == [["$reply", 1]]
        assert it.standing.ends == 130.0 + GRACE

    def test_a_refused_one_keeps_what_still_holds(self) -> None:
        it = known(plain("ada", ttl=60.0))
        receive(it, "$auth", 1, "bad")
        assert tags(it.unidentified(1, ErrorCode.UNAUTHORIZED)) == [["$error", 1]]
        assert it.phase is Phase.READY
        assert it.standing.ends == 60.0 + GRACE
        assert tags(it.identified(1, ADA, 2.0)) == []

    @pytest.mark.parametrize(
        "other", [BOB, plain("ada", issued=1.0), plain("ada", issued=None), Identity()], ids=range(4)
    )
    def test_another_subject_or_an_older_token_is_refused(self, other: Identity) -> None:
        it = known(ADA)
        membership = joined(it)
        receive(it, "$auth", 2, "t2")
        assert tags(it.identified(2, other, 2.0)) == [["$error", 2]]
        assert it.identity == ADA
        assert it.memberships == {"rooms/a": membership}

    def test_a_second_one_is_refused_until_the_first_is_answered(self) -> None:
        it = known()
        receive(it, "$auth", 1, "t2")
        (second,) = sent(receive(it, "$auth", 2, "t3"))
        assert (second[1], second[2]["code"]) == (2, "overloaded")
        it.identified(1, ADA, 2.0)
        assert isinstance(receive(it, "$auth", 3, "t4")[0], Authenticate)

    def test_success_asks_the_handler_of_every_membership(self) -> None:
        it = known()
        members = [joined(it, 1, "rooms/a"), joined(it, 2, "rooms/b")]
        receive(it, "$auth", 3, "t2")
        (answer, *rest) = it.identified(3, plain("ada", ttl=90.0), 2.0)
        assert sent([answer]) == [["$reply", 3, {"ttl": 90.0}]]
        assert rest == [Reauthorise(each) for each in members]

    def test_a_disconnect_meanwhile_forgets_it(self) -> None:
        it = known()
        receive(it, "$auth", 1, "t2")
        it.lost()
        assert it.identified(1, ADA, 2.0) == []
        assert it.unidentified(1, ErrorCode.UNAUTHORIZED) == []


class TestRequest:
    def test_a_drain_lets_it_be_answered(self) -> None:
        it = greeted()
        joined(it)
        asked(it)
        it.drain(DRAIN)
        assert tags(it.reply(5, b"null")) == [["$reply", 5]]

    def test_being_replaced_forgets_it(self) -> None:
        it = greeted()
        joined(it)
        asked(it)
        assert it.stop(codes.REPLACED)[-1] == Close(codes.REPLACED)
        assert it.reply(5, b"null") == []

    def test_its_ref_stays_taken_until_its_late_reply(self) -> None:
        it = greeted()
        joined(it)
        asked(it)
        assert tags(receive(it, "room.add", 5, "rooms/a", {"text": "x"}, now=99.0)) == [["$error", 0]]
        assert tags(it.reply(5, b"null")) == [["$reply", 5]]
        assert it.reply(5, b"null") == []
        asked(it)

    def test_a_left_lets_it_be_answered(self) -> None:
        it = greeted()
        membership = joined(it)
        asked(it)
        it.put_out(membership, "closed", "never")
        assert tags(it.reply(5, b"null")) == [["$reply", 5]]

    def test_a_newer_connection_learns_how_far_the_old_one_got(self) -> None:
        arrivals = Arrivals(b"k" * 32, lambda: 0.0)
        old, effects = _arrive(arrivals)
        joined(old)
        asked(old, ref=8)
        new, again = _arrive(arrivals, session=welcome_of(effects)["session"], old=old)
        assert welcome_of(again)["lastRef"] == 8
        assert new.id == old.id


class _Peer:
    """The old connection, as arrivals see it."""

    def __init__(self, it: Session) -> None:
        self._it = it

    @property
    def last_ref(self) -> int:
        return self._it.last_ref

    def stop(self, code: codes.CloseCode) -> None:
        self._it.stop(code)


def _arrive(arrivals: Arrivals, old: Session | None = None, **more: Any) -> tuple[Session, list[Effect]]:
    it = session(contract=CLOSED_DOOR, arrivals=arrivals)
    it.receive(hello(token="t", **more), 0.0)
    effects = it.identified(0, ADA, 0.0)
    admitted = effects[0]
    assert isinstance(admitted, Admitted)
    before = arrivals.arrived(admitted.admission, _Peer(it))
    assert (before is None) is (old is None)
    return it, effects


def test_the_table_and_the_tests_are_one() -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    written = set(re.findall(r"`(test_\w+)`", text))
    here = set(re.findall(r"def (test_\w+)\(", Path(__file__).read_text(encoding="utf-8")))
    elsewhere = "".join(each.read_text(encoding="utf-8") for each in Path(__file__).parent.rglob("test_*.py"))
    assert here - written == {"test_the_table_and_the_tests_are_one"}
    assert written <= set(re.findall(r"def (test_\w+)\(", elsewhere))
