"""`onBrokerLoss` at one node's broker: what is refused while Redis is away, what stays here, and what is waited for."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.ears import ROOM, nodes, prefixed
from cluster.test_redis_faults import down
from redis_server import RedisServer
from rtgen_runtime.broker.words import News, PutOut, Said, To
from rtgen_runtime.declarations import Channel, Contract
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.history.interface import Position
from rtgen_runtime.redis.losses import Losses
from rtgen_runtime.redis.reporting import impairment
from rtgen_runtime.router import Router
from rtgen_runtime.validation import Schema

pytestmark = [pytest.mark.timeout(60)]

WORD = Said("room.hint", b"hello")
_PARAMS: Schema[dict[str, str]] = Schema("Params", dict[str, str], {"Params": {"type": "object"}})
ROOMS = Channel("room", "rooms/{name}", _PARAMS, (), on_broker_loss="refuse")
LOBBY = Channel("lobby", "lobby", _PARAMS, ())
CONTRACT = Contract("crew", "1.0.0", "", (ROOMS, LOBBY))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def untold(_position: Position) -> News:
    raise AssertionError("it was not kept")


async def test_the_contract_decides_channel_by_channel(own: RedisServer) -> None:
    async with nodes(prefixed(own.url, "&patience=0.3"), 1) as (one,):
        losses = one.broker.losses = Losses(CONTRACT.channels, Router(CONTRACT).find)
        for address in ROOM, "lobby":
            await one.broker.ready(address)
            one.broker.members(address, 1)
            assert one.broker.hears(address)
        own.stop()
        await down(one)
        assert (one.broker.hears(ROOM), one.broker.hears("lobby")) == (False, True)
        with pytest.raises(StoreUnavailable):
            await one.broker.ready(ROOM)
        with pytest.raises(StoreUnavailable):
            one.broker.say(ROOM, WORD)
        with pytest.raises(StoreUnavailable):
            await one.broker.record(ROOM, one.append("what is kept, too"), untold)
        await one.broker.ready("lobby")
        one.broker.say("lobby", WORD)
        assert (losses.refused, losses.alone) == ({"room": 3}, {"lobby": 1})
        one.broker.say(ROOM, PutOut(To(subject="eve"), "kicked", "never"))  # is done here at least
        assert losses.refused == {"room": 3}


async def test_who_runs_the_server_may_decide_for_all() -> None:
    find = Router(CONTRACT).find
    assert Losses(CONTRACT.channels, find).modes == {"room": "refuse", "lobby": "local"}
    assert not Losses(CONTRACT.channels, find).all_refuse
    assert Losses(CONTRACT.channels, find, "refuse").all_refuse
    always = Losses(CONTRACT.channels, find, "local")
    assert (always.of(ROOM), always.of("lobby"), always.of("elsewhere")) == ("local", "local", "local")
    assert always.words == "room goes on locally, lobby goes on locally"


def test_of_several_the_part_that_is_there_is_served() -> None:
    losses = Losses(CONTRACT.channels, Router(CONTRACT).find, "refuse")
    words = "away; room refuses, lobby refuses"
    assert impairment([True, True], losses) is None
    assert impairment([True, False], losses) == (f"degraded: 1 of 2 Redis servers are {words}", True)
    assert impairment([False, False], losses) == (f"degraded: 2 of 2 Redis servers are {words}", False)
    assert impairment([False], losses) == (f"degraded: Redis is {words}", False)


async def test_a_join_waits_for_a_redis_that_is_back_in_a_moment(own: RedisServer) -> None:
    async with nodes(prefixed(own.url), 1, on_loss="refuse") as (one,):
        own.stop()
        await down(one)
        assert not one.broker.hears(ROOM)
        joining = asyncio.ensure_future(one.broker.ready(ROOM))
        own.start()
        await joining
        assert one.broker.losses.refused == {}
