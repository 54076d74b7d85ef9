"""Row D10 of the attack table: a handler that raises, hangs, lies, cancels or recurses fails its own request only."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from member_server import Server, settled
from rtgen_runtime.settings import Settings
from small_conversation import Note

A = "rooms/a"


def recursing(ctx: Any, payload: Note) -> Note:
    return recursing(ctx, payload)


def raising(_ctx: Any, _payload: Note) -> Note:
    raise ValueError("a secret of the server")


def cancelling(_ctx: Any, _payload: Note) -> Note:
    raise asyncio.CancelledError


def lying(_ctx: Any, _payload: Note) -> object:
    return Note(text="far too long")


def other(_ctx: Any, _payload: Note) -> object:
    return object()


def later(handler: Callable[[Any, Note], Any]) -> Callable[[Any, Note], Any]:
    async def wrapped(ctx: Any, payload: Note) -> Any:
        return handler(ctx, payload)

    return wrapped


@pytest.mark.parametrize("handler", [raising, recursing, cancelling, lying, other])
@pytest.mark.parametrize("is_async", [False, True])
async def test_d10_what_goes_wrong_is_an_incident_of_one_request(
    handler: Callable[[Any, Note], Any], is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server()
    client, bystander = await server.client(A), await server.client(A)
    server.room.on_add = later(handler) if is_async else handler
    with caplog.at_level(logging.ERROR):
        client.tell("room.add", 9, A, {"text": "x"})
        error = await client.hear("$error")
    assert (error[1], error[2]["code"], error[2]["retryable"]) == (9, "internal", True)
    assert "secret" not in str(error)
    incident = error[2]["message"].rpartition("(")[2].rstrip(")")
    assert incident in caplog.text
    server.room.on_add = lambda _ctx, payload: payload
    for each in (client, bystander):
        each.tell("room.add", 10, A, {"text": "y"})
        assert (await each.hear("$reply"))[1:] == [10, {"text": "y", "count": 0, "id": Note(text="y").id}]


async def test_d10_a_handler_that_hangs_is_ended_and_holds_up_its_own_member_only() -> None:
    server = Server(settings=Settings(handler_deadline=0.05))
    hung = asyncio.Event()

    async def hang(_ctx: Any, payload: Note) -> Note:
        if payload.text == "hang":
            hung.set()
            await asyncio.Event().wait()
        return payload

    server.room.on_add = hang
    client, other = await server.client(A, "rooms/b"), await server.client(A)
    client.tell("room.add", 9, A, {"text": "hang"})
    client.tell("room.add", 10, A, {"text": "x"})
    await hung.wait()
    other.tell("room.add", 5, A, {"text": "y"})
    client.tell("room.add", 11, "rooms/b", {"text": "z"})
    assert (await other.hear("$reply"))[1] == 5
    assert (await client.hear("$reply"))[1] == 11
    assert (await client.hear("$error"))[1:2] == [9]
    assert (await client.hear("$reply"))[1] == 10


async def test_d10_a_join_or_leave_that_fails_keeps_out_or_lets_go() -> None:
    server = Server()

    def refuse(_ctx: Any) -> None:
        raise ValueError("a secret of the server")

    server.room.on_join = refuse
    client = await server.client()
    client.tell("$join", 1, A)
    error = await client.hear("$error")
    assert (error[1], error[2]["code"]) == (1, "internal")
    await settled()
    assert server.here().count == 0
