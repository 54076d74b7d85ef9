"""Nodes as processes: killed, frozen and thawed, without their Redis; what their clients see, and what operators do."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cluster.nodes import Nodes, people_at, two_nodes
from faults.served import ServerProcess
from plain_http import ask
from redis_server import RedisServer
from workers.crew import Person

pytestmark = [pytest.mark.timeout(60)]


@pytest.fixture
def own(tmp_path: Path) -> RedisServer:
    return RedisServer(tmp_path)


@pytest_asyncio.fixture
async def servers(code: Path, own: RedisServer, request: pytest.FixtureRequest) -> AsyncIterator[list[ServerProcess]]:
    """Two nodes, and a Redis of their own."""
    own.start()
    try:
        async with two_nodes(code, own, "p", *getattr(request, "param", ())) as found:
            yield found
    finally:
        own.stop()


@pytest_asyncio.fixture
async def people(servers: list[ServerProcess]) -> AsyncIterator[Nodes]:
    async with people_at(servers) as found:
        yield found


async def asked(server: ServerProcess, path: str) -> tuple[int, str]:
    """Of a node's own pages."""
    answer = await ask(f"http://127.0.0.1:{server.port}", path)
    return answer.status, answer.body.decode()


async def both(people: Nodes) -> tuple[Person, Person]:
    ada = await people.person("ada")
    bob = await people.elsewhere(ada, "bob")
    await bob.show("here")
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("join") == [["bob", {"text": "here"}]])
    return ada, bob


async def test_f6_a_killed_node_is_forgotten_and_its_requests_are_unknown(people: Nodes) -> None:
    ada, bob = await both(people)
    ref = bob.ref()
    await bob.ask("slow", "half done", ref)
    await ada.heard("room.added", "half done")
    os.kill(bob.process, signal.SIGKILL)
    await bob.gone()
    again = await people.person("bob", client=bob.client)
    assert (await again.act("slow", "half done", ref=ref))["code"] in {"in_progress", "outcome_unknown"}
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("leave") == ["bob"])
    assert (await again.act("slow", "half done", ref=ref))["code"] == "outcome_unknown"
    await again.socket.close()
    assert (await ada.act("count"))["number"] == 1


async def test_f6_a_frozen_node_comes_back_with_its_people_and_what_it_missed(people: Nodes) -> None:
    ada, bob = await both(people)
    os.kill(bob.process, signal.SIGSTOP)
    try:
        await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("leave") == ["bob"])
        for number in range(20):
            await ada.act("add", f"{number}")
    finally:
        os.kill(bob.process, signal.SIGCONT)
    await bob.heard("room.added", "19")
    assert bob.texts("room.added") == [f"{number}" for number in range(20)]
    ada.frames.clear()
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("join") == [["bob", {"text": "here"}]])
    assert (await bob.act("add", "back"))["number"] == 21
    await ada.heard("room.added", "back")


async def test_f6_a_thawed_node_shows_nobody_as_they_were_who_has_moved_on_meanwhile(people: Nodes) -> None:
    """Bob has come to another node, and Eve has gone home: the node that thaws knows neither."""
    ada, bob = await both(people)
    eve = await people.elsewhere(ada, "eve")
    await eve.show("tired")
    await ada.until(lambda frame: _joins(frame) == [["eve", {"text": "tired"}]])
    os.kill(bob.process, signal.SIGSTOP)
    try:
        await ada.until(lambda frame: "bob" in _leaves(frame))
        await ada.until(lambda frame: "eve" in _leaves(frame))
        eve.socket.transport.abort()
        moved = await people.person("bob", client=bob.client)
        await moved.show("elsewhere")
        await ada.until(lambda frame: _joins(frame) == [["bob", {"text": "elsewhere"}]])
        ada.frames.clear()
    finally:
        os.kill(bob.process, signal.SIGCONT)
    assert await bob.gone() == 4010
    late = await people.elsewhere(ada, "late")
    await late.show("new")
    await ada.until(lambda frame: _joins(frame) == [["late", {"text": "new"}]])
    told = [frame[3] for frame in ada.frames if frame[0] == "$presence"]
    assert [who for each in told for who, _ in [*each.get("join", []), *each.get("update", [])]] == ["late"], told
    assert not any(each.get("leave") for each in told), told
    assert dict((await ada.people())["members"]) == {"bob": {"text": "elsewhere"}, "late": {"text": "new"}}


def _joins(frame: Any) -> Any:
    return frame[3].get("join") if frame[0] == "$presence" else None


def _leaves(frame: Any) -> Any:
    return frame[3].get("leave", []) if frame[0] == "$presence" else []


