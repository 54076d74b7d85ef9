"""Deadlines: over in time, and not for what only had no turn while the process stood still."""

import asyncio

import pytest
from rtgen_runtime.deadline import Deadline
from rtgen_runtime.testing import VirtualTime


async def test_what_takes_too_long_is_cancelled() -> None:
    time = VirtualTime()
    waiting = asyncio.ensure_future(_within(5.0, asyncio.Event()))
    await time.advance(6)
    with pytest.raises(TimeoutError):
        await waiting


async def test_what_comes_in_time_is_left_alone() -> None:
    done = asyncio.Event()
    done.set()
    assert await _within(5.0, done) == "came"
    assert await _within(None, done) == "came"


async def test_after_standing_still_what_is_due_too_has_its_turn() -> None:
    time = VirtualTime()

    async def slow() -> str:
        async with Deadline(5.0):
            await asyncio.sleep(0.5)
            return "came"

    waiting = asyncio.ensure_future(slow())
    await time.advance(0.1)
    await time.jump(4000)
    await time.advance(3)
    assert await waiting == "came"


async def test_after_standing_still_it_is_over_a_moment_later() -> None:
    time = VirtualTime()
    waiting = asyncio.ensure_future(_within(5.0, asyncio.Event()))
    await time.advance(0.1)
    await time.jump(4000)
    await time.advance(3)
    with pytest.raises(TimeoutError):
        await waiting


async def test_a_cancellation_from_outside_is_one() -> None:
    waiting = asyncio.ensure_future(_within(5.0, asyncio.Event()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def _within(seconds: float | None, done: asyncio.Event) -> str:
    async with Deadline(seconds):
        await done.wait()
        return "came"
