"""Speaking from other threads, through the loop that serves."""

import asyncio

import pytest
from member_server import Server
from rtgen_runtime import InvalidPayload, UsageError, listen
from small_conversation import Note


async def test_a_thread_speaks_through_the_loop_and_gets_what_it_gives() -> None:
    server = Server()
    room = server.here()

    def work() -> int:
        server.app.from_thread(lambda: room.hint(Note(text="psst")))
        offset: int = server.app.from_thread(lambda: room.added(Note(text="kept")))
        with pytest.raises(InvalidPayload):
            server.app.from_thread(lambda: room.added(Note(text="")))
        return offset

    async with listen(server.app):
        client = await server.client("rooms/a")
        assert await asyncio.to_thread(work) == 1
        heard = [frame[0] for frame in await client.heard() if frame[0].startswith("room.")]
        assert heard == ["room.hint", "room.added"]


async def test_the_loops_own_thread_is_refused_and_so_is_an_app_that_nobody_serves() -> None:
    server = Server()
    with pytest.raises(UsageError, match="nothing serves"):
        await asyncio.to_thread(server.app.from_thread, lambda: server.here().count)
    async with listen(server.app):
        with pytest.raises(UsageError, match="own thread"):
            server.app.from_thread(lambda: server.here().count)
    with pytest.raises(UsageError, match="nothing serves"):
        await asyncio.to_thread(server.app.from_thread, lambda: server.here().count)
