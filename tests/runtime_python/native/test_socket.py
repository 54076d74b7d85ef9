"""One WebSocket of the native transport on a transport made by hand: floods, slow peers, ends. No I/O, no waiting."""

import asyncio
from typing import Any, cast

import pytest
from client_frames import CLOSE, PING, TEXT, client_frame
from member_server import Server
from rtgen_runtime.connection import Connection
from rtgen_runtime.identity import Handshake
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.native.codec import Reader
from rtgen_runtime.transports.native.listener import Listener
from rtgen_runtime.transports.native.socket import Socket

JSON = "rtgen.v1.json"
HELLO = client_frame(TEXT, b'["$hello",{"contract":"small","version":"1.2.0","hash":""}]')
PATIENCE = 5.0


class Wire:
    """An `asyncio` transport that keeps what it is given, and takes it when a test says so."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.did: list[str] = []
        self.waiting = 0
        self.half_closes = True

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def set_write_buffer_limits(self, high: int, low: int) -> None:
        self.did.append(f"limits {high} {low}")

    def can_write_eof(self) -> bool:
        return self.half_closes

    def write_eof(self) -> None:
        self.did.append("eof")

    def close(self) -> None:
        self.did.append("close")

    def abort(self) -> None:
        self.did.append("abort")


class Case:
    """A socket that is open."""

    def __init__(self) -> None:
        self.server = Server()
        self.wire = Wire()
        self.listener = Listener(self.server.app, None, PATIENCE, 10_000, HalfOpen(None))
        transport = cast("asyncio.Transport", self.wire)
        self.socket = Socket(self.listener, transport, self.listener.framer(JSON, None), Reader(10_000))
        self.listener.sockets[self.socket] = None
        self.socket.begin(JSON, Handshake(), origin_allowed=True)
        self.wire.did.clear()

    def say(self, data: bytes) -> None:
        self.socket.data_received(data)

    def heard(self) -> list[bytes]:
        sent, self.wire.sent = self.wire.sent, []
        return sent

    @property
    def inside(self) -> int:
        return self.server.app.connections


@pytest.fixture
async def case() -> Case:
    return Case()


async def test_frames_of_one_turn_are_one_write(case: Case) -> None:
    case.say(HELLO + client_frame(TEXT, b'["$ping",1]') + client_frame(TEXT, b'["$ping",2]'))
    await asyncio.sleep(0)
    (written,) = case.heard()
    assert written.endswith(b'\x81\x0b["$pong",1]\x81\x0b["$pong",2]')


async def test_of_the_pings_of_a_peer_that_takes_nothing_the_newest_is_answered(case: Case) -> None:
    case.say(client_frame(PING, b"a"))
    assert case.heard() == [b"\x8a\x01a"]
    case.socket.pause_writing()
    for number in range(10_000):
        case.say(client_frame(PING, str(number).encode()))
    assert case.heard() == []
    case.socket.resume_writing()
    assert case.heard() == [b"\x8a\x049999"]


async def test_what_the_socket_has_not_taken_is_known_and_told(case: Case) -> None:
    assert case.socket.buffered() == 0
    case.wire.waiting = 700
    assert case.socket.buffered() == 0
    case.socket.pause_writing()
    assert case.socket.buffered() == 700
    case.wire.waiting = 0
    assert case.socket.buffered() == 1
    case.socket.resume_writing()
    assert case.socket.buffered() == 0


async def test_the_peer_closes(case: Case) -> None:
    case.say(client_frame(CLOSE, b"\x0f\xa1bye") + HELLO)
    assert case.heard() == [b"\x88\x02\x0f\xa1"]
    assert case.wire.did == ["close"]
    case.socket.write([b"late"])
    case.socket.close(4000, "late")
    assert case.heard() == []
    assert case.inside == 1
    case.socket.connection_lost(None)
    assert case.inside == 0
    assert not case.listener.sockets


async def test_we_close_and_the_peer_agrees(case: Case) -> None:
    case.socket.close(4001, "enough")
    case.socket.close(4002, "again")
    assert case.heard() == [b"\x88\x08\x0f\xa1enough"]
    case.say(HELLO + client_frame(PING))
    assert case.heard() == []
    assert case.wire.did == []
    case.say(client_frame(CLOSE, b"\x0f\xa1"))
    assert case.wire.did == ["close"]


async def test_we_close_and_the_peer_says_nothing(case: Case) -> None:
    case.socket.close(4001, "enough")
    await case.server.pass_time(PATIENCE - 1)
    assert case.wire.did == []
    await case.server.pass_time(1.5)
    assert case.wire.did == ["abort"]
    case.socket.connection_lost(None)
    assert case.socket.next_deadline() == float("inf")


async def test_a_violation_is_told_and_what_still_comes_is_not_read(case: Case) -> None:
    case.say(client_frame(TEXT, b"\xff"))
    assert case.heard() == [b"\x88\x0b\x03\xefnot UTF-8"]
    assert case.wire.did == ["eof"]
    case.say(HELLO * 100)
    assert case.heard() == []
    await case.server.pass_time(PATIENCE + 0.5)
    assert case.wire.did == ["eof", "abort"]


async def test_over_tls_which_has_no_half_closing_a_violation_closes(case: Case) -> None:
    case.wire.half_closes = False
    case.say(client_frame(TEXT, b"\xff"))
    assert case.wire.did == ["close"]


async def test_what_breaks_here_closes_one_connection(
    case: Case, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_connection: Connection, _data: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(Connection, "receive", breaks)
    case.say(HELLO)
    assert case.heard() == [b"\x88\x02\x03\xf3"]
    assert "a mistake of ours" in caplog.text


async def test_nothing_is_done_for_what_is_lost(case: Case) -> None:
    case.socket.pause_writing()
    case.socket.connection_lost(ConnectionResetError())
    assert case.socket.buffered() == 0
    case.socket.close(4000, "late")
    case.socket.write([b"late"])
    assert case.heard() == []
