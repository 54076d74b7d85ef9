"""Row E9 on one node, and traps 16 and 17: many come at once, and clocks that go back."""

import asyncio
import json
from random import Random
from typing import Any

from member_server import CONTRACT, Server, settled
from rtgen_runtime.client.effects import Open
from rtgen_runtime.client.machine import ClientMachine
from rtgen_runtime.frames import Drain, DrainInfo, encode
from rtgen_runtime.stores.memory import MemoryStore
from small_conversation import Note
from small_server import Peer

A = "rooms/a"
STORM = 300


class Counted:
    """A history whose reads are counted."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.reads = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def read(self, *given: Any, **named: Any) -> Any:
        self.reads += 1
        return await self._inner.read(*given, **named)


async def test_e9_a_storm_with_positions_is_served_from_shared_memory() -> None:
    store: Any = MemoryStore()
    counted = store.history = Counted(store.history)
    server = Server(store=store)
    room = server.here()
    for number in range(20):
        await room.added(Note(text=str(number)))
    epoch = (await room.position()).epoch
    before = counted.reads
    peers = [Peer(server.app) for _ in range(STORM)]
    for number, peer in enumerate(peers):
        await peer.greet(client=f"c{number}")
    for peer in peers:
        peer.tell("$join", 1, A, {"since": [epoch, 10]})
    for peer in peers:
        kind, _, _, info = await peer.next()
        assert (kind, info["recovered"], info["replay"]) == ("$joined", True, 10)
        missed = [(await peer.next()) for _ in range(10)]
        assert [(frame[0], frame[1]) for frame in missed] == [("room.added", offset) for offset in range(11, 21)]
    assert room.count == STORM
    assert 1 <= counted.reads - before <= 2
    await server.app.stop()


async def test_trap_16_a_clock_set_back_disturbs_neither_deadlines_nor_order() -> None:
    wall = 1_800_000_000.0
    server = Server()
    server.app.time.follow(lambda: server.now, lambda: wall)
    client = await server.client(A)
    room = server.here()
    offsets = [await room.added(Note(text="before"))]
    wall -= 3600.0
    offsets.append(await room.added(Note(text="after")))
    beat = CONTRACT.heartbeat
    await server.pass_time(beat.every + 0.5)
    client.tell("$pong", 1)
    await server.pass_time(beat.every)
    assert client.socket.closed == []
    assert offsets == [1, 2]
    epoch = (await room.position()).epoch
    late = await server.client()
    late.tell("$join", 1, A, {"since": [epoch, 0]})
    joined = await late.hear("$joined")
    assert (joined[3]["recovered"], joined[3]["replay"]) == (True, 2)
    await settled()
    server.app.wheel.stop()


def test_trap_17_clients_told_to_move_come_spread_over_the_window() -> None:
    """The curve is measured in benchmarks/draining.py; here: nobody before or after, and no crowd at any moment."""
    chance, arrivals = Random(17), []  # noqa: S311  (chance, not a secret)
    for _ in range(200):
        machine = ClientMachine(CONTRACT, "c", chance.random)
        (number,) = [each.link for each in machine.start(0.0) if isinstance(each, Open)]
        machine.opened(number, 0.0)
        limits = {"frame": 1, "channels": 1, "outbox": 1}
        welcome = {"session": "s", "version": "1.0.0", "heartbeat": {"every": 25, "slack": 10}, "limits": limits}
        machine.received(number, json.dumps(["$welcome", welcome]), 0.0)
        machine.received(number, encode(Drain(DrainInfo(within=15.0))), 100.0)
        now = 100.0
        while not any(isinstance(each, Open) for each in machine.tick(now)):
            now = max(now, machine.next_deadline())
        arrivals.append(now - 100.0)
    assert 0 <= min(arrivals) < 1
    assert 14 < max(arrivals) <= 15
    assert max(sum(1 for each in arrivals if second <= each < second + 1) for second in range(15)) < 40


async def test_trap_17_every_one_of_a_thousand_is_told_and_gone_when_the_drain_ends() -> None:
    app = Server().app
    peers = [Peer(app) for _ in range(1000)]
    for number, peer in enumerate(peers):
        await peer.greet(client=f"c{number}")
    draining = asyncio.create_task(app.drain(60.0))
    for peer in peers:
        assert (await peer.next())[0] == "$drain"
        peer.drop()
    await draining
    assert app.connections == 0
    await app.stop()
