"""A node that only Redis can't reach, and one that only its clients can't: who is there and what is said stays true."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from cluster.nodes import QUICK, Nodes, people_at
from faults.proxy import DOWN, UP, FaultProxy
from faults.served import ServerProcess
from plain_http import ask
from redis_server import RedisServer
from workers import crew
from workers.crew import Person

pytestmark = [pytest.mark.timeout(60)]

HOLE = frozenset({UP, DOWN})


@dataclass(slots=True)
class Parted:
    """Ada at one node, Bob at the other, which has a proxy before it and one between it and Redis."""

    people: Nodes
    lonely: ServerProcess
    to_redis: FaultProxy
    to_clients: FaultProxy
    ada: Person
    bob: Person


@pytest_asyncio.fixture
async def parted(tmp_path: Path, redis: RedisServer) -> AsyncIterator[Parted]:
    crew.generate(tmp_path, "heartbeat: { every: 1s, slack: 1s }\n")
    more = f"?prefix={tmp_path.name}&{QUICK}&patience=0.5"
    given = ("--log-level", "error", "--metrics")
    async with AsyncExitStack() as stack:
        to_redis = await stack.enter_async_context(FaultProxy(redis.port))
        urls = f"{redis.url}{more}", f"redis://127.0.0.1:{to_redis.port}/0{more}"
        servers = [ServerProcess(tmp_path, tmp_path, store=url, package="crew", options=given) for url in urls]
        for each in servers:
            stack.push_async_callback(each.kill)
        await asyncio.gather(*(each.start() for each in servers))
        to_clients = await stack.enter_async_context(FaultProxy(servers[1].port))
        people = await stack.enter_async_context(people_at(servers))
        ada = await people.person("ada")
        bob = await people.person_at(ServerProcess(tmp_path, tmp_path, port=to_clients.port), "bob")
        await bob.show("here")
        await ada.until(came)
        yield Parted(people, servers[1], to_redis, to_clients, ada, bob)


def came(frame: list[object]) -> bool:
    return frame[0] == "$presence" and frame[3].get("join") == [["bob", {"text": "here"}]]  # type: ignore[attr-defined]


def went(frame: list[object]) -> bool:
    return frame[0] == "$presence" and frame[3].get("leave") == ["bob"]  # type: ignore[attr-defined]


async def ready(server: ServerProcess, words: str) -> None:
    """It says so."""
    async with asyncio.timeout(20):
        while (await ask(f"http://127.0.0.1:{server.port}", "/ready")).body.decode().partition(";")[0] != words:
            pass


async def test_f6_cut_off_from_redis_alone_its_people_go_and_come_back_and_nothing_late_is_said(parted: Parted) -> None:
    ada, bob = parted.ada, parted.bob
    parted.to_redis.swallowed = HOLE
    refused = await bob.act("add", "never")
    assert (refused["code"], refused["retryable"]) == ("unavailable", True)
    await ready(parted.lonely, "degraded: Redis is away")
    await ada.until(went)
    for number in range(20):
        await ada.act("add", f"{number}")
    ada.frames.clear()
    parted.to_redis.heal()
    parted.to_redis.reset()
    await ready(parted.lonely, "ok\n")
    await bob.heard("room.added", "19")
    assert bob.texts("room.added") == [f"{number}" for number in range(20)]
    await ada.until(came)
    assert "number" in await bob.act("add", "back")
    await ada.heard("room.added", "back")
    assert "never" not in [*ada.texts("room.added"), *bob.texts("room.added")]
    assert (await ada.act("count"))["number"] == 2


async def test_f6_cut_off_from_its_clients_alone_it_lets_them_go_and_they_are_shown_where_they_went(
    parted: Parted,
) -> None:
    ada, bob = parted.ada, parted.bob
    parted.to_clients.swallowed = HOLE
    ada.frames.clear()
    again = await parted.people.person("bob", client=bob.client)  # at the other node
    await again.show("elsewhere")
    await ada.until(
        lambda frame: frame[0] == "$presence" and frame[3].get("update") == [["bob", {"text": "elsewhere"}]]
    )
    async with asyncio.timeout(20):
        while (await ada.act("count"))["number"] != 2:
            pass
    await ready(parted.lonely, "ok\n")
    assert not any(map(went, ada.frames))
    await again.act("add", "here")
    await ada.heard("room.added", "here")
    assert [who for who, _ in (await ada.people())["members"]] == ["bob"]
