"""Fan-out, and joining while events are being published."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.history.memory import MemoryHistory
from rtgen_runtime.hub import Hub, Subscription
from rtgen_runtime.outbox import Flusher, Outbox
from rtgen_runtime.router import Place
from small_conversation import ADDED, CONTRACT, HINT, LOBBY, ROOM, NoParams, Note, RoomParams

PLACE = Place(ROOM, "rooms/a", RoomParams(name="a"))


class Wire:
    """A link that remembers; `taken` is false for a socket that takes nothing."""

    def __init__(self, *, taken: bool = True) -> None:
        self.writes: list[list[bytes]] = []
        self.taken = taken
        self.closed: list[tuple[int, str]] = []

    def write(self, frames: Sequence[bytes]) -> None:
        self.writes.append(list(frames))

    def buffered(self) -> int:
        return 0 if self.taken else sum(len(frame) for write in self.writes for frame in write)

    def close(self, code: int, reason: str) -> None:
        self.closed.append((code, reason))

    @property
    def frames(self) -> list[Any]:
        return [json.loads(frame) for write in self.writes for frame in write]


class ByHand(Flusher):
    """Flushing is the test's."""

    def add(self, outbox: Outbox) -> None:
        pass


def outbox(wire: Wire, limit: int = 8192) -> Outbox:
    return Outbox(wire, limit, ByHand(), lambda: wire.closed.append((0, "overflow")))


def hub(history: MemoryHistory | None = None) -> Hub:
    return Hub(CONTRACT, history or MemoryHistory("e"), lambda: 1.0)


async def joined(it: Hub, box: Outbox, since: tuple[str, int] | None = None) -> Subscription:
    subscription = it.subscribe(PLACE.address, box)
    subscription.release(PLACE.address, await it.catch_up(PLACE, since))
    return subscription


async def test_every_member_gets_the_same_bytes() -> None:
    it, wires = hub(), [Wire(), Wire()]
    boxes = [outbox(wire) for wire in wires]
    for box in boxes:
        await joined(it, box)
    assert it.emit(PLACE, ADDED, Note(text="a")) == 1
    assert it.emit(PLACE, HINT, Note(text="b")) == 0
    for box in boxes:
        box.flush()
    assert [frame[:3] for frame in wires[0].frames] == [["room.added", 1, "rooms/a"], ["room.hint", 0, "rooms/a"]]
    assert all(one is other for one, other in zip(wires[0].writes[0], wires[1].writes[0], strict=True))
    assert len(wires[0].writes) == 1


async def test_a_relay_goes_to_the_others_with_its_sender() -> None:
    it, mine, yours = hub(), Wire(), Wire()
    boxes = outbox(mine), outbox(yours)
    me, _ = await joined(it, boxes[0]), await joined(it, boxes[1])
    it.forward(PLACE, "room.wave", b'{"text": "a"}', "s1", me)
    for box in boxes:
        box.flush()
    assert mine.frames == []
    assert yours.frames == [["room.wave", 0, "rooms/a", {"text": "a"}, {"by": "s1"}]]


async def test_an_invalid_event_raises_before_an_offset_is_taken() -> None:
    it, wire = hub(), Wire()
    box = outbox(wire)
    await joined(it, box)
    with pytest.raises(InvalidPayload) as raised:
        it.emit(PLACE, ADDED, Note(text=""))
    assert raised.value.issues[0].pointer == "/text"
    assert it.emit(PLACE, ADDED, Note(text="ok")) == 1
    box.flush()
    assert len(wire.frames) == 1


async def test_who_has_left_hears_nothing() -> None:
    it, wire = hub(), Wire()
    box = outbox(wire)
    subscription = await joined(it, box)
    it.unsubscribe(PLACE.address, subscription)
    it.emit(PLACE, HINT, Note(text="a"))
    box.flush()
    assert wire.frames == []
    assert it.count(PLACE.address) == 0


async def test_a_channel_without_history_has_a_position_too() -> None:
    place = Place(LOBBY, "lobby", NoParams())
    assert (await hub().catch_up(place, None)).reason == ""
    page = await hub().catch_up(place, ("e", 0))
    assert (page.epoch, page.offset, page.recovered, page.reason) == ("e", 0, False, "too_old")


@given(st.lists(st.sampled_from(["recorded", "plain", "subscribe", "read", "release"]), max_size=14), st.integers(0, 3))
def test_no_event_is_lost_or_doubled_however_a_join_and_publications_interleave(steps: list[str], before: int) -> None:
    """Subscribe, read and release happen in this order, with anything published in between."""
    it, wire = hub(), Wire()
    box, seen_at_join = outbox(wire, 1 << 20), 0
    for number in range(before):
        it.emit(PLACE, ADDED, Note(text=f"r{number}"))
    subscription: Subscription | None = None
    page = None
    recorded = before
    plain_since_subscribing = 0
    for step in steps:
        match step:
            case "recorded" if recorded - before < 5:
                recorded += 1
                it.emit(PLACE, ADDED, Note(text=f"r{recorded}"))
            case "plain":
                plain_since_subscribing += subscription is not None
                it.emit(PLACE, HINT, Note(text="p"))
            case "subscribe" if subscription is None:
                subscription = it.subscribe(PLACE.address, box)
            case "read" if subscription is not None and page is None:
                coroutine = it.catch_up(PLACE, ("e", before))
                try:
                    coroutine.send(None)
                except StopIteration as done:
                    page = done.value
                seen_at_join = page.offset if page is not None else 0
            case "release" if subscription is not None and page is not None:
                subscription.release(PLACE.address, page)
                page = None
                break
            case _:
                pass
    else:
        return
    box.flush()
    offsets = [frame[1] for frame in wire.frames if frame[1]]
    assert offsets == list(range(before + 1, recorded + 1))
    assert seen_at_join <= recorded
    assert sum(1 for frame in wire.frames if not frame[1]) == plain_since_subscribing
