"""Row E11: an event loop that stood still is noticed, its culprit is named, and nobody is punished for it."""

import asyncio
import json
import logging
import time

import pytest
from member_server import CONTRACT, Server
from rtgen_runtime.lag import EVERY, LoopWatch
from rtgen_runtime.wheel import LATE, SLOT


def a_handler_that_blocks() -> None:
    time.sleep(0.2)  # the deed itself


async def test_e11_a_block_is_measured_and_warned_of_with_its_culprit_in_debug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = LoopWatch(0.05, names_culprits=True)
    seen: asyncio.Queue[float] = asyncio.Queue()
    watch.observe = seen.put_nowait
    watch.start()
    watch.start()
    try:
        await seen.get()
        with caplog.at_level(logging.WARNING, "rtgen.lag"):
            _called_by_the_runtime()
            while await seen.get() < 0.05:
                pass
    finally:
        watch.stop()
    assert watch.worst >= 0.05
    assert watch.blocks == 1
    assert "the event loop stood still" in caplog.text
    assert "in Room.seen, at a_handler_that_blocks (test_lag.py:" in caplog.text
    assert not watch.running
    assert EVERY < 0.25


def _called_by_the_runtime() -> None:
    """A real call: from a frame, through the runtime, into the handler."""
    server = Server()

    async def converse() -> None:
        server.room.on_seen = lambda ctx, payload: a_handler_that_blocks()
        client = await server.client("rooms/a")
        client.tell("room.seen", 9, "rooms/a", {"text": "x"})

    step = converse()
    asyncio.get_running_loop().create_task(step)


async def test_e11_what_lies_unread_after_a_block_is_read_before_anybody_is_silent() -> None:
    server = Server()
    client = await server.client("rooms/a")
    beat = CONTRACT.heartbeat
    loop = asyncio.get_running_loop()
    server.now += beat.every + beat.slack + 5.0  # the loop stood still, and the wheel's turn is late
    turned = server.app.wheel
    turned._turn_in_time()
    loop.call_soon(client.connection.receive, json.dumps(["$pong", 1]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    server.now += SLOT
    turned._turn_in_time()
    assert client.socket.closed == []
    server.app.wheel.stop()


async def test_e11_the_silent_are_still_given_up_after_a_block() -> None:
    server = Server()
    client = await server.client("rooms/a")
    server.now += 100.0
    server.app.wheel._turn_in_time()
    assert client.socket.closed == []
    server.now += LATE + 1.0  # late again: no second grace
    server.app.wheel._turn_in_time()
    assert client.socket.closed == [4001]
    server.app.wheel.stop()
