"""Law of the welcome: what is sent behind a hello has the same effects as what is sent after the welcome."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.effects import Close, Effect, Send
from rtgen_runtime.transitions import Phase
from small_identity import ADA, asking

VALUES = (
    st.none() | st.integers(-1, 2**53) | st.text(max_size=4) | st.just({"text": "a"}) | st.just({"since": ["e", 1]})
)
TAGS = st.sampled_from(["$join", "$leave", "$ping", "$auth", "$hello", "$x", "room.add", "room.wave", "room.nope"])
FRAMES = st.tuples(TAGS, st.integers(-1, 4), st.sampled_from(["rooms/a", "rooms/b", "lobby", "x"]), VALUES).map(list)
MESSAGES = FRAMES.map(json.dumps) | st.text(max_size=9) | st.binary(max_size=3)


def shown(effects: list[Effect]) -> list[object]:
    """Effects as they can be compared between two sessions: what is sent, and what kind the others are."""
    kinds: list[object] = [each.frame if isinstance(each, Send) else type(each).__name__ for each in effects]
    welcomes = [each for each in kinds if isinstance(each, bytes) and each.startswith(b'["$welcome"')]
    return [each for each in kinds if each not in welcomes]


@given(st.lists(MESSAGES, max_size=10))
@settings(deadline=None)
def test_frames_behind_the_hello_are_judged_as_if_they_came_after_the_welcome(messages: list[Any]) -> None:
    held, _ = asking()
    after, _ = asking()
    early: list[Effect] = []
    for each in messages:
        early += held.receive(each, 1.0)
    early += held.identified(0, ADA, 1.0)
    late = after.identified(0, ADA, 1.0)
    for each in messages:
        late += after.receive(each, 1.0)
    if any(isinstance(each, bytes) for each in messages):
        assert held.phase is after.phase is Phase.CLOSED
    else:
        assert shown(early) == shown(late)
        assert set(held.memberships) == set(after.memberships)
        assert held.last_ref == after.last_ref


@given(st.lists(MESSAGES, max_size=10))
@settings(deadline=None)
def test_nothing_comes_of_them_when_the_hello_is_refused(messages: list[Any]) -> None:
    it, _ = asking()
    effects: list[Effect] = []
    for each in messages:
        effects += it.receive(each, 1.0)
    effects += it.unidentified(0, ErrorCode.UNAUTHORIZED)
    assert {type(each) for each in effects} == {Send, Close}
    assert sum(isinstance(each, Send) for each in effects) == 1
    assert it.memberships == {}
