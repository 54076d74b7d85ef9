"""The client's machine, without sockets: what it says, what it remembers, when it comes back."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime import codes
from rtgen_runtime.client.backoff import BASE, CAP, backoff
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    EventArrived,
    Greeted,
    HangUp,
    JoinSettled,
    RequestSettled,
    Transmit,
)
from rtgen_runtime.client.machine import ClientMachine, ClientPhase
from small_conversation import CONTRACT

WELCOME = [
    "$welcome",
    {
        "session": "s",
        "version": "1.2.3",
        "heartbeat": {"every": 5, "slack": 1},
        "limits": {"frame": 1, "channels": 1, "outbox": 1},
    },
]


def machine(random: float = 1.0) -> ClientMachine:
    return ClientMachine(CONTRACT, "c1", lambda: random)


def said(effects: list[ClientEffect]) -> list[Any]:
    return [json.loads(each.frame) for each in effects if isinstance(each, Transmit)]


def hears(it: ClientMachine, *frame: Any, now: float = 1.0) -> list[ClientEffect]:
    return it.received(json.dumps(frame), now)


def ready(random: float = 1.0) -> ClientMachine:
    it = machine(random)
    it.opened(0.0)
    assert hears(it, *WELCOME) == [Greeted("s")]
    return it


def in_room(**info: Any) -> ClientMachine:
    it = ready()
    (frame,) = said(it.join("rooms/a"))
    hears(it, "$joined", frame[1], "rooms/a", {"epoch": "e", "offset": 3, "recovered": False, "replay": 0, **info})
    return it


def test_it_greets_and_joins_behind_the_greeting() -> None:
    it = machine()
    assert it.join("lobby") == []
    hello, join = said(it.opened(0.0))
    assert hello == ["$hello", {"contract": "small", "version": "1.2.3", "hash": "cafe", "client": "c1"}]
    assert join == ["$join", 1, "lobby", {}]


def test_it_comes_back_with_its_position() -> None:
    it = in_room()
    hears(it, "room.added", 4, "rooms/a", {"text": "x"})
    hears(it, "room.later", 5, "rooms/a", {})
    it.lost(1006, "", 2.0)
    assert said(it.opened(3.0))[1] == ["$join", 2, "rooms/a", {"since": ["e", 5]}]


def test_an_interrupted_replay_goes_on_where_it_stopped() -> None:
    it = in_room()
    it.lost(1006, "", 2.0)
    it.opened(3.0)
    hears(it, "$joined", 2, "rooms/a", {"epoch": "e", "offset": 9, "recovered": True, "replay": 6})
    hears(it, "room.added", 4, "rooms/a", {"text": "x"})
    it.lost(1006, "", 4.0)
    assert said(it.opened(5.0))[1][3] == {"since": ["e", 4]}


def test_a_doubled_event_is_dropped_and_a_plain_one_is_not() -> None:
    it = in_room()
    arrived = [hears(it, "room.added", offset, "rooms/a", {}) for offset in (3, 4, 4, 0, 0, 2)]
    assert [len(each) for each in arrived] == [0, 1, 0, 1, 1, 0]


def test_events_of_channels_that_are_not_joined_are_dropped() -> None:
    it = in_room()
    assert hears(it, "room.added", 4, "rooms/b", {}) == []
    it.leave("rooms/a")
    assert hears(it, "room.added", 4, "rooms/a", {}) == []


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ({"recovered": True}, ""),
        ({"recovered": False, "reason": "too_old"}, "too_old"),
        ({"recovered": False}, "invalidated"),
    ],
)
def test_lost_continuity_is_told_on_a_return_only(info: dict[str, Any], reason: str) -> None:
    it = in_room()
    it.lost(1006, "", 2.0)
    it.opened(3.0)
    (settled,) = hears(it, "$joined", 2, "rooms/a", {"epoch": "e", "offset": 3, "replay": 0, **info})
    assert isinstance(settled, JoinSettled)
    assert settled.lost_continuity == reason


def test_an_older_joined_is_ignored() -> None:
    it = ready()
    it.join("rooms/a")
    it.join("rooms/a")
    assert hears(it, "$joined", 1, "rooms/a", {"epoch": "e", "offset": 0, "recovered": False, "replay": 0}) == []
    assert not it.is_joined("rooms/a")


def test_requests_in_flight_have_no_outcome_when_the_connection_is_lost() -> None:
    it = in_room()
    ref, effects = it.ask("room.add", "rooms/a", b'{"text":"x"}')
    assert said(effects) == [["room.add", ref, "rooms/a", {"text": "x"}]]
    assert it.lost(1006, "", 2.0) == [RequestSettled(ref)]
    it.opened(3.0)
    assert hears(it, "$reply", ref, {"text": "x"}) == []


def test_a_late_answer_to_a_forgotten_request_is_ignored() -> None:
    it = in_room()
    ref, _ = it.ask("room.add", "rooms/a", b"null")
    it.forget(ref)
    assert hears(it, "$reply", ref, None) == []


def test_answers_settle_requests_once() -> None:
    it = in_room()
    ref, _ = it.ask("room.add", "rooms/a", b"null")
    assert hears(it, "$reply", ref, {"a": 1}) == [RequestSettled(ref, b'{"a": 1}')]
    assert hears(it, "$reply", ref, {"a": 1}) == []


@pytest.mark.parametrize(
    ("again", "since"), [("now", {"since": ["e", 3]}), ("backoff", {"since": ["e", 3]}), ("fresh", {}), ("never", None)]
)
def test_put_out_by_the_server(again: str, since: Any) -> None:
    it = in_room()
    effects = hears(it, "$left", 1, "rooms/a", {"code": "x", "again": again})
    if since is None:
        assert isinstance(effects[0], JoinSettled)
        assert effects[0].error is not None
    else:
        assert said(effects) == [["$join", 2, "rooms/a", since]]


def test_a_left_of_an_older_join_is_ignored() -> None:
    assert hears(in_room(), "$left", 99, "rooms/a", {"code": "x", "again": "never"}) == []


@pytest.mark.parametrize("code", [4400, 4403, 4200, 4010])
def test_some_closes_are_for_good_and_carry_the_servers_words(code: int) -> None:
    it = machine()
    it.opened(0.0)
    hears(it, "$error", 0, {"code": "wrong_version", "message": "served: 1.x", "retryable": False})
    assert it.lost(code, "reason", 1.0) == [Ended(code, "served: 1.x")]
    assert it.phase is ClientPhase.CLOSED


def test_after_a_fresh_close_it_joins_without_positions() -> None:
    it = in_room()
    it.lost(4300, "", 2.0)
    assert said(it.opened(3.0))[1][3] == {}


def test_backoff_grows_and_starts_over_after_a_stable_connection() -> None:
    it = machine(random=1.0)
    delays = []
    for attempt in range(8):
        it.lost(1006, "", float(attempt))
        delays.append(it.reconnect_at - attempt)
    assert delays == [0.5, 1, 2, 4, 8, 16, 20, 20]
    it.opened(100.0)
    hears(it, *WELCOME)
    it.lost(1006, "", 109.0)
    assert it.reconnect_at == 129.0
    it.opened(200.0)
    hears(it, *WELCOME)
    it.lost(1006, "", 210.0)
    assert it.reconnect_at == 210.5


@given(st.integers(0, 1000), st.floats(0, 1))
def test_jitter_is_full_and_capped(attempt: int, luck: float) -> None:
    assert 0 <= backoff(attempt, lambda: luck) <= min(CAP, BASE * 2 ** min(attempt, 16))


def test_silence_hangs_up_once() -> None:
    it = ready()
    assert it.next_deadline() == 7.0
    hears(it, "$ping", 3, now=5.0)
    assert it.tick(10.9) == []
    assert it.tick(11.0) == [HangUp(codes.SILENT)]
    assert it.tick(12.0) == []


def test_pings_are_answered_at_once() -> None:
    assert said(hears(ready(), "$ping", 3)) == [["$pong", 3]]


def test_after_close_nothing_happens() -> None:
    it = in_room()
    ref, _ = it.ask("room.add", "rooms/a", b"null")
    assert it.close() == [RequestSettled(ref), Ended(1000, "closed by its user")]
    assert it.close() == it.lost(1006, "", 2.0) == hears(it, *WELCOME) == []


@given(
    st.lists(
        st.text()
        | st.binary()
        | st.lists(
            st.sampled_from(["$joined", "$error", "$left", "room.added", 1, "rooms/a", {}, {"epoch": "e"}]), max_size=5
        ).map(json.dumps),
        max_size=8,
    )
)
@settings(deadline=None)
def test_hostile_servers_never_make_it_raise(messages: list[str | bytes]) -> None:
    it = in_room()
    for message in messages:
        for effect in it.received(message, 1.0):
            assert isinstance(effect, Transmit | JoinSettled | EventArrived | RequestSettled | Greeted)


def test_a_resync_is_followed_by_a_join_at_a_random_moment_of_its_while() -> None:
    it = in_room()
    it.random = lambda: 0.5
    assert hears(it, "$resync", "rooms/a", {"epoch": "e", "after": 4.0, "reason": "moved"}, now=1.0) == []
    assert it.next_deadline() == 3.0
    assert it.tick(2.9) == []
    (frame,) = said(it.tick(3.0))
    assert (frame[0], frame[2:]) == ("$join", ["rooms/a", {"since": ["e", 3]}])
    assert it.next_deadline() == 1.0 + 6.0


def test_a_resync_without_a_while_is_followed_at_once_and_a_lost_connection_forgets_it() -> None:
    it = in_room()
    (frame,) = said(hears(it, "$resync", "rooms/a", {"epoch": "e", "after": 0, "reason": ""}))
    assert frame[0] == "$join"
    hears(it, "$resync", "rooms/a", {"epoch": "e", "after": 4.0, "reason": "moved"}, now=1.0)
    it.lost(1006, "", 2.0)
    assert it.next_deadline() == float("inf")
