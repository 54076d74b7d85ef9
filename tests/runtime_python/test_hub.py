"""Fan-out, and joining while events are being published."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.broker.words import Afresh, Recorded
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.errors import InvalidPayload, StoreUnavailable
from rtgen_runtime.frames import Resync, ResyncInfo, encode
from rtgen_runtime.history.interface import Cap, Position, Span
from rtgen_runtime.history.memory import MemoryHistory
from rtgen_runtime.hub import Hub
from rtgen_runtime.memberships import Membership
from rtgen_runtime.outbox import Flusher, Outbox
from rtgen_runtime.router import Place
from rtgen_runtime.seats import Seat
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.subscriptions import Subscription
from small_conversation import ADDED, CONTRACT, HINT, LOBBY, ROOM, WAVE, NoParams, Note, RoomParams

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

    def fell_behind(self) -> None:
        self.closed.append((0, "overflow"))

    @property
    def frames(self) -> list[Any]:
        return [json.loads(frame) for write in self.writes for frame in write]


class ByHand(Flusher):
    """Flushing is the test's."""

    def add(self, outbox: Outbox) -> None:
        pass


def outbox(wire: Wire, limit: int = 8192) -> Outbox:
    return Outbox(wire, limit, ByHand(), wire)


def hub(history: MemoryHistory | None = None) -> Hub:
    return Hub(CONTRACT, MemoryStore(history=history or MemoryHistory("e")), lambda: 1.0)


class Telling:
    """A host that passes a resync on."""

    def __init__(self, box: Outbox) -> None:
        self.box = box

    def put_out(self, membership: Membership, code: str, again: str) -> None:
        raise AssertionError(f"{membership} was put out: {code}, {again}")

    def resync(self, membership: Membership, info: ResyncInfo) -> None:
        self.box.add(encode(Resync(membership.place.address, info)))

    @property
    def on(self) -> frozenset[str]:
        return frozenset()


def told(box: Outbox) -> Seat:
    """A seat whose connection passes a resync on."""
    return Seat(membership=Membership(1, PLACE), host=Telling(box))


async def joined(it: Hub, box: Outbox, since: tuple[str, int] | None = None, seat: Seat | None = None) -> Subscription:
    subscription = it.subscribe(PLACE.address, box, seat)
    subscription.release((await it.keeper.catch_up(PLACE, since)).replay)
    return subscription


async def test_every_member_gets_the_same_bytes() -> None:
    it, wires = hub(), [Wire(), Wire()]
    boxes = [outbox(wire) for wire in wires]
    for box in boxes:
        await joined(it, box)
    assert await it.keep(PLACE, ADDED, Note(text="a")) == 1
    it.emit(PLACE, HINT, Note(text="b"))
    for box in boxes:
        box.flush()
    assert [frame[:3] for frame in wires[0].frames] == [["room.added", 1, "rooms/a"], ["room.hint", 0, "rooms/a"]]
    assert all(one is other for one, other in zip(wires[0].writes[0], wires[1].writes[0], strict=True))
    assert len(wires[0].writes) == 1


async def test_a_relay_goes_to_the_others_with_its_sender() -> None:
    it, mine, yours = hub(), Wire(), Wire()
    boxes = outbox(mine), outbox(yours)
    await joined(it, boxes[0], seat=Seat("s1"))
    await joined(it, boxes[1], seat=Seat("s2"))
    it.forward(PLACE, WAVE, b'{"text": "a"}', "s1")
    for box in boxes:
        box.flush()
    assert mine.frames == []
    assert yours.frames == [["room.wave", 0, "rooms/a", {"text": "a"}, {"by": "s1"}]]


async def test_an_invalid_event_raises_before_an_offset_is_taken() -> None:
    it, wire = hub(), Wire()
    box = outbox(wire)
    await joined(it, box)
    with pytest.raises(InvalidPayload) as raised:
        await it.keep(PLACE, ADDED, Note(text=""))
    assert raised.value.issues[0].pointer == "/text"
    assert await it.keep(PLACE, ADDED, Note(text="ok")) == 1
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
    assert (await hub().keeper.catch_up(place, None)).replay.reason == ""
    page = (await hub().keeper.catch_up(place, ("e", 0))).replay
    assert (page.epoch, page.offset, page.recovered, page.reason) == ("", 0, False, "too_old")


