"""Both encodings say the same: whatever frames come, in JSON or in MessagePack, the session does the same."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.effects import Deliver, Effect, Forward, JoinRequested, MembershipEnded, Send
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL, JoinedInfo
from rtgen_runtime.session import Session
from small_conversation import HELLO, session

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
COUNTS = st.integers(-1, 12) | st.sampled_from([1.0, 1.5, 2**53])
PLACES = st.sampled_from(["rooms/a", "rooms/b", "lobby"])
ASKING = st.sampled_from(["$join", "$leave", "$auth"])
NOTES = st.fixed_dictionaries(
    {"text": st.text(max_size=10)},
    optional={
        "count": st.integers(-1, 12) | st.sampled_from([1.0, 1.5, 2**53]),
        "id": st.text(max_size=5),
        "more": VALUES,
    },
)
TAGS = st.sampled_from(["room.add", "room.wave", "room.seen", "room.clear", "room.nope", "room.added"])
FRAMES = st.one_of(
    st.tuples(TAGS, st.integers(-1, 9) | VALUES, PLACES, NOTES | VALUES).map(list),
    st.tuples(ASKING, st.integers(0, 9), st.sampled_from(["rooms/a", "x"])).map(list),
    st.tuples(st.sampled_from(["$ping", "$pong", "$hello", "$later"]), VALUES).map(list),
    VALUES,
)


def outcome(effect: Effect) -> object:
    """An effect without what differs from one session to the other."""
    match effect:
        case Send(frame):
            value: Any = msgspec.json.decode(frame)
            if isinstance(value, list) and value[0] == "$welcome":
                value[1].pop("session")
            return value
        case JoinRequested(membership, since):
            return "join", membership.place.address, since
        case MembershipEnded(membership):
            return "ended", membership.place.address
        case Deliver(membership, event, ref, payload):
            return "deliver", membership.place.address, event.tag, ref, payload
        case Forward(membership, event, ref, payload):
            return "forward", membership.place.address, event.tag, ref, msgspec.json.decode(payload)
        case _:
            return type(effect).__name__


def play(it: Session, frames: list[Any]) -> list[object]:
    """Every effect of every frame; all that ask are let in."""
    seen: list[object] = []
    for frame in frames:
        data = msgspec.msgpack.encode(frame) if it.codec.is_binary else json.dumps(frame)
        for effect in it.receive(data, 1.0):
            seen.append(outcome(effect))
            if isinstance(effect, JoinRequested):
                info = JoinedInfo(epoch="e", offset=0, recovered=False, replay=0)
                seen += [outcome(each) for each in it.grant(effect.membership, info)]
    return seen


@given(st.lists(FRAMES, max_size=8))
@settings(deadline=None)
def test_the_same_frames_have_the_same_effects(frames: list[Any]) -> None:
    all_frames = [HELLO, ["$join", 1, "rooms/a"], *frames]
    in_json = play(session(subprotocol=SUBPROTOCOL), all_frames)
    in_msgpack = play(session(subprotocol=MSGPACK_SUBPROTOCOL), all_frames)
    assert in_msgpack == in_json
