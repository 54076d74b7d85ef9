"""The Python client over real sockets: what it keeps over a break, what it says, and what it leaves behind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from breakable_sockets import Network, Played
from kept_conversation import ADD, ADDED, CONTRACT, HINT, PRICE, ROOM, Note, Price, RoomParams, Rooms, app, room
from rtgen_runtime import Disconnected, NotConnected, RequestFailed, RequestTimeout, listen
from rtgen_runtime.app import App
from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.effects import Status
from rtgen_runtime.client.events import FellBehind
from rtgen_runtime.client.processed import Load
from rtgen_runtime.client.socket import Encoding, SocketClosed
from rtgen_runtime.errors import ConnectionClosed, UsageError


class Joined(JoinedChannel[RoomParams]):
    """A room at a client."""

    async def add(self, text: str) -> str:
        return (await self._ask(ADD, Note(text=text))).text

    @property
    def added(self) -> Any:
        return self._events(ADDED)

    @property
    def hint(self) -> Any:
        return self._events(HINT)

    @property
    def price(self) -> Any:
        return self._events(PRICE)


async def enter(client: Client, name: str = "a", load: Load | None = None) -> Joined:
    return await client._join(Joined, ROOM, RoomParams(name=name), load)


@dataclass
class Served:
    app: App
    rooms: Rooms
    url: str


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    rooms = Rooms()
    server = app(rooms=rooms)
    async with listen(server) as listening:
        yield Served(server, rooms, listening.url)


async def until(client: Client, status: Status) -> None:
    async with asyncio.timeout(10):
        async for each in client.statuses:
            if each is status:
                return


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
async def test_nothing_recorded_is_missed_over_a_break(served: Served, encoding: Encoding) -> None:
    network = Network(encoding)
    async with Client(CONTRACT, served.url, encoding=encoding, connect=network) as client:
        here = await enter(client)
        heard = here.added.listen()
        for number in range(1, 4):
            await room(served.app).added(Note(text=f"{number}a"))
            assert (await anext(heard)).payload.text == f"{number}a"
            network.break_off()
            await room(served.app).added(Note(text=f"{number}b"))
            assert (await anext(heard)).payload.text == f"{number}b"
        assert here.recovered is True
        assert len(network.sockets) == 4


async def test_an_idempotent_request_takes_effect_once_over_a_break(served: Served) -> None:
    network = Network()
    served.rooms.gate.clear()
    async with Client(CONTRACT, served.url, connect=network) as client:
        here = await enter(client)
        asking = asyncio.create_task(here.add("x"))
        await served.rooms.entered.wait()
        network.break_off()
        await until(client, Status.RECONNECTING)
        await until(client, Status.READY)
        served.rooms.gate.set()
        assert await asking == "x 1"
        assert served.rooms.effects == ["x"]


async def test_a_request_that_never_arrived_is_sent_again(served: Served) -> None:
    network = Network()
    async with Client(CONTRACT, served.url, connect=network) as client:
        here = await enter(client)
        network.sockets[-1].is_mute = True
        asking = asyncio.create_task(here.add("x"))
        await asyncio.sleep(0)
        network.break_off()
        assert await asking == "x 1"
        assert served.rooms.effects == ["x"]


async def test_a_cancelled_request_leaves_no_ref(served: Served) -> None:
    served.rooms.gate.clear()
    async with Client(CONTRACT, served.url) as client:
        here = await enter(client)
        asking = asyncio.create_task(here.add("x"))
        await served.rooms.entered.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert (client._machine.waiting, client._requests) == (frozenset(), {})
        served.rooms.gate.set()
        assert await here.add("y") == "y 2"


async def test_a_cancelled_join_leaves_no_membership() -> None:
    server = Played()
    server.say("$welcome", WELCOME)
    async with Client(CONTRACT, "ws://test", connect=server) as client:
        joining = asyncio.create_task(enter(client))
        also = asyncio.create_task(enter(client))
        for wanted in ("$hello", "$join"):
            assert (await server.sent.get())[0] == wanted
        joining.cancel()
        await asyncio.wait([joining])
        assert client._joins.channels, "another one still waits for it"
        also.cancel()
        await asyncio.wait([also])
        assert (await server.sent.get())[0] == "$leave"
        assert client._joins.channels == {}


async def test_closing_settles_everything_and_leaves_no_task(served: Served) -> None:
    before = asyncio.all_tasks()
    served.rooms.gate.clear()
    client = Client(CONTRACT, served.url)
    async with client:
        here = await enter(client)
        asking = asyncio.create_task(here.add("x"))
        heard = here.added.listen()
        await served.rooms.entered.wait()
    with pytest.raises(Disconnected):
        await asking
    with pytest.raises(StopAsyncIteration):
        await anext(heard)
    served.rooms.gate.set()
    with pytest.raises(NotConnected):
        await here.add("y")
    assert client.status is Status.CLOSED
    left = {task for task in asyncio.all_tasks() - before if "rtgen_runtime/client" in str(task.get_coro())}
    assert not left


async def test_a_draining_server_is_left_without_a_gap(served: Served) -> None:
    other = app(store=None, rooms=served.rooms)
    async with listen(other) as elsewhere:
        network = Network()
        urls = [served.url, elsewhere.url]

        async def connect(_url: str) -> Any:
            return await network(urls[min(len(network.sockets), 1)])

        async with Client(CONTRACT, served.url, connect=connect) as client:
            here = await enter(client)
            statuses = client.statuses.listen()
            assert (await anext(statuses)).payload is Status.READY
            heard = here.hint.listen()
            await served.app.drain(within=0.2)
            room(other).hint(Note(text="x"))
            assert (await anext(heard)).payload.text == "x"
            assert (client.status, len(network.sockets)) == (Status.READY, 2)
            assert statuses._queue.__len__() == 0, "the connection never was away"


async def test_positions_are_those_of_finished_events(served: Served) -> None:
    async with Client(CONTRACT, served.url) as client:
        here = await enter(client)
        assert here.processed is not None
        epoch = here.processed[0]
        heard = here.added.listen()
        for text in "abc":
            await room(served.app).added(Note(text=text))
        await anext(heard)
        assert here.processed == (epoch, 0), "the first one may still be in work"
        await anext(heard)
        assert client.positions == {"rooms/a": (epoch, 1)}
        kept = client.positions
    async with Client(CONTRACT, served.url, positions=kept) as client:
        here = await enter(client)
        await room(served.app).added(Note(text="d"))
        while client._machine.position("rooms/a") != (epoch, 4):  # all has come before anybody listens
            await asyncio.wait([asyncio.create_task(here.add("full"))])
        listening = here.added.listen()
        assert [(await anext(listening)).payload.text for _ in range(3)] == ["b", "c", "d"]
        assert (here.recovered, here.processed) == (True, (epoch, 3))


async def test_data_from_elsewhere_is_loaded_again_after_a_gap(served: Served) -> None:
    loaded: list[int] = []
    again = asyncio.Event()
    network = Network()

    async def load() -> tuple[str, int] | None:
        position = await room(served.app).position()
        loaded.append(position[1])
        if len(loaded) > 1:
            again.set()
        return position

    for text in "abc":
        await room(served.app).added(Note(text=text))
    async with Client(CONTRACT, served.url, connect=network) as client:
        here = await enter(client, load=load)
        heard = here.added.listen()
        await room(served.app).added(Note(text="d"))
        assert (await anext(heard)).offset == 4
        assert loaded == [3]
        resyncs = here.resyncs.listen()
        await room(served.app).invalidate()
        assert (await anext(resyncs)).payload == "invalidated"
        await again.wait()
        await room(served.app).added(Note(text="e"))
        assert (await anext(heard)).payload.text == "e"
        assert len(loaded) == 2


async def test_g6_callbacks_hear_everything_even_when_one_fails(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(CONTRACT, served.url) as client:
        here = await enter(client)
        heard: list[str] = []

        def fail(_received: Any) -> None:
            raise ValueError("of the application")

        here.hint.subscribe(fail)
        stop = here.hint.subscribe(lambda received: heard.append(received.payload.text))
        listening = here.hint.listen()
        room(served.app).hint(Note(text="x"))
        await anext(listening)
        stop()
        room(served.app).hint(Note(text="y"))
        await anext(listening)
        assert heard == ["x"]
        assert caplog.text.count("a listener failed") == 2


async def test_a_slow_iteration_ends_or_drops_as_it_was_told(served: Served) -> None:
    async with Client(CONTRACT, served.url) as client:
        here = await enter(client)
        ends, drops = here.hint.listen(most=2), here.hint.listen(most=2, overflow="drop oldest")
        all_of_them = here.hint.listen()
        for text in "abc":
            room(served.app).hint(Note(text=text))
        for _ in "abc":
            await anext(all_of_them)
        assert [(await anext(drops)).payload.text for _ in range(2)] == ["b", "c"]
        assert drops.dropped == 1
        assert [(await anext(ends)).payload.text for _ in range(2)] == ["a", "b"]
        with pytest.raises(FellBehind):
            await anext(ends)


async def test_newest_values_and_refusals(served: Served) -> None:
    await room(served.app).price(Price(of="tea", cents=1))
    async with Client(CONTRACT, served.url) as client:
        here = await enter(client)
        assert (await anext(here.price.listen())).payload.cents == 1
        with pytest.raises(RequestFailed) as raised:
            await here.add("boom")
        assert raised.value.code == "internal"


WELCOME: dict[str, Any] = {
    "session": "s.x",
    "version": "1.0.0",
    "heartbeat": {"every": 25, "slack": 10},
    "limits": {"frame": 1, "channels": 1, "outbox": 1},
}


async def test_g1_what_a_server_may_not_send_is_counted_and_dropped() -> None:
    server = Played()
    server.say("$welcome", WELCOME)
    async with Client(CONTRACT, "ws://test", connect=server) as client:
        joining = asyncio.create_task(enter(client))
        await server.sent.get()
        ref = (await server.sent.get())[1]
        server.say("$joined", 99, "rooms/a", {"epoch": "e", "offset": 9, "recovered": True, "replay": 0})
        server.say("$joined", ref, "rooms/a", {"epoch": "e", "offset": 3, "recovered": False, "replay": 0})
        here = await joining
        heard = here.added.listen()
        server.say("room.added", 4, "rooms/a", {"text": 7})
        server.say("room.later", 5, "rooms/a", {})
        server.incoming.put_nowait("{")
        server.say("room.added", 3, "rooms/a", {"text": "old"})
        server.say("room.added", 9, "rooms/a", {"text": "a gap"})
        assert (await anext(heard)).payload.text == "a gap"
        assert client.ignored == 3
        assert client._machine.position("rooms/a") == ("e", 9)


async def test_g2_a_hostile_server_does_no_harm() -> None:
    server = Played()
    server.say("$welcome", {**WELCOME, "heartbeat": {"every": -1e300, "slack": -5}, "auth": {"ttl": -7}})
    async with Client(CONTRACT, "ws://test", connect=server) as client:
        server.incoming.put_nowait("[" * 100_000)
        server.say("$drain", {"within": -1, "to": "javascript:alert(1)"})
        server.say("$resync", "rooms/a", {"epoch": "e", "after": 1e308, "reason": "x"})
        server.incoming.put_nowait(SocketClosed(4400, "<script>alert(1)</script>"))
        assert [each async for each in client.statuses][-1] is Status.CLOSED
        with pytest.raises(ConnectionClosed):
            await enter(client)


async def test_a_way_to_connect_that_fails_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    server = Played()
    server.say("$welcome", WELCOME)

    async def connect(url: str) -> Any:
        if not caplog.records:
            raise ZeroDivisionError
        return await server(url)

    async with Client(CONTRACT, "ws://test", connect=connect) as client:
        assert client.status is Status.READY
    assert "connecting failed" in caplog.text
    with pytest.raises(UsageError):
        Client(CONTRACT, "http://test")


@pytest.mark.parametrize("given", ["raises", "hangs"])
async def test_g5_a_getter_of_tokens_that_fails_is_asked_again_later(given: str) -> None:
    asked = asyncio.Event()

    async def token() -> str:
        asked.set()
        if given == "raises":
            raise OSError("no network")
        await asyncio.Event().wait()
        return ""

    server = Played()
    client = Client(CONTRACT, "ws://test", token=token, connect=server)
    entering = asyncio.create_task(client.__aenter__())
    await asked.wait()
    await asyncio.sleep(0)
    assert server.opened == 0
    statuses = client.statuses.listen()
    entering.cancel()
    await asyncio.wait([entering])
    assert (await anext(statuses)).payload in {Status.CONNECTING, Status.RECONNECTING}
    assert [each.payload async for each in statuses][-1] is Status.CLOSED


async def test_a_join_without_an_answer_is_given_up() -> None:
    server = Played()
    server.say("$welcome", WELCOME)
    async with Client(CONTRACT, "ws://test", connect=server) as client:
        joining = asyncio.create_task(enter(client))
        await server.sent.get()
        await server.sent.get()
        late = asyncio.get_running_loop().time() + 11
        client._apply(client._machine.tick(late))
        with pytest.raises(RequestTimeout):
            await joining
        assert client._joins.channels == {}
