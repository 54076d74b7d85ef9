"""What a server does whose settings nobody has touched; docs/security.md names these tests."""

import gc
import inspect
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from member_server import Server, settled
from rtgen_runtime import codes, listen
from rtgen_runtime.command_line import _parser
from rtgen_runtime.declarations import Contract
from rtgen_runtime.settings import Settings
from slow_sockets import SlowSocket
from small_conversation import CONTRACT, Note
from small_server import Rooms, serving
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.typing import Subprotocol

A = "rooms/a"
KIB = 1024


async def test_e2_compression_is_off_so_there_is_nothing_to_inflate() -> None:
    offer = [ClientPerMessageDeflateFactory(client_max_window_bits=True)]
    async with listen(serving(CONTRACT, Rooms())) as listening:
        protocols = [Subprotocol("rtgen.v1.json")]
        async with connect(listening.url, subprotocols=protocols, extensions=offer, compression=None) as socket:
            assert socket.response is not None
            assert "Sec-WebSocket-Extensions" not in socket.response.headers
            assert socket.protocol.extensions == []


async def test_c4_thousands_that_never_say_hello_cost_little_and_are_closed() -> None:
    server, count = Server(settings=Settings(accept_rate=None)), 2_000
    sockets = [SlowSocket() for _ in range(count)]
    gc.collect()
    tracemalloc.start()
    try:
        for socket in sockets:
            server.app.connect(socket, "rtgen.v1.json")
        each = tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()
    assert each < 10 * KIB
    await server.pass_time(5.25)
    await server.pass_time(0.25)  # so many of one moment have their turns within a slot
    assert {code for socket in sockets for code in socket.closed} == {codes.HELLO_TIMEOUT.code}
    assert all(len(socket.closed) == 1 for socket in sockets)


async def test_e4_thousands_of_rooms_that_are_empty_again_are_freed() -> None:
    server = Server()
    gc.collect()
    tracemalloc.start()
    try:
        before = 0
        for turn in range(5):
            client = await server.client()
            for number in range(400):
                address = f"rooms/{turn}{number}"
                client.tell("$join", 2 * number + 1, address)
                client.tell("$leave", 2 * number + 2, address)
                if number % 10 == 0:
                    server.now += 1.0
                    client.tell("$pong", 0)
                    await settled()
            assert not client.socket.closed
            client.drop()
            await settled()
            client.socket.taken.clear()
            server.room.calls.clear()  # the handler of this test notes who came and went
            gc.collect()
            before = before or tracemalloc.get_traced_memory()[0]
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert server.app.hub._rooms == {}
    assert server.app.board.addresses == 0
    assert after - before < 64 * KIB


@pytest.mark.parametrize(
    "asked",
    [
        ("$history", {"limit": 5}),
        ("$members", {"limit": 5}),
        ("$state", {"text": "x"}),
        ("room.add", {"text": "x"}),
        ("room.wave", {"text": "x"}),
    ],
    ids=lambda each: each[0],
)
async def test_c14_who_is_no_member_learns_nothing_of_what_others_have(asked: tuple[str, Any]) -> None:
    server = Server()
    inside = await server.client(A, token="ann")
    await server.here().added(Note(text="secret"))
    inside.tell("$state", 5, A, {"text": "here"})
    await settled()
    calls = list(server.room.calls)
    outside = await server.client(token="eve")
    answers = []
    for ref, address in ((3, A), (4, "rooms/none"), (5, "rooms/%2A")):
        outside.tell(asked[0], ref, address, asked[1])
        (answer,) = await outside.heard()
        answers.append(answer[2])
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["code"] == "not_joined"
    assert server.room.calls == calls


async def test_c14_who_was_put_out_has_no_history_and_sees_nobody() -> None:
    server = Server()
    put_out = await server.client(A, token="eve")
    await server.here().added(Note(text="secret"))
    await put_out.heard()
    server.here().kick(subject="eve")
    await settled()
    await put_out.heard()
    for ref, tag in ((3, "$history"), (4, "$members")):
        put_out.tell(tag, ref, A, {"limit": 5})
        (answer,) = await put_out.heard()
        assert answer[:2] == ["$error", ref]
        assert answer[2]["code"] == "not_joined"


def test_the_limits_that_no_contract_has_changed() -> None:
    limits = Contract("c", "1.0.0", "", ()).limits
    assert (limits.frame, limits.channels, limits.outbox) == (64 * KIB, 128, 1024 * KIB)


def test_the_settings_that_nobody_has_touched() -> None:
    shown = {name: getattr(Settings(), name) for name in Settings.__dataclass_fields__}
    expected = {
        "handler_deadline": 60.0,
        "most_half_open": 2000,
        "most_connections": None,
        "accept_rate": 1000.0,
        "join_rate": 5000.0,
        "connection_age": None,
        "drain_window": 15.0,
        "stop_patience": 5.0,
        "lag_warning": 1.0,
        "log_subjects": False,
        "metrics": False,
    }
    assert {name: shown[name] for name in expected} == expected
    assert "session_key" not in repr(Settings(session_key=b"k" * 32))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Settings(session_key=b"k" * 31)


def test_a_server_listens_to_this_machine_alone() -> None:
    assert inspect.signature(listen).parameters["host"].default == "127.0.0.1"
    assert _parser(CONTRACT, Path()).parse_args([]).host == "127.0.0.1"
