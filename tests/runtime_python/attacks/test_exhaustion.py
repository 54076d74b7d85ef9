"""Rows E1, E3, E4, E5 and E8 of the attack table: who wants too much costs a bounded amount, and goes."""

import asyncio
import gc
from typing import Any

from member_server import CONTRACT, Server, settled, tags
from rtgen_runtime.answers import MAX_WAITING
from rtgen_runtime.connection import MOST_QUEUED
from rtgen_runtime.limiting import MOST_REFUSED
from rtgen_runtime.sampling import MOST_INVALID
from small_conversation import Note

A = "rooms/a"


async def test_e1_a_reader_that_stops_is_closed_within_its_bound_and_others_hear_all() -> None:
    server = Server()
    stuck, other = await server.client(A), await server.client(A)
    stuck.socket.fast = False
    most = 0
    for _ in range(500):
        server.here().hint(Note(text="12345678"))
        await asyncio.sleep(0)
        most = max(most, stuck.connection.outbox.size)
        if stuck.socket.closed:
            break
    assert stuck.socket.closed == [4101]
    assert most <= CONTRACT.limits.outbox
    assert not other.socket.closed
    assert server.here().count == 1


async def test_e1_a_slow_reader_of_relays_gets_the_newest_of_each_sender_and_stays() -> None:
    server = Server()
    slow, ann, bob = [await server.client(A) for _ in range(3)]
    slow.socket.fast = False
    for number in range(2000):
        for each in (ann, bob):
            each.tell("room.wave", 0, A, {"text": f"{number}"})
        await asyncio.sleep(0)
    slow.socket.hurry()
    await settled()
    waves = [frame for frame in await slow.heard() if frame[0] == "room.wave"]
    assert {frame[4]["by"]: frame[3]["text"] for frame in waves} == {ann.session: "1999", bob.session: "1999"}
    assert len(waves) < 10
    assert not slow.socket.closed


async def flooded(server: Server, *frame: Any, times: int = MOST_REFUSED + 3000) -> tuple[list[Any], list[int]]:
    """What a client gets that sends one frame over and over in no time, and how it is closed."""
    client = await server.client(A)
    for number in range(times):
        client.tell(*[number + 10 if part == "REF" else part for part in frame])
        if client.socket.closed:
            break
        if number % 50 == 0:
            await asyncio.sleep(0)
    return await client.heard(), client.socket.closed


async def test_e3_ping_join_state_list_and_history_floods_are_refused_and_in_the_end_closed() -> None:
    for frame in (
        ("$ping", 1),
        ("$join", "REF", A),
        ("$leave", "REF", A),
        ("$state", "REF", A, {"text": "x"}),
        ("$members", "REF", A),
        ("$history", "REF", A, {"limit": 1}),
    ):
        heard, closed = await flooded(Server(), *frame)
        refused = [each[2] for each in heard if each[0] == "$error" and each[2]["code"] == "rate_limited"]
        assert refused, frame
        assert all(each["retryable"] and each["retryAfter"] > 0 for each in refused)
        assert closed == [4106], frame


async def test_e3_an_event_over_its_limit_is_refused_with_when_to_try_again() -> None:
    server = Server()
    client = await server.client(A)
    for _ in range(5):
        client.tell("room.seen", 0, A, {"text": "x"})
    assert server.room.calls == ["join", "seen x", "seen x"]
    (error,) = await client.heard()
    assert (error[1], error[2]["code"], error[2]["tag"]) == (0, "rate_limited", "room.seen")
    server.now += error[2]["retryAfter"]
    client.tell("room.seen", 0, A, {"text": "y"})
    assert server.room.calls[-1] == "seen y"
    _, closed = await flooded(server, "room.seen", 0, A, {"text": "x"})
    assert closed == [4106]


async def test_e3_invalid_frames_end_the_connection() -> None:
    server = Server()
    client = await server.client(A)
    for number in range(MOST_INVALID + 1):
        client.tell("room.add", number + 10, A, {"text": ""})
    await settled()
    assert client.socket.closed == [4405]
    assert server.room.calls == ["join", "leave"]


async def test_e4_addresses_are_capped_and_empty_ones_cost_nothing() -> None:
    server = Server()
    for _ in range(40):
        client = await server.client()
        for number in range(8):
            client.tell("$join", number + 1, f"rooms/r{number}")
        await settled()
        assert len(client.connection._session.memberships) == CONTRACT.limits.channels
        codes = [frame[2]["code"] for frame in await client.heard() if frame[0] == "$error"]
        assert codes == ["too_many_channels"] * 4
        client.drop()
    await settled()
    assert server.app.hub._rooms == {}
    assert server.app.board.addresses == 0


async def test_e5_requests_in_flight_are_capped_and_what_they_held_is_freed() -> None:
    server, gate = Server(), asyncio.Event()

    async def add(_ctx: Any, payload: Note) -> Note:
        await gate.wait()
        return payload

    server.room.on_add = add
    client = await server.client(A)
    for ref in range(10, 10 + 2 * MAX_WAITING):
        client.tell("room.add", ref, A, {"text": "x"})
    refused = await client.heard()
    assert [frame[2]["code"] for frame in refused] == ["overloaded"] * MAX_WAITING
    gate.set()
    await client.connection.drained()
    assert tags(await client.heard()) == ["$reply"] * MAX_WAITING
    assert client.connection.lanes.waiting == 0


async def test_e5_events_without_answers_are_capped_too() -> None:
    server, gate = Server(), asyncio.Event()

    async def add(_ctx: Any, payload: Note) -> Note:
        await gate.wait()
        return payload

    server.room.on_add = add
    client = await server.client(A)
    for _ in range(3 * MOST_QUEUED):
        client.tell("room.add", 0, A, {"text": "x"})
    assert client.connection.lanes.waiting == MOST_QUEUED
    (error,) = await client.heard()
    assert error[2]["code"] == "overloaded"
    client.drop()
    client.connection.cancel()
    await client.connection.drained()
    assert client.connection.lanes.waiting == 0


async def test_e5_a_server_keeps_nothing_of_clients_that_are_gone() -> None:
    server = Server()
    tasks = len(asyncio.all_tasks())
    for _ in range(50):
        client = await server.client(A)
        client.tell("$state", 5, A, {"text": "x"})
        client.drop()
    await server.pass_time(0.25)
    await server.pass_time(5.0)
    gc.collect()
    assert len(asyncio.all_tasks()) == tasks
    assert not server.app._connections
    assert server.app.hub._rooms == {}
    assert server.app.board.addresses == 0


async def test_e8_errors_without_a_ref_are_sampled() -> None:
    server = Server()
    client = await server.client(A)
    for _ in range(50):
        client.tell("room.nothing", 0, A, None)
    (first,) = await client.heard()
    assert first[2]["count"] == 1
    server.now += 1.0
    client.tell("room.nothing", 0, A, None)
    (second,) = await client.heard()
    assert second[2]["count"] == 50
