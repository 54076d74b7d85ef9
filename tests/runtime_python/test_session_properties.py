"""Laws of the session, for any input."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.effects import Close, Effect, JoinRequested, Send
from rtgen_runtime.frames import JoinedInfo, encode_event
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import Phase
from small_conversation import HELLO, greeted, session

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
TAGS = st.sampled_from(
    ["$hello", "$join", "$leave", "$ping", "$pong", "$x", "room.add", "room.wave", "room.added", "room.clear"]
)
REFS = st.sampled_from([0, 1, 2, 3, -1, 2**53, 1.0, "1", None, True])
ADDRESSES = st.sampled_from(["rooms/a", "rooms/b", "lobby", "rooms/toolongname", "", "%", 3])
PAYLOADS = st.sampled_from([{"text": "a"}, {"text": ""}, None, {"since": ["e", 1]}]) | JSON
FRAMES = st.tuples(TAGS, REFS, ADDRESSES, PAYLOADS).map(list) | JSON
TEXTS = FRAMES.map(json.dumps) | st.text() | st.binary()


def play(it: Session, messages: list[str | bytes], now: float = 1.0) -> list[Effect]:
    """Feed everything, and let every handler agree at once."""
    effects: list[Effect] = []
    for message in messages:
        for effect in it.receive(message, now):
            effects.append(effect)
            if isinstance(effect, JoinRequested):
                effects += it.grant(effect.membership, JoinedInfo(epoch="e", offset=0, recovered=False, replay=0))
    return effects


@given(st.lists(TEXTS, max_size=12), st.booleans())
@settings(deadline=None)
def test_hostile_input_never_raises_and_every_answer_is_a_frame(messages: list[str | bytes], hello: bool) -> None:
    it = greeted() if hello else session()
    for effect in play(it, messages):
        if isinstance(effect, Send):
            frame = msgspec.json.decode(effect.frame)
            assert isinstance(frame[0], str)
    it.tick(1000.0)


@given(st.lists(FRAMES.map(json.dumps), max_size=12))
@settings(deadline=None)
def test_every_ref_gets_at_most_one_answer(messages: list[str]) -> None:
    it = greeted()
    answered: list[int] = []
    for effect in play(it, list(messages)):
        if isinstance(effect, Send):
            frame: list[Any] = msgspec.json.decode(effect.frame)
            if frame[0] in {"$reply", "$error", "$joined"} and frame[1]:
                answered.append(frame[1])
    asked = [json.loads(each) for each in messages]
    for ref in set(answered):
        uses = sum(1 for each in asked if isinstance(each, list) and len(each) > 1 and each[1] == ref)
        assert answered.count(ref) <= uses


@given(st.lists(FRAMES.map(json.dumps), max_size=10))
@settings(deadline=None)
def test_effects_depend_on_what_came_only(messages: list[str]) -> None:
    first, second = greeted(), greeted()
    together = play(first, list(messages))
    apart = [effect for each in messages for effect in play(second, [each])]
    assert [each for each in together if isinstance(each, Send | Close)] == [
        each for each in apart if isinstance(each, Send | Close)
    ]
    assert set(first.memberships) == set(second.memberships)


@given(st.lists(TEXTS, max_size=8))
@settings(deadline=None)
def test_after_a_close_nothing_is_sent(messages: list[str | bytes]) -> None:
    it = session()
    seen_close = False
    for effect in play(it, [json.dumps(HELLO), *messages]):
        assert not seen_close
        seen_close = isinstance(effect, Close)
    if seen_close:
        assert it.phase is Phase.CLOSED
        assert it.next_deadline() == float("inf")


@given(st.text(max_size=9), st.integers(0, 2**53 - 1), st.text(max_size=9), JSON)
def test_an_encoded_event_decodes_to_its_parts(tag: str, number: int, address: str, payload: Any) -> None:
    text = json.dumps(payload)
    frame = json.loads(encode_event(tag, number, address, text.encode()))
    assert json.dumps(frame[3]) == json.dumps(json.loads(text))
    assert frame[:3] == [tag, number, address]
