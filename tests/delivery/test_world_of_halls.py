"""The checker over short worlds in which nothing is broken."""

import asyncio

import pytest
from delivery.hall import GRACE, HallApp, HallClient, HallHandler, Item, Speaker
from delivery.history import Op
from delivery.recording import Log, called, recorded
from rtgen_runtime.errors import RealtimeError, Refused
from rtgen_runtime.testing import World


async def test_a_drop_a_slow_reader_and_a_request_that_is_sent_again() -> None:
    log = Log()
    handler = HallHandler(log)
    async with World(HallApp(handler), recorded(HallClient, log)) as world:
        alice, bob = await world.client("alice"), await world.client("bob")
        called(alice, "alice")
        called(bob, "bob")
        hall = await alice.hall()
        await bob.hall()
        speaker = Speaker(log, world.app.hall())
        await speaker.add("1")
        await speaker.price("tea", "3")
        handler.takes = 1.0
        asking = asyncio.ensure_future(hall.add(Item(text="a")))
        await world.advance(0.5)
        world.drop(alice)
        await speaker.add("2")
        world.stall(bob)
        for number in range(20):
            await speaker.move("x", f"{number}")
        await world.advance(3)
        world.resume(bob)
        assert (await world.until(asking)).text == "a"
        await world.advance(30)
        log.write(Op.CALM)
    report = log.check(grace=GRACE)
    assert not report.violations, report
    assert report.received >= 8
    assert report.recoveries == {"recovered": 1}


class Later(HallHandler):
    """Nobody comes in for now."""

    def join(self, _ctx: object) -> None:
        """No, and perhaps yes later."""
        raise Refused("later", again=True)


async def test_who_is_told_that_a_first_join_failed_does_not_want_in_any_more() -> None:
    log = Log()
    async with World(HallApp(Later(log)), recorded(HallClient, log)) as world:
        alice = await world.client("alice")
        with pytest.raises(RealtimeError):
            await alice.hall()
        log.write(Op.CALM)
    report = log.check(grace=GRACE)
    assert not report.violations, report
