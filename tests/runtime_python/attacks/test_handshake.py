"""Hostile handshakes, group C of the list of attacks, on real sockets of both transports.

After each one the server must be alive: `Served.is_well` has a second client greet, join and be answered.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from attacked_server import GOOD, JSON, Served, be_impatient, close_code, request, served
from rtgen_runtime import codes, listen
from rtgen_runtime.origins import is_allowed
from rtgen_runtime.settings import Settings
from small_conversation import CONTRACT, HELLO
from small_identity import CLOSED_DOOR, Register, plain
from small_server import Rooms, serving
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus
from websockets.typing import Origin

pytestmark = pytest.mark.usefixtures("each_transport")


class TestC1:
    """Foreign, `null`, missing, upper-case, suffix-trick, two Origin headers."""

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            "HTTPS://APP.EXAMPLE",
            "https://app.example.evil.org",
            "https://app.example:443",
            "https://app.example/",
            "http://app.example",
            "https://xapp.example",
            "https://app.example, https://app.example",
            "*",
            "",
            None,
        ],
    )
    async def test_c1_only_an_exact_origin_may_connect(self, origin: str | None) -> None:
        async with served(origins=[GOOD]) as it:
            headers = None if origin is None else {"Origin": origin}
            async with connect(it.url, subprotocols=JSON, additional_headers=headers) as socket:
                assert json.loads(await socket.recv())[2]["code"] == "wrong_origin"
                assert await close_code(socket) == codes.WRONG_ORIGIN.code
            assert await it.is_well(GOOD)

    async def test_c1_two_origins_are_none(self) -> None:
        assert not is_allowed([GOOD], [GOOD, GOOD])
        async with served(origins=[GOOD]) as it:
            with pytest.raises(InvalidStatus, match="400"):  # by the library, before we see them
                await connect(it.url, subprotocols=JSON, additional_headers=[("Origin", GOOD)] * 2)
            assert await it.is_well(GOOD)

    async def test_c1_programs_without_an_origin_only_if_set_so(self) -> None:
        async with served(origins=[GOOD, None]) as it:
            assert await it.is_well()
            assert await it.is_well(GOOD)
            async with connect(it.url, subprotocols=JSON, origin=Origin("null")) as socket:
                assert await close_code(socket) == codes.WRONG_ORIGIN.code


class TestC2:
    """2,000 headers, a 100 KB header, bad Host, non-ASCII subprotocol, 10,000 subprotocols, smuggled body."""

    @pytest.mark.parametrize(
        ("name", "sent"),
        [
            ("headers", request("Host: x", *(f"X-{number}: 1" for number in range(2000)))),
            ("header", request("Host: x", "X-Long: " + "a" * 100_000)),
            ("line", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("no upgrade", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("post", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
            ("old http", b"GET / HTTP/1.0\r\n\r\n"),
            ("not http", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
            ("spaces", request("Host : x", "X Y: 1")),
            ("chunked", request("Host: x", "Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n")),
            ("length", request("Host: x", "Content-Length: 4", body=b"GET ")),
            ("key", request("Host: x").replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"short")),
            ("version", request("Host: x").replace(b"Version: 13", b"Version: 7")),
            ("nul", b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n"),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    async def test_c2_is_refused_with_a_4xx_or_a_closed_socket(
        self, name: str, sent: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        be_impatient(monkeypatch)
        async with served() as it:
            answer = await it.raw(sent)
            assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")), name
            assert b"Traceback" not in answer
            assert await it.is_well()

    @pytest.mark.parametrize("host", ["", "evil.example\tx", "a" * 5000, "[::1", "127.0.0.1@evil", "../.."])
    async def test_c2_a_host_is_nothing_to_go_by(self, host: str) -> None:
        async with served() as it:
            reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
            writer.write(request(f"Host: {host}", "Sec-WebSocket-Protocol: rtgen.v1.json"))
            assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 ")
            writer.close()
            assert await it.is_well()

    @pytest.mark.parametrize("offered", ["rtgen.v1.jsön", "\udcff\udcfe", ",,,", '"rtgen.v1.json"', "json;q=1"])
    async def test_c2_strange_subprotocols(self, offered: str) -> None:
        async with served() as it:
            answer = await asyncio.wait_for(self._first_line(it, offered), 10)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
            assert await it.is_well()

    @staticmethod
    async def _first_line(it: Served, offered: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(request("Host: x", f"Sec-WebSocket-Protocol: {offered}"))
        try:
            return await reader.readline()
        finally:
            writer.close()

    async def test_c2_ten_thousand_subprotocols(self) -> None:
        async with served() as it:
            for each in (", ".join(f"p{n}" for n in range(10_000)), ", ".join(f"p{n}" for n in range(900))):
                answer = await self._first_line(it, each)
                assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
            assert await it.is_well()

    async def test_c2_rubbish_behind_a_plain_request_fills_no_log(self, caplog: pytest.LogCaptureFixture) -> None:
        async with served() as it:
            for _ in range(20):
                await it.raw(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nrubbish")
            assert await it.is_well()
        assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


class TestC3:
    """A handshake of a byte now and then is cut at the deadline."""

    async def test_c3_half_a_handshake_is_cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        be_impatient(monkeypatch)
        async with served() as it:
            pairs = [await asyncio.open_connection("127.0.0.1", it.port) for _ in range(50)]
            for _, writer in pairs:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow")
            rests = await asyncio.gather(*(asyncio.wait_for(reader.read(), 10) for reader, _ in pairs))
            assert all(not rest.startswith(b"HTTP/1.1 101") for rest in rests)
            for _, writer in pairs:
                writer.close()
            assert await it.is_well()

    async def test_c3_one_address_holds_so_many_half_open_and_no_more(self) -> None:
        settings = Settings(most_half_open=20)
        rooms = Rooms()
        app = serving(CONTRACT, rooms, settings=settings)
        async with listen(app) as listening:
            it = Served(app, rooms, listening.port)
            held = [await asyncio.open_connection("127.0.0.1", it.port) for _ in range(20)]
            for _ in range(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
                with suppress(ConnectionResetError):
                    assert await asyncio.wait_for(reader.read(), 10) == b""
                writer.close()
            for _, writer in held:
                writer.transport.abort()
            async with asyncio.timeout(10):
                while not await self._is_let_in(it):  # the server learns of it in its own time
                    pass
            for _ in range(30):  # who is through is half open no more
                assert await it.is_well()

    @staticmethod
    async def _is_let_in(it: Served) -> bool:
        with suppress(InvalidMessage, ConnectionResetError):
            return await it.is_well()
        return False


class TestC5:
    """Any frame before the hello, a second hello, a hello of another contract: a typed close, and no state."""

    @pytest.mark.parametrize(
        ("frames", "code"),
        [
            ([["$join", 1, "rooms/a"]], codes.PROTOCOL_ERROR),
            ([["room.add", 1, "rooms/a", {"text": "x"}]], codes.PROTOCOL_ERROR),
            ([["$auth", 1, "t"]], codes.PROTOCOL_ERROR),
            ([["$hello", {}]], codes.PROTOCOL_ERROR),
            ([["$hello", {**HELLO[1], "client": "x" * 129}]], codes.PROTOCOL_ERROR),
            ([["$hello", {**HELLO[1], "session": 5}]], codes.PROTOCOL_ERROR),
            ([["$hello", {**HELLO[1], "token": {"a": 1}}]], codes.PROTOCOL_ERROR),
            ([HELLO, HELLO], codes.PROTOCOL_ERROR),
            ([["$hello", {**HELLO[1], "contract": "other"}], ["$join", 1, "rooms/a"]], codes.WRONG_CONTRACT),
            ([["$hello", {**HELLO[1], "version": "9.0.0"}], ["$join", 1, "rooms/a"]], codes.WRONG_VERSION),
        ],
        ids=range(10),
    )
    async def test_c5_is_closed_without_a_trace(self, frames: Sequence[Any], code: codes.CloseCode) -> None:
        async with served() as it:
            async with connect(it.url, subprotocols=JSON) as socket:
                for each in frames:
                    await socket.send(json.dumps(each))
                assert await close_code(socket) == code.code
            assert it.rooms.calls == []
            assert await it.is_well()


class TestC9:
    """A token that expires while connected, mid-join, mid-request: see also `test_identity.py`."""

    async def test_c9_nothing_comes_after_the_end(self) -> None:
        rooms = Rooms()
        app = serving(CLOSED_DOOR, rooms, auth=Register(t=plain("ada", ttl=-24.9)))
        async with listen(app) as listening:
            it = Served(app, rooms, listening.port)
            async with connect(it.url, subprotocols=JSON) as socket:
                await socket.send(json.dumps(["$hello", {**HELLO[1], "token": "t"}]))
                rooms.gate.clear()
                await socket.send(json.dumps(["$join", 1, "rooms/a"]))
                assert json.loads(await socket.recv())[0] == "$welcome"
                with pytest.raises(ConnectionClosed) as closed:
                    await asyncio.wait_for(socket.recv(), 10)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == codes.EXPIRED.code
            rooms.gate.set()


class TestC12:
    """A token in the URL is no token, and stands in no log."""

    async def test_c12_is_ignored_and_not_told(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            async with served(CLOSED_DOOR) as it:
                async with connect(f"{it.url}/?token=t&access_token=very-secret", subprotocols=JSON) as socket:
                    await socket.send(json.dumps(HELLO))
                    assert json.loads(await socket.recv())[2]["code"] == "unauthorized"
                    assert await close_code(socket) == codes.UNAUTHORIZED.code
                assert await it.is_well()
        ours = [each for each in caplog.records if not each.name.startswith("websockets.client")]
        assert "very-secret" not in " ".join(each.getMessage() for each in ours)


class TestC14:
    """Joining without the right tells nothing about what there is."""

    async def test_c14_a_refusal_is_the_same_for_what_exists_and_what_does_not(self) -> None:
        async with served(CLOSED_DOOR) as it:
            it.rooms.keep_out.add("ada")
            async with connect(it.url, subprotocols=JSON) as socket:
                await socket.send(json.dumps(["$hello", {**HELLO[1], "token": "t"}]))
                await socket.recv()
                answers = []
                for ref, address in enumerate(["rooms/a", "rooms/nope"], 1):
                    await socket.send(json.dumps(["$join", ref, address]))
                    answers.append(json.loads(await socket.recv())[2])
                assert answers[0] == answers[1]
                assert answers[0]["code"] == "refused"

    @pytest.mark.parametrize(
        "address",
        ["rooms/*", "rooms/%2e%2e", "rooms/..%2fa", "rooms/a/..", "//rooms/a", "ROOMS/a", "rooms/a?x", "rooms/ä", "*"],
    )
    async def test_c14_addresses_are_matched_whole_and_in_one_spelling(self, address: str) -> None:
        async with served() as it:
            async with connect(it.url, subprotocols=JSON) as socket:
                await socket.send(json.dumps(HELLO))
                await socket.recv()
                await socket.send(json.dumps(["$join", 1, address]))
                assert json.loads(await socket.recv())[0] == "$error"
            assert it.rooms.calls == []


class TestC15:
    """Another user's client name, session or position gives nothing; see also `test_identity.py`."""

    async def test_c15_a_foreign_session_is_just_a_new_one(self) -> None:
        async with served() as it, connect(it.url, subprotocols=JSON) as victim:
            await victim.send(json.dumps(HELLO))
            theirs = json.loads(await victim.recv())[1]["session"]
            public = theirs.partition(".")[0]
            for guess in (
                public,
                f"{public}.",
                theirs[:-1] + ("0" if theirs[-1] != "0" else "1"),
                f"{public}.0-0.{'0' * 32}",
            ):
                async with connect(it.url, subprotocols=JSON) as thief:
                    await thief.send(json.dumps(["$hello", {**HELLO[1], "session": guess}]))
                    mine = json.loads(await thief.recv())[1]
                    assert mine["session"].partition(".")[0] != public
                    assert "lastRef" not in mine
            await victim.send(json.dumps(["$ping", 1]))
            assert json.loads(await victim.recv()) == ["$pong", 1]


async def test_c4_who_never_says_hello_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtgen_runtime.session.HELLO_DEADLINE", 0.2)
    async with served() as it:
        sockets = [await connect(it.url, subprotocols=JSON) for _ in range(40)]
        assert {await close_code(each) for each in sockets} == {codes.HELLO_TIMEOUT.code}
        assert await it.is_well()


async def test_a_client_without_a_common_subprotocol_is_told() -> None:
    async with served() as it, connect(it.url) as socket:
        assert await close_code(socket) == codes.WRONG_SUBPROTOCOL.code
