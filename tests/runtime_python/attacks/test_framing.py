"""Broken framing, group D of the list of attacks, on real sockets of both transports."""

import asyncio
import json

import pytest
from attacked_server import JSON, request, served
from rtgen_runtime import codes
from small_conversation import HELLO
from websockets.asyncio.client import connect

pytestmark = pytest.mark.usefixtures("each_transport")


class TestD8D9:
    """Broken framing, left to the library: it closes with a code of RFC 6455, and the server lives."""

    @pytest.mark.parametrize(
        ("name", "sent"),
        [
            ("unmasked", b"\x81\x02hi"),
            ("reserved bit", b"\xc1\x80\x00\x00\x00\x00"),
            ("reserved opcode", b"\x83\x80\x00\x00\x00\x00"),
            ("long control", b"\x89\xfe\x00\x7e" + b"\x00" * 130),
            ("fragmented control", b"\x09\x80\x00\x00\x00\x00"),
            ("bad close code", b"\x88\x82\x00\x00\x00\x00\x00\x01"),
            ("close of one byte", b"\x88\x81\x00\x00\x00\x00\x01"),
            ("continuation of nothing", b"\x80\x80\x00\x00\x00\x00"),
            ("two beginnings", b"\x01\x80\x00\x00\x00\x00" * 2),
            ("invalid UTF-8", b"\x81\x82\x00\x00\x00\x00\xff\xfe"),
            ("more than the limit", b"\x81\xff\x00\x00\x00\x7f\xff\xff\xff\xff\x00\x00\x00\x00"),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    async def test_d9_closes_with_a_code_of_the_rfc(self, name: str, sent: bytes) -> None:
        async with served() as it:
            reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
            writer.write(request("Host: x", "Sec-WebSocket-Protocol: rtgen.v1.json"))
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            writer.write(sent)
            answer = await asyncio.wait_for(reader.readexactly(4), 10)
            assert answer[0] == 0x88, name
            assert int.from_bytes(answer[2:], "big") in {1002, 1007, 1009}
            writer.close()
            assert await it.is_well()

    async def test_d8_an_unfinished_message_does_not_outlive_the_hello_deadline(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("rtgen_runtime.session.HELLO_DEADLINE", 0.2)
        async with served() as it:
            reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
            writer.write(request("Host: x", "Sec-WebSocket-Protocol: rtgen.v1.json"))
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            writer.write(b"\x01\x81\x00\x00\x00\x00[" + b"\x00\x81\x00\x00\x00\x00 " * 20)
            answer = await asyncio.wait_for(reader.readexactly(4), 10)
            assert (answer[0], int.from_bytes(answer[2:], "big")) == (0x88, codes.HELLO_TIMEOUT.code)
            writer.close()
            assert await it.is_well()

    async def test_d8_pings_and_empty_fragments_between(self) -> None:
        async with served() as it, connect(it.url, subprotocols=JSON) as socket:
            parts = ["", *json.dumps(HELLO), ""]
            await socket.send(iter(parts))
            assert json.loads(await socket.recv())[0] == "$welcome"
