"""What members get of kept events: newest values with every join, pages of history, and what clients make of both."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from kept_conversation import CONTRACT, PRICE, ROOM, Note, Peer, Price, RoomParams, app, room, welcome
from rtgen_runtime.app import App
from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.socket import Socket
from rtgen_runtime.errors import HistoryChanged, StoreUnavailable, TooManyValues, UsageError
from rtgen_runtime.newest import Newest
from rtgen_runtime.stores.memory import MemoryLatest, MemoryStore
from rtgen_runtime.stores.sqlite.store import SqliteStore

ADDRESS = "rooms/a"


async def joined(server: App, since: tuple[str, int] | None = None) -> tuple[Peer, dict[str, Any]]:
    peer = Peer(server)
    await welcome(peer)
    peer.tell("$join", 1, ADDRESS, {"since": since} if since else {})
    answer: dict[str, Any] = (await peer.answer(1))[3]
    return peer, answer


async def flushed() -> None:
    """Outboxes are flushed at the end of a turn of the loop."""
    await asyncio.sleep(0)


async def test_the_newest_of_each_key_comes_with_a_join() -> None:
    server = app()
    assert "state" not in (await joined(server))[1]
    here = room(server)
    for of, cents in (("tea", 1), ("milk", 2), ("tea", 3)):
        await here.price(Price(of=of, cents=cents))
    answer = (await joined(server))[1]
    assert answer["state"] == [["room.price", {"of": "tea", "cents": 3}], ["room.price", {"of": "milk", "cents": 2}]]
    await room(server, "b").price(Price(of="b", cents=0))
    assert len((await joined(server))[1]["state"]) == 2


async def test_members_hear_of_newest_values_as_events() -> None:
    server = app()
    peer, _ = await joined(server)
    await room(server).price(Price(of="tea", cents=1))
    await flushed()
    assert peer.rest() == [["room.price", 0, ADDRESS, {"of": "tea", "cents": 1}]]


async def test_a_key_can_be_forgotten() -> None:
    server = app()
    here = room(server)
    await here.price(Price(of="tea", cents=1))
    await here.price(Price(of="milk", cents=2))
    await here.forget("price", "tea")
    assert [payload["of"] for _, payload in (await joined(server))[1]["state"]] == ["milk"]
    with pytest.raises(UsageError, match="has no latest event added"):
        await here.forget("added")
    with pytest.raises(UsageError, match="needs its of"):
        await here.forget("price")


async def test_a_recorded_one_is_not_told_twice() -> None:
    server = app()
    here = room(server)
    await here.added(Note(text="first"))
    _, answer = await joined(server)
    since = answer["epoch"], answer["offset"]
    assert await here.topic(Note(text="tea")) == 2
    peer, answer = await joined(server, since)
    assert (answer["recovered"], answer["replay"], answer.get("state")) == (True, 1, None)
    await flushed()
    assert [frame[:2] for frame in peer.rest()] == [["room.topic", 2]]
    _, answer = await joined(server)
    assert answer["state"] == [["room.topic", {"text": "tea"}]]


async def test_it_survives_a_restart(tmp_path: Path) -> None:
    server = app(SqliteStore(tmp_path / "it.db"))
    await room(server).price(Price(of="tea", cents=1))
    await room(server).topic(Note(text="tea"))
    await server.stop()
    server = app(SqliteStore(tmp_path / "it.db"))
    assert sorted((await joined(server))[1]["state"]) == [
        ["room.price", {"of": "tea", "cents": 1}],
        ["room.topic", {"text": "tea"}],
    ]
    await server.stop()


class Slow(MemoryLatest):
    """Gives what it had when it was asked, later."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.reads = 0

    async def read(self, address: str) -> Mapping[tuple[str, str], bytes]:
        self.reads += 1
        found = await super().read(address)
        await self.gate.wait()
        return found


async def test_what_changes_while_it_is_being_read_is_the_newest() -> None:
    values = Slow()
    await values.put("a", "t", '"x"', b"1")
    newest = Newest(values, most_bytes=1000)
    readers = [asyncio.create_task(newest.ready("a")) for _ in range(100)]
    await asyncio.sleep(0)
    newest.hear("a", ("t", '"x"'), b"2")
    newest.hear("a", ("t", '"y"'), b"3")
    newest.hear("a", ("t", '"y"'), None)
    values.gate.set()
    await asyncio.gather(*readers)
    assert newest.state("a") == {("t", '"x"'): b"2"}
    assert values.reads == 1


async def test_keys_and_bytes_are_bounded_and_the_publisher_is_told() -> None:
    newest = Newest(MemoryLatest(), most_bytes=10, most_keys=2)
    await newest.ready("a")
    for key in ("1", "2"):
        newest.admit("a", ("t", key), b"12")
        newest.hear("a", ("t", key), b"12")
        newest.settled("a", ("t", key))
    with pytest.raises(TooManyValues, match="keeps 2 values"):
        newest.admit("a", ("t", "3"), b"1")
    with pytest.raises(TooManyValues, match="too large"):
        newest.admit("a", ("t", "2"), b"x" * 9)
    newest.hear("a", ("t", "1"), None)
    newest.admit("a", ("t", "3"), b"1")