class Gated(MemoryHistory):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__("e")
        self.appends: list[tuple[asyncio.Future[Position], Position]] = []
        self.reads = 0
        self.open = asyncio.Event()
        self.open.set()

    def append(
        self, address: str, size: HistorySize, tag: str, payload: bytes, newest: str | None = None
    ) -> "asyncio.Future[Position]":
        kept = super().append(address, size, tag, payload, newest).result()
        self.appends.append((asyncio.get_running_loop().create_future(), kept))
        return self.appends[-1][0]

    def acknowledge(self, number: int) -> None:
        future, position = self.appends[number]
        future.set_result(position)

    async def read(self, address: str, size: HistorySize, after: int | None, cap: Cap) -> Span:
        self.reads += 1
        span = await super().read(address, size, after, cap)
        await self.open.wait()
        return span


def texts(wire: Wire) -> list[Any]:
    return [frame[3]["text"] for frame in wire.frames if not frame[0].startswith("$")]


async def test_members_get_events_in_the_order_of_offsets_whatever_the_store_answers_first() -> None:
    history, wire = Gated(), Wire()
    it, box = hub(history), outbox(wire)
    await joined(it, box)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(it.keep(PLACE, ADDED, Note(text=str(number)))) for number in range(3)]
        await asyncio.sleep(0)
        history.acknowledge(2)
        history.acknowledge(0)
        await tasks[0]
        box.flush()
        assert texts(wire) == ["0"]
        history.acknowledge(1)
    box.flush()
    assert texts(wire) == ["0", "1", "2"]
    assert [task.result() for task in tasks] == [1, 2, 3]


