"""One node is an hour behind and the other an hour ahead: Redis's clock counts among them. What holds, holds.

Their clocks are the system's, moved by Debian's libfaketime; the monotonic one goes on as it does everywhere.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from cluster.nodes import QUICK, Nodes, people_at
from faults.served import ServerProcess
from redis_server import RedisServer
from workers.test_together import (
    test_a_client_that_comes_to_another_worker_is_the_same,
    test_a_kick_and_a_resync_reach_both,
    test_a_request_takes_effect_once_whichever_worker_gets_it,
    test_everybody_is_counted_and_seen,
    test_recorded_events_of_both_have_one_order_for_all,
    test_the_newest_value_is_given_with_a_join_at_either,
    test_who_must_go_goes_from_both,
)

pytestmark = [pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="module")]

__all__ = [
    "test_a_client_that_comes_to_another_worker_is_the_same",
    "test_a_kick_and_a_resync_reach_both",
    "test_a_request_takes_effect_once_whichever_worker_gets_it",
    "test_everybody_is_counted_and_seen",
    "test_recorded_events_of_both_have_one_order_for_all",
    "test_the_newest_value_is_given_with_a_join_at_either",
    "test_who_must_go_goes_from_both",
]

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def shifted(by: str) -> dict[str, str]:
    """The environment of a process whose clock is wrong."""
    assert LIBRARY is not None, "install faketime: tools/servers.sh does"
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(code: Path, redis: RedisServer) -> AsyncIterator[list[ServerProcess]]:
    store = f"{redis.url}?prefix=clocks&{QUICK}"
    given = ("--log-level", "error", "--metrics")
    found = [
        ServerProcess(code, code, store=store, package="crew", options=given, environment=shifted(by))
        for by in ("-1h", "+1h")
    ]
    try:
        await asyncio.gather(*(each.start() for each in found))
        yield found
    finally:
        for each in found:
            await each.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def people(servers: list[ServerProcess]) -> AsyncIterator[Nodes]:
    async with people_at(servers) as found:
        yield found


async def test_f6_the_clocks_are_really_wrong_and_the_check_says_so(code: Path, redis: RedisServer) -> None:
    path = f"{code}{os.pathsep}{os.environ.get('PYTHONPATH', '')}{os.pathsep}{os.pathsep.join(sys.path)}"
    command = [sys.executable, "-m", "crew", "--handlers", str(code / "handlers"), "--store", redis.url, "--check"]
    for by in "-1h", "+1h":
        done = await asyncio.to_thread(
            subprocess.run,
            command,
            env={**os.environ, "PYTHONPATH": path, **shifted(by)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "are 3600 s apart: have both follow the same time servers (NTP)" in done.stdout


async def test_f6_leases_hold_whatever_the_nodes_clocks_say(people: Nodes, redis: RedisServer) -> None:
    """For longer than a lease nobody goes, and when a node is gone its people go."""
    ada = await people.person("ada")
    bob = await people.elsewhere(ada, "bob")
    await bob.show("here")
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("join") == [["bob", {"text": "here"}]])
    leases = dict(_pairs(redis.ask("ZRANGE", "clocks:crew:0:nodes", 0, -1, "WITHSCORES")))
    assert len(leases) == 2
    async with asyncio.timeout(20):
        while not all(
            end > leases[node] + 4000
            for node, end in _pairs(redis.ask("ZRANGE", "clocks:crew:0:nodes", 0, -1, "WITHSCORES"))
        ):
            assert (await ada.act("count"))["number"] == 2
    assert not any(frame[0] == "$presence" and frame[3].get("leave") for frame in ada.frames)


def _pairs(flat: list[bytes]) -> list[tuple[bytes, float]]:
    return [(name, float(score)) for name, score in zip(flat[::2], flat[1::2], strict=True)]
