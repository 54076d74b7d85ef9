"""Whatever an old client sends, and whatever converters make of it: nothing is raised, and every ref has one answer."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.codecs import CODECS
from rtgen_runtime.decoding import EventFrame, RefusedFrame
from rtgen_runtime.frames import SUBPROTOCOL
from rtgen_runtime.versions.declarations import OldSent, OldVersion
from rtgen_runtime.versions.speaking import decoder_of
from versioned_rooms import CONTRACT, OLD, Guest, serving

NAMES = st.sampled_from(["words", "parts", "text", "mood", "body", "x"])
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["loud", "calm", "a", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TAGS = st.sampled_from(
    [*OLD.sent, "chamber.never", "room.add", "$join", "$leave", "$state", "$members", "$history", "$auth", "$later"]
)
FRAMES = st.tuples(
    TAGS,
    st.integers(0, 9) | VALUES,
    st.sampled_from(["chambers/a", "rooms/a", "chambers/toolong", "chambers/%zz", "x"]) | VALUES,
    VALUES,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(FRAMES, max_size=12))
def test_every_frame_of_an_old_client_has_one_answer_at_most(frames: list[Any]) -> None:
    async def talk() -> list[Any]:
        server = serving()
        guest = Guest(server)
        await guest.enter("1.0.0")
        await guest.inside("chambers/a")
        for frame in frames:
            guest.connection.receive(json.dumps(frame))
        guest.tell("$ping", 99)
        heard: list[Any] = []
        while not guest.closed.done() and (frame := await guest.next()) != ["$pong", 99]:
            heard.append(frame)
        await server.stop()
        return heard

    answers = Counter(frame[1] for frame in asyncio.run(talk()) if frame[0] in {"$reply", "$error", "$joined"})
    asked = Counter(frame[1] for frame in frames if isinstance(frame[1], int) and not isinstance(frame[1], bool))
    assert all(count <= asked[ref] for ref, count in answers.items() if ref)


def _fails(_value: Any) -> Any:
    raise KeyError("a fault of the generator")


def test_a_converter_that_fails_is_an_invalid_payload() -> None:
    old = OldVersion("1.0.0", "x", {"chamber.wave": OldSent("room.wave", _fails)})
    decoder = decoder_of(replace(CONTRACT, versions=(old,)), lambda _version: None).speaking(
        "1.0.0", CODECS[SUBPROTOCOL]
    )
    refused = decoder.decode('["chamber.wave",5,"rooms/a",{"mood":"calm"}]')
    assert isinstance(refused, RefusedFrame)
    assert (refused.ref, refused.code, refused.tag) == (5, "invalid", "room.wave")
    assert refused.issues[0].message == "does not fit version 1.0.0 of the contract"
    assert isinstance(decoder.decode('["room.wave",6,"rooms/a",{"mood":"calm"}]'), EventFrame)