async def test_a_failing_store_raises_in_the_publisher_and_nothing_is_sent(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "it.db")
    server = app(store)
    peer, _ = await joined(server)
    await store.close()
    for saying in (room(server).added(Note(text="a")), room(server).price(Price(of="a", cents=1))):
        with pytest.raises(StoreUnavailable):
            await saying
    await flushed()
    assert peer.rest() == []
    peer.tell("$join", 9, "rooms/b")
    assert (await peer.answer(9))[2]["code"] == "unavailable"


async def history(peer: Peer, ref: int, **options: int) -> Any:
    peer.tell("$history", ref, ADDRESS, options)
    return await peer.answer(ref)


async def test_pages_go_down_from_the_newest_and_up_from_an_offset() -> None:
    server = app()
    for number in range(1, 8):
        await room(server).added(Note(text=str(number)))
    peer, answer = await joined(server)
    page = (await history(peer, 5, limit=3))[2]
    assert page["epoch"] == answer["epoch"]
    assert page["events"] == [["room.added", offset, {"text": str(offset)}] for offset in (5, 6, 7)]
    assert page["more"] is True

    async def offsets(ref: int, **options: int) -> tuple[list[int], bool]:
        page = (await history(peer, ref, **options))[2]
        return [event[1] for event in page["events"]], page["more"]

    assert await offsets(6, limit=3, before=5) == ([2, 3, 4], True)
    assert await offsets(7, limit=3, before=2) == ([1], False)
    assert await offsets(8, limit=3, after=0) == ([1, 2, 3], True)
    assert await offsets(9, limit=30, after=5) == ([6, 7], False)
    assert await offsets(10, limit=30, after=2, before=5) == ([3, 4], False)
    assert await offsets(11, limit=9, after=7) == ([], False)


async def test_c14_history_is_for_members() -> None:
    server = app()
    await room(server).added(Note(text="a"))
    peer = Peer(server)
    await welcome(peer)
    assert (await history(peer, 3, limit=3))[2]["code"] == "not_joined"
    peer.tell("$join", 1, "rooms/b")
    await peer.answer(1)
    assert (await history(peer, 4, limit=3))[2]["code"] == "not_joined"


@pytest.mark.parametrize("options", [{"limit": 0}, {"limit": -1}, {"limit": 1.5}, {"after": -1}, {"before": "x"}])
async def test_a_malformed_query_is_told(options: dict[str, Any]) -> None:
    peer, _ = await joined(app())
    assert (await history(peer, 3, **options))[2]["code"] == "malformed"


async def test_a_page_is_capped_in_bytes_and_never_empty() -> None:
    server = app()
    for _ in range(40):
        await room(server).added(Note(text="x" * 390))
    peer, _ = await joined(server)
    page = (await history(peer, 3, limit=1000))[2]
    assert 10 < len(page["events"]) < 40
    assert page["more"] is True


class Wire:
    """A server's link that a socket of a client reads from."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[str] = asyncio.Queue()

    def write(self, frames: Sequence[bytes]) -> None:
        for frame in frames:
            self.waiting.put_nowait(frame.decode())

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        pass


class InProcess:
    """A client's socket, led straight to a server."""

    def __init__(self, server: App) -> None:
        self._server = server
        self._wire = Wire()
        self._connection = server.connect(self._wire, "rtgen.v1.json")

    async def __call__(self, _url: str, *_more: object) -> Socket:
        return self

    async def send(self, frame: bytes) -> None:
        self._connection.receive(frame.decode())

    async def receive(self) -> str | bytes:
        return await self._wire.waiting.get()

    async def close(self, code: int, reason: str) -> None:
        self._server.disconnected(self._connection)


class Joined(JoinedChannel[RoomParams]):
    """A room at a client."""

    @property
    def price(self) -> Any:
        return self._events(PRICE)


async def test_a_python_client_begins_with_the_newest_values() -> None:
    server = app()
    here = room(server)
    await here.price(Price(of="tea", cents=1))
    await here.price(Price(of="milk", cents=2))
    async with Client(CONTRACT, "ws://test", connect=InProcess(server)) as client:
        it = await client._join(Joined, ROOM, RoomParams(name="a"))
        listening = it.price.listen()
        assert [(await anext(listening)).payload.of for _ in range(2)] == ["tea", "milk"]
        await here.price(Price(of="tea", cents=3))
        assert (await anext(listening)).payload.cents == 3
        assert [(await anext(it.price.listen())).payload.cents] == [3]


async def test_a_python_client_reads_the_history_both_ways() -> None:
    server = app()
    for number in range(1, 8):
        await room(server).added(Note(text=str(number)))
    async with Client(CONTRACT, "ws://test", connect=InProcess(server)) as client:
        it = await client._join(Joined, ROOM, RoomParams(name="a"))
        assert [each.offset async for each in it.history(page=3)] == [7, 6, 5, 4, 3, 2, 1]
        assert [each.offset async for each in it.history(before=4, page=2)] == [3, 2, 1]
        assert [each.payload.text async for each in it.history(after=4, page=2)] == ["5", "6", "7"]
        reading = it.history(page=3)
        assert (await anext(reading)).event == "added"
        server.use_store(MemoryStore())
        await room(server).added(Note(text="anew"))
        with pytest.raises(HistoryChanged):
            [each async for each in reading]
