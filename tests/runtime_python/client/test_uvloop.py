"""Timers on uvloop, which gives no timer for what is due at once but a handle that knows no time."""

import asyncio

import pytest
import uvloop
from kept_conversation import CONTRACT
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.machine import ClientMachine
from rtgen_runtime.deadline import Deadline


def test_a_client_that_is_late_sets_its_timer_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def late() -> None:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()
        monkeypatch.setattr(ClientMachine, "next_deadline", lambda _: loop.time() - 1.0)
        monkeypatch.setattr(Client, "_ring", lambda _: rung.set())
        client = Client(CONTRACT, "ws://127.0.0.1:1")
        client._set_timer()
        client._set_timer()
        await asyncio.wait_for(rung.wait(), 10)

    uvloop.run(late())


def test_a_deadline_may_be_at_once() -> None:
    async def waits() -> None:
        async with Deadline(0.0):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        uvloop.run(waits())
