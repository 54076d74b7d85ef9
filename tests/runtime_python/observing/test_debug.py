"""Debug mode: frames are shown without secrets, refusals explained, and what is in the way is named."""

import asyncio
import json
import logging
from typing import Any

import pytest
from member_server import CONTRACT, Server, settled
from rtgen_runtime import Settings
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.discretion import REDACTED, redacted
from rtgen_runtime.observing import debugging
from rtgen_runtime.observing.advice import ADVICE
from rtgen_runtime.observing.pictures import LONGEST, Pictures
from rtgen_runtime.router import Router
from slow_sockets import SlowSocket
from small_conversation import Note

A = "rooms/a"
DEBUG = Settings(debug=True)


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "rtgen.debug")
    return caplog


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "rtgen.debug"]


def test_it_is_never_on_by_itself_and_says_loudly_when_it_is(heard: pytest.LogCaptureFixture) -> None:
    Server()
    assert lines(heard) == []
    Server(settings=DEBUG)
    (record,) = [each for each in heard.records if each.name == "rtgen.debug"]
    assert (record.levelno, "DEBUG MODE IS ON" in record.getMessage()) == (logging.WARNING, True)


async def test_frames_are_shown_with_their_direction(heard: pytest.LogCaptureFixture) -> None:
    server = Server(settings=DEBUG)
    client = await server.client(A)
    client.tell("room.add", 4, A, {"text": "x"})
    server.here().hint(Note(text="h"))
    await settled()
    name = client.connection.name
    shown = lines(heard)
    assert f'{name} ← ["room.add",4,"rooms/a",{{"text":"x"}}]' in shown
    assert any(each.startswith(f'{name} → ["$reply",4,{{"text":"x"') for each in shown)
    assert any(each.startswith(f'{name} → ["room.hint",0,"rooms/a",') for each in shown)


async def test_frames_in_the_other_encoding_are_shown_too(heard: pytest.LogCaptureFixture) -> None:
    import msgspec

    server, socket = Server(settings=DEBUG), SlowSocket()
    connection = server.app.connect(socket, "rtgen.v1.msgpack")
    connection.receive(msgspec.msgpack.encode(["$hello", {"contract": "small", "version": "1.2.0"}]))
    connection.receive("text where bytes belong")
    connection.receive(b"\xc1")
    await settled()
    assert any('← ["$hello",{"contract":"small"' in each for each in lines(heard))
    assert any('→ ["$welcome",' in each for each in lines(heard))
    assert any("← not a frame" in each for each in lines(heard))


@pytest.mark.parametrize(
    ("frame", "wanted"),
    [
        (
            ("room.add", 9, A, {"text": ""}),
            ("room.add was refused: invalid", "(READY, RefusedFrame): EXPLAIN", "/text"),
        ),
        (("room.add", 9, "rooms/b", {"text": "x"}), ("not_joined", "(READY, EventFrame): EVENT", "join the channel")),
        (("$hello", {}), ("malformed",)),
        (("room.nothing", 9, A, {}), ("unknown_event", "generated anew")),
    ],
)
async def test_a_refusal_is_explained_by_row_pointer_and_advice(
    frame: tuple[Any, ...], wanted: tuple[str, ...], heard: pytest.LogCaptureFixture
) -> None:
    client = await Server(settings=DEBUG).client(A)
    heard.clear()
    client.tell(*frame)
    (line,) = [each for each in lines(heard) if "was refused" in each]
    assert all(each in line for each in (*wanted, "to do: "))


async def test_a_refusal_by_a_handler_names_no_row(heard: pytest.LogCaptureFixture) -> None:
    server = Server(settings=DEBUG)
    server.room.on_add = lambda ctx, payload: 1 // 0
    client = await server.client(A)
    client.tell("room.add", 9, A, {"text": "x"})
    await settled()
    (line,) = [each for each in lines(heard) if "was refused" in each]
    assert "by the row" not in line
    assert "find the incident" in line


def test_there_is_advice_for_every_code() -> None:
    assert set(ADVICE) == set(ErrorCode)


async def test_a_handler_that_blocks_the_loop_is_named(
    heard: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debugging, "BLOCKING", 0.0)
    monkeypatch.setattr(debugging, "SLOW", 0.0)
    server = Server(settings=DEBUG)

    async def waits(ctx: Any, payload: Note) -> Note:
        await asyncio.sleep(0)
        return payload

    server.room.on_add = waits
    client = await server.client(A)
    heard.clear()
    client.tell("room.add", 9, A, {"text": "x"})
    await settled()
    told = [each for each in lines(heard) if "room.add" in each]
    assert sum("blocked the event loop" in each for each in told) == 3
    assert sum("took" in each for each in told) == 1
    assert any('→ ["$reply",9,' in each for each in lines(heard))


