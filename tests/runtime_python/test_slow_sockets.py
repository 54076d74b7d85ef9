"""A real socket whose client stops reading: what conflates waits in one slot, and the last of it arrives."""

import asyncio
import json

import pytest
from member_server import ROOM, WAVE, Server
from rtgen_runtime import listen
from rtgen_runtime.router import Place
from small_conversation import RoomParams
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

A = "rooms/a"
HELLO = ["$hello", {"contract": "small", "version": "1.2.0", "client": "slow"}]

pytestmark = pytest.mark.usefixtures("each_transport")


async def test_a_client_that_pauses_gets_the_newest_of_each_sender_and_stays() -> None:
    server, place = Server(), Place(ROOM, A, RoomParams(name="a"))
    async with (
        listen(server.app) as listening,
        connect(listening.url, subprotocols=[Subprotocol("rtgen.v1.json")], compression=None, max_queue=None) as socket,
    ):
        for frame in (HELLO, ["$join", 1, A]):
            await socket.send(json.dumps(frame))
            await socket.recv()
        socket.transport.pause_reading()
        number = 0
        async with asyncio.timeout(30):
            while server.app.flusher.counts.conflated < 100:
                number += 1
                server.app.hub.forward(place, WAVE, f'{{"text":"{number}"}}'.encode(), "s1")
                await asyncio.sleep(0)
        socket.transport.resume_reading()
        heard = 0
        async with asyncio.timeout(30):
            while heard != number:
                last = json.loads(await socket.recv())
                assert int(last[3]["text"]) > heard
                heard = int(last[3]["text"])
        assert server.here().count == 1
    assert server.app.flusher.counts.overflowed == 0