@pytest.mark.parametrize("servers", [("--on-broker-loss", "local")], indirect=True)
async def test_degraded_it_serves_its_own_and_says_so(
    people: Nodes, servers: list[ServerProcess], own: RedisServer
) -> None:
    ada, bob = await both(people)
    eve = await people.person("eve")
    own.stop()
    refused = await ada.act("add", "nobody keeps it")
    assert (refused["code"], refused["retryable"]) == ("unavailable", True)
    await ada.wave("local")
    await eve.heard("room.wave", "local")
    status, body = await asked(servers[0], "/ready")
    words = "degraded: Redis is away; room goes on locally, lobby goes on locally\n"
    assert (status, body) == (200, words)
    text = (await asked(servers[0], "/metrics"))[1]
    assert 'rtgen_redis_up{redis="0"} 0' in text
    for name in ("up", "addresses", "tick_seconds", "reconnections_total", "holes_total", "dropped_total"):
        assert f"# TYPE rtgen_redis_{name} " in text
    own.start()
    for each in ada, bob, eve:
        assert (await each.heard("$resync"))[2]["reason"] == "epoch_changed"
    late = await people.elsewhere(ada, "late")
    while "number" not in await ada.act("add", "kept again"):
        pass
    await late.heard("room.added", "kept again")
    assert "local" not in bob.texts("room.wave")
    status, body = await asked(servers[0], "/ready")
    assert (status, body) == (200, "ok\n")


@pytest.mark.parametrize("servers", [("--on-broker-loss", "refuse")], indirect=True)
async def test_where_that_was_chosen_everything_is_refused(
    people: Nodes, servers: list[ServerProcess], own: RedisServer
) -> None:
    ada, _ = await both(people)
    eve = await people.person("eve")
    own.stop()
    assert (await ada.act("add", "x"))["code"] == "unavailable"
    await ada.wave("x")
    status, body = await asked(servers[0], "/ready")
    assert (status, body) == (503, "degraded: Redis is away; room refuses, lobby refuses\n")
    refused = await ada.until(lambda frame: frame[0] == "$error" and frame[1] == 0)
    assert (refused[2]["code"], refused[2]["retryable"]) == ("unavailable", True)
    assert eve.texts("room.wave") == []


async def test_each_channel_does_what_the_contract_says_of_it(
    people: Nodes, servers: list[ServerProcess], own: RedisServer
) -> None:
    """The room records, and refuses therefore; the lobby does not."""
    ada, _ = await both(people)
    eve = await people.person("eve")
    for each in ada, eve:
        assert (await each.join("lobby"))[0] == "$joined"
    own.stop()
    assert (await ada.act("add", "nobody keeps it"))["code"] == "unavailable"
    await ada.wave("nobody hears it")
    refused = await ada.until(lambda frame: frame[0] == "$error" and frame[1] == 0)
    assert (refused[2]["code"], refused[2]["retryable"]) == ("unavailable", True)
    await ada.hello("local")
    await eve.heard("lobby.hello", "local")
    assert eve.texts("room.wave") == []
    status, body = await asked(servers[0], "/ready")
    assert (status, body) == (200, "degraded: Redis is away; room refuses, lobby goes on locally\n")
    assert await asked(servers[0], "/health") == (200, f"ok\n{body}")
    late = await people.newcomer("late")
    assert (await late.join("lobby"))[0] == "$joined"
    turned_away = await late.join(ada.address)
    assert (turned_away[2]["code"], turned_away[2]["retryable"]) == ("unavailable", True)
    text = (await asked(servers[0], "/metrics"))[1]
    assert 'rtgen_redis_degraded{channel="room",mode="refuse"} 1' in text
    assert 'rtgen_redis_degraded{channel="lobby",mode="local"} 1' in text
    assert 'rtgen_redis_turned_away_total{channel="room"} 2' in text
    assert 'rtgen_redis_alone_total{channel="lobby"} 1' in text
    own.start()
    assert (await eve.heard("$resync"))[2]["reason"] == "epoch_changed"
    async with asyncio.timeout(20):
        while (await late.join(ada.address))[0] != "$joined":
            pass
    await late.wave("back")
    status, body = await asked(servers[0], "/ready")
    assert (status, body) == (200, "ok\n")
    assert 'rtgen_redis_degraded{channel="room",mode="refuse"} 0' in (await asked(servers[0], "/metrics"))[1]


async def test_workers_of_several_machines_are_one_server(code: Path, own: RedisServer) -> None:
    own.start()
    try:
        async with two_nodes(code, own, "w", "--workers", "2") as servers, people_at(servers) as people:
            everybody = [await people.person_at(server) for server in servers]
            while everybody[-1].process == everybody[0].process or len(everybody) < 3:
                everybody.append(await people.person_at(servers[0]))
            await everybody[0].act("add", "hello")
            for each in everybody:
                await each.heard("room.added", "hello")
            async with asyncio.timeout(10):  # others are told ten times a second
                while (await everybody[-1].act("count"))["number"] != len(everybody):
                    pass
            status, body = await asked(servers[0], "/ready")
            assert (status, body) == (200, "ok\n1: ready\n2: ready\n")
            assert 'rtgen_redis_up{worker="1",redis="0"} 1' in (await asked(servers[0], "/metrics"))[1]
            own.stop()
            words = "degraded: Redis is away; room refuses, lobby goes on locally"
            async with asyncio.timeout(10):
                while body != f"{words}\n1: ready, {words}\n2: ready, {words}\n":
                    status, body = await asked(servers[0], "/ready")
            assert status == 200
    finally:
        own.stop()