async def test_no_handler_is_named_that_only_waits(heard: pytest.LogCaptureFixture) -> None:
    server, gate = Server(settings=DEBUG), asyncio.Event()

    async def waits(ctx: Any, payload: Note) -> Note:
        await gate.wait()
        return payload

    server.room.on_add = waits
    client = await server.client(A)
    client.tell("room.add", 9, A, {"text": "x"})
    await settled()
    gate.set()
    await client.hear("$reply")
    assert not [each for each in lines(heard) if "blocked" in each]


async def test_a_handler_that_is_cancelled_or_fails_is_as_it_is_without_debug(
    heard: pytest.LogCaptureFixture,
) -> None:
    server = Server(settings=Settings(debug=True, handler_deadline=0.01))
    ended: list[str] = []

    async def hangs(ctx: Any, payload: Note) -> Note:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return payload

    server.room.on_add = hangs
    client = await server.client(A)
    client.tell("room.add", 9, A, {"text": "x"})
    assert (await client.hear("$error"))[2]["code"] == "internal"
    assert ended == ["cancelled"]


async def test_a_recorded_emit_that_nobody_awaits_is_named(heard: pytest.LogCaptureFixture) -> None:
    server = Server(settings=DEBUG)

    def forgets(ctx: Any, payload: Note) -> Note:
        ctx.added(payload)
        return payload

    async def remembers(ctx: Any, payload: Note) -> Note:
        task = asyncio.create_task(ctx.added(payload))
        await ctx.added(payload)
        await task
        return payload

    client = await server.client(A)
    for ref, handler in enumerate((forgets, remembers), 9):
        server.room.on_add = handler
        client.tell("room.add", ref, A, {"text": "x"})
        await client.hear("$reply")
    (line,) = [each for each in lines(heard) if "was not awaited" in each]
    assert line.startswith("`added` was not awaited in ")
    assert "forgets (test_debug.py:" in line
    assert (await server.here().position()).offset == 2


async def test_what_clients_choose_begins_no_line(heard: pytest.LogCaptureFixture) -> None:
    client = await Server(settings=DEBUG).client(A)
    for hostile in ("x\n2026 ERROR all is lost", "x\x1b[2J", "x\u2028y", "x\u202ey"):
        client.tell(f"room.{hostile}", 9, A, {hostile: hostile})
        client.tell("room.add", 10, A, {"text": hostile, hostile: 1})
    assert len(lines(heard)) > 10
    assert all(each.isprintable() for each in lines(heard))


def test_pictures_keep_secrets_and_stay_short() -> None:
    pictures = Pictures(CONTRACT, Router(CONTRACT))

    def picture(*frame: Any) -> str:
        return pictures.of(json.dumps(frame), incoming=True)

    assert "t0ken" not in picture("$hello", {"contract": "small", "token": "t0ken", "session": "t0ken"})
    assert "t0ken" not in picture("$auth", 1, "t0ken")
    assert "t0ken" not in picture("$hello", {"Token": "t0ken"})
    assert picture("$error", 4, {"code": "full", "data": {"a": "secret"}}) == (
        '["$error",4,{"code":"full","data":"[redacted]"}]'
    )
    assert "t0ken" not in picture("$welcome", {"session": "t0ken"})
    assert "secret" not in picture("nobody.knows", 1, A, {"secret": 1})
    assert "secret" not in picture("$reply", 1, {"secret": 1})
    assert len(picture("room.add", 1, A, {"text": "x" * 5000})) <= LONGEST + 1
    for hostile in ("", "[]", "[1]", '["room.add"]', '["$reply","x",1]', "[" * 100_000, '["$join",1,{"a":1}]'):
        assert pictures.of(hostile, incoming=True)


def test_what_is_sensitive_is_redacted_wherever_it_stands() -> None:
    value = {"card": {"no": "1"}, "list": [{"pin": 1, "a~/b": 2}, {"pin": 3}], "open": "x"}
    kept = redacted(value, ("/card", "/list/*/pin", "/**/a~0~1b"))
    assert kept == {"card": REDACTED, "list": [{"pin": REDACTED, "a~/b": REDACTED}, {"pin": REDACTED}], "open": "x"}
    assert redacted(value, ()) is value
    assert redacted("all", ("",)) == REDACTED