async def test_a_publisher_that_stops_waiting_undoes_nothing() -> None:
    history, wire = Gated(), Wire()
    it, box = hub(history), outbox(wire)
    await joined(it, box)
    task = asyncio.create_task(it.keep(PLACE, ADDED, Note(text="a")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    history.acknowledge(0)
    await it.keeper.close()
    box.flush()
    assert texts(wire) == ["a"]


async def test_what_the_store_refuses_raises_and_is_not_sent_and_the_next_goes_on() -> None:
    history, wire = Gated(), Wire()
    it, box = hub(history), outbox(wire)
    await joined(it, box)
    first = asyncio.create_task(it.keep(PLACE, ADDED, Note(text="a")))
    await asyncio.sleep(0)
    history.appends[0][0].set_exception(StoreUnavailable("the disk is full"))
    with pytest.raises(StoreUnavailable) as raised:
        await first
    assert raised.value.retryable
    box.flush()
    assert wire.frames == []


async def test_a_storm_of_returning_members_reads_once_and_encodes_once() -> None:
    """Ten thousand come back to one address at once, from different positions."""
    history = Gated()
    it = hub(history)
    for number in range(5):
        task = asyncio.create_task(it.keep(PLACE, ADDED, Note(text=str(number))))
        await asyncio.sleep(0)
        history.acknowledge(number)
        await task
    history.open.clear()
    wires = [Wire() for _ in range(10_000)]
    boxes = [outbox(wire) for wire in wires]
    returning = [asyncio.create_task(joined(it, box, ("e", index % 5))) for index, box in enumerate(boxes)]
    await asyncio.sleep(0)
    history.open.set()
    await asyncio.gather(*returning)
    for box in boxes:
        box.flush()
    assert history.reads == 1
    assert texts(wires[0]) == ["0", "1", "2", "3", "4"]
    assert texts(wires[9_999]) == ["4"]
    assert wires[0].writes[0][4] is wires[9_999].writes[0][0]


async def test_trap_6_published_between_subscribing_and_reading() -> None:
    history, wire = Gated(), Wire()
    it, box = hub(history), outbox(wire)
    history.open.clear()
    joining = asyncio.create_task(joined(it, box, ("e", 0)))
    await asyncio.sleep(0)
    publishing = asyncio.create_task(it.keep(PLACE, ADDED, Note(text="a")))
    await asyncio.sleep(0)
    history.acknowledge(0)
    await publishing
    history.open.set()
    await joining
    box.flush()
    assert texts(wire) == ["a"]


async def test_trap_5_an_epoch_that_changes_under_members_is_told() -> None:
    """The store forgot the address: offsets start over, and those who are there would take them for old events."""
    history, wire = MemoryHistory("e", addresses=1), Wire()
    it, box = hub(history), outbox(wire)
    await it.keep(PLACE, ADDED, Note(text="a"))
    await joined(it, box, seat=told(box))
    await history.append("elsewhere", HistorySize(keep=1, seconds=1.0), "t", b"1")
    assert await it.keep(PLACE, ADDED, Note(text="b")) == 1
    await it.keep(PLACE, ADDED, Note(text="c"))
    box.flush()
    assert [frame[0] for frame in wire.frames] == ["$resync"]
    assert wire.frames[0][2]["reason"] == "epoch_changed"
    page = (await it.keeper.catch_up(PLACE, ("e", 1))).replay
    assert (page.recovered, page.reason) == (False, "epoch_changed")


async def test_what_waits_for_a_join_is_of_the_epoch_that_it_is_answered_with() -> None:
    """While a member catches up two Redis take turns as the primary: what the first one said is not of the second."""
    it, wire = hub(), Wire()
    box = outbox(wire)
    subscription = it.subscribe(PLACE.address, box, told(box))
    for offset in 396, 397:
        it.news(PLACE.address, Recorded("room.added", b'{"text": "old"}', "before", offset))
    it.emit(PLACE, HINT, Note(text="stays"))
    it.news(PLACE.address, Afresh("e", "epoch_changed"))
    assert await it.keep(PLACE, ADDED, Note(text="a")) == 1
    subscription.release((await it.keeper.catch_up(PLACE, ("e", 0))).replay)
    await it.keep(PLACE, ADDED, Note(text="b"))
    box.flush()
    assert [frame[:2] for frame in wire.frames] == [["room.added", 1], ["room.hint", 0], ["room.added", 2]]


async def test_invalidating_tells_members_and_those_who_come_back() -> None:
    it, wire = hub(), Wire()
    box = outbox(wire)
    await it.keep(PLACE, ADDED, Note(text="a"))
    await joined(it, box, seat=told(box))
    await it.keeper.invalidate(PLACE)
    it.emit(PLACE, HINT, Note(text="late"))
    box.flush()
    assert wire.frames == [["$resync", "rooms/a", {"epoch": "e", "after": 0.002, "reason": "invalidated"}]]
    page = (await it.keeper.catch_up(PLACE, ("e", 1))).replay
    assert (page.offset, page.recovered, page.reason) == (2, False, "invalidated")
    assert (await it.keeper.catch_up(PLACE, ("e", 2))).replay.recovered
    assert await it.keep(PLACE, ADDED, Note(text="b")) == 3


async def test_a_position_read_before_the_data_misses_nothing() -> None:
    it, wire = hub(), Wire()
    box = outbox(wire)
    assert await it.keeper.position(PLACE) == ("e", 0)
    await it.keep(PLACE, ADDED, Note(text="a"))
    position = await it.keeper.position(PLACE)
    await it.keep(PLACE, ADDED, Note(text="b"))
    await joined(it, box, position)
    box.flush()
    assert texts(wire) == ["b"]


@given(st.lists(st.sampled_from(["recorded", "plain", "subscribe", "read", "release"]), max_size=14), st.integers(0, 3))
def test_no_event_is_lost_or_doubled_however_a_join_and_publications_interleave(steps: list[str], before: int) -> None:
    """Subscribe, read and release happen in this order, with anything published in between."""
    asyncio.run(interleaved(steps, before))


async def interleaved(steps: list[str], before: int) -> None:
    it, wire = hub(), Wire()
    box, seen_at_join = outbox(wire, 1 << 20), 0
    for number in range(before):
        await it.keep(PLACE, ADDED, Note(text=f"r{number}"))
    subscription: Subscription | None = None
    page = None
    recorded = before
    plain_since_subscribing = 0
    for step in steps:
        match step:
            case "recorded" if recorded - before < 5:
                recorded += 1
                await it.keep(PLACE, ADDED, Note(text=f"r{recorded}"))
            case "plain":
                plain_since_subscribing += subscription is not None
                it.emit(PLACE, HINT, Note(text="p"))
            case "subscribe" if subscription is None:
                subscription = it.subscribe(PLACE.address, box)
            case "read" if subscription is not None and page is None:
                page = (await it.keeper.catch_up(PLACE, ("e", before))).replay
                seen_at_join = page.offset
            case "release" if subscription is not None and page is not None:
                subscription.release(page)
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
