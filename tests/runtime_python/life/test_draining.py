"""A server empties itself: clients are told, served until they go, and sent away when they stay (row F8 in part)."""

import asyncio
from typing import Any

import msgspec
import pytest
from member_server import ADDED, Server, settled
from rtgen_runtime import Settings, codes
from rtgen_runtime.app import App
from rtgen_runtime.draining import _BATCH, asked
from rtgen_runtime.transports.http import HttpRequest
from slow_sockets import SlowSocket
from small_conversation import Note
from small_server import Peer

HELLO = {"contract": "small", "version": "1.2.0", "hash": ""}
A = "rooms/a"


async def ready(app: App) -> int:
    answer = await app.routes.answer(HttpRequest("GET", "/ready"))
    assert answer is not None
    return answer.status


async def member(app: App, name: str) -> Peer:
    peer = Peer(app)
    await peer.greet(client=name)
    await peer.join(1, A)
    return peer


async def said(peer: Peer, tag: str) -> Any:
    """The next frame with this tag."""
    while True:
        frame = await peer.next()
        if frame[0] == tag:
            return frame


async def test_clients_are_told_and_served_until_they_go() -> None:
    app = Server().app
    one, two = await member(app, "one"), await member(app, "two")
    draining = asyncio.create_task(app.drain(60.0))
    assert (await said(one, "$drain"))[1] == {"within": 57.0}
    assert (await said(two, "$drain"))[1] == {"within": 57.0}
    one.tell("room.add", 7, A, {"text": "still"})
    assert (await said(one, "$reply"))[1] == 7
    one.drop()
    two.tell("room.add", 8, A, {"text": "me too"})
    assert (await said(two, "$reply"))[1] == 8
    assert not draining.done()
    two.drop()
    await draining


@pytest.mark.parametrize(("window", "told"), [(600.0, 597.0), (15.0, 12.0), (12.0, 9.0), (2.0, 1.5), (0.0, 0.0)])
def test_who_draws_the_last_moment_still_has_time_to_move(window: float, told: float) -> None:
    """A quarter, at most 3 s: a client that begins at the end of `within` has to connect, join and be answered."""
    assert asked(window).within == told


async def test_who_stays_is_sent_away_with_now_in_batches() -> None:
    app = Server().app
    peers = [Peer(app) for _ in range(_BATCH + 1)]
    for number, peer in enumerate(peers):
        await peer.greet(client=f"c{number}")
    draining = asyncio.create_task(app.drain(0.01))
    await asyncio.wait([peer.closed for peer in peers], return_when=asyncio.FIRST_COMPLETED)
    assert [peer.closed.done() for peer in peers].count(False) == 1
    await draining
    assert {await peer.ended() for peer in peers} == {codes.STOPPING.code}
    assert codes.verdict(codes.STOPPING.code) is codes.Verdict.NOW


async def test_newcomers_are_told_to_try_elsewhere_and_so_is_the_balancer() -> None:
    app = Server().app
    inside = await member(app, "inside")
    assert await ready(app) == 200
    draining = asyncio.create_task(app.drain(60.0))
    await said(inside, "$drain")
    late = Peer(app)
    assert (await late.next())[2]["code"] == "overloaded"
    assert await late.ended() == codes.OVERLOADED.code
    assert codes.verdict(codes.OVERLOADED.code) is codes.Verdict.BACKOFF
    assert await ready(app) == 503
    health = await app.routes.answer(HttpRequest("GET", "/health"))
    assert health is not None
    assert health.status == 200
    inside.drop()
    await draining


async def test_f8_drained_twice_the_shorter_time_wins_and_both_end() -> None:
    app = Server().app
    peer = await member(app, "one")
    patient = asyncio.create_task(app.drain(60.0))
    assert (await said(peer, "$drain"))[1]["within"] == 57.0
    lenient = asyncio.create_task(app.drain(120.0))
    hurried = asyncio.create_task(app.drain(0.0))
    assert await peer.ended() == codes.STOPPING.code
    await asyncio.gather(patient, lenient, hurried)
    assert peer.heard.empty()  # neither a later moment nor one that has passed is worth a frame


async def test_f8_drained_during_a_storm_all_are_told_and_it_ends() -> None:
    app = Server().app
    inside = [await member(app, f"c{number}") for number in range(50)]
    draining = asyncio.create_task(app.drain(0.05))
    stormed: list[Peer] = []
    await settled()
    while not draining.done():
        stormed.append(Peer(app))
        await asyncio.sleep(0)
    await draining
    assert {await peer.ended() for peer in inside} == {codes.STOPPING.code}
    for peer in inside:
        assert (await said(peer, "$drain"))[1]["within"] == asked(0.05).within
    assert {await peer.ended() for peer in stormed} == {codes.OVERLOADED.code}
    assert app.life.doors.refused == len(stormed)
    await app.stop()


async def test_what_waits_in_a_batch_and_what_is_recorded_goes_out_before_the_end() -> None:
    server = Server()
    peer = await member(server.app, "one")
    room = server.here()
    offset = await room.added(Note(text="kept"))
    keeping = asyncio.create_task(room.drawn(Note(text="later")))
    await settled()
    room.moved(Note(text="moving"))
    await server.app.drain(0.0)
    await server.app.stop()
    await keeping
    heard = [peer.heard.get_nowait() for _ in range(peer.heard.qsize())]
    assert [frame[0] for frame in heard if frame[0].startswith("room.")] == [ADDED.tag, "room.drawn", "room.moved"]
    assert (await keeping, offset) == (2, 1)


async def test_running_handlers_get_patience_and_then_no_more() -> None:
    server = Server(settings=Settings(stop_patience=0.05))
    ended: list[str] = []

    async def on_add(_ctx: Any, payload: Note) -> Note:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(payload.text)
        return payload

    server.room.on_add = on_add
    peer = await member(server.app, "one")
    peer.tell("room.add", 2, A, {"text": "hangs"})
    await server.app.drain(0.0)
    await server.app.stop()
    assert ended == ["hangs"]


async def test_an_old_connection_is_asked_to_move_and_then_sent_away() -> None:
    server = Server(settings=Settings(connection_age=10.0, drain_window=2.0))
    client = await server.client(A)
    await server.pass_time(8.9)
    assert "$drain" not in [frame[0] for frame in await client.heard()]
    await server.pass_time(2.3)
    assert [frame[1] for frame in await client.heard() if frame[0] == "$drain"] == [{"within": 1.5}]
    await server.pass_time(2.3)
    assert client.socket.closed == [codes.STOPPING.code]
    young = Server()
    other = await young.client(A)
    await young.pass_time(30.0)
    assert "$drain" not in [frame[0] for frame in await other.heard()]


async def test_who_is_one_too_many_is_refused_until_there_is_room() -> None:
    app = Server(settings=Settings(most_connections=1)).app
    inside = Peer(app)
    assert await ready(app) == 503
    outside = Peer(app)
    assert await outside.ended() == codes.OVERLOADED.code
    inside.drop()
    assert await ready(app) == 200
    await Peer(app).greet()


async def test_a_client_that_is_not_welcome_yet_is_told_right_after() -> None:
    app = Server().app
    socket = SlowSocket()
    connection = app.connect(socket, "rtgen.v1.json")
    draining = asyncio.create_task(app.drain(60.0))
    await asyncio.sleep(0)
    connection.receive(msgspec.json.encode(["$hello", HELLO]).decode())
    await settled()
    assert [msgspec.json.decode(frame)[0] for frame in socket.taken] == ["$welcome", "$drain"]
    app.disconnected(connection)
    await draining
