"""Flags over real sockets, with two workers: what one is told all do, and a worker that comes later, too."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import plain_http
import pytest
import pytest_asyncio
from faults.served import ServerProcess
from flags.desk import generate, package
from rtgen_runtime.client.socket import open_websocket

pytestmark = [pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="module")]

TOKEN = "t" * 40


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """Two workers, started with an option."""
    folder = tmp_path_factory.mktemp("flags")
    generate(folder)
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    options = ("--workers", "2", "--flag", "board=100", "--flags-token-file", str(folder / "token"))
    async with ServerProcess(folder, folder / "kept.db", package="desk", options=(*options, "--metrics")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The clients' package."""
    return package(tmp_path_factory.mktemp("clients"))


async def set_flag(server: ServerProcess, **body: Any) -> Any:
    """Whichever worker answers."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    raw = json.dumps(body).encode()
    answer = await plain_http.ask(f"http://127.0.0.1:{server.port}", "/flags", "POST", headers, raw)
    assert answer.status == 200, answer.body
    return answer.data


async def at_both(server: ServerProcess, desk: Any) -> dict[int, Any]:
    """A client at each of two workers, in their rooms: by process."""
    found: dict[int, Any] = {}
    while len(found) < 2:
        client = desk.DeskClient(f"ws://127.0.0.1:{server.port}", connect=open_websocket, token=f"u{len(found)}")
        await client.__aenter__()
        room = await client.desk(name="a")
        process = int((await room.say(desk.Text(text="who"))).text)
        if process in found:
            await client.close()
        else:
            found[process] = client, room
    return found


async def told(client: Any, split_view: bool) -> None:
    """Wait until a client has heard."""
    async with asyncio.timeout(20):
        async for flags in client.flag_changes:
            if flags.split_view is split_view:
                return


async def test_what_one_worker_is_told_all_do(server: ServerProcess, desk: Any) -> None:
    people = await at_both(server, desk)
    (first, one), (second, two) = people.values()
    assert [each.flags.board for each in (first, second)] == [True, True], "the option is every worker's"
    await set_flag(server, flag="splitView", percent=100)
    for client in (first, second):
        await told(client, split_view=True)
    heard = two.beside.listen()
    assert (await one.split(desk.Text(text="x"))).text == "True"
    await one.say(desk.Text(text="beside"))
    async with asyncio.timeout(20):
        assert (await anext(heard)).payload.text == "beside"
    # A handler pulls the switch at one of them; nobody has it at the other.
    await two.say(desk.Text(text="kill"))
    for client in (first, second):
        await told(client, split_view=False)
    metrics = await plain_http.ask(f"http://127.0.0.1:{server.port}", "/metrics")
    assert metrics.body.count(b'rtgen_flag_connections{worker="') > 0
    for client in (first, second):
        await client.close()


async def test_a_worker_that_comes_later_knows_it(server: ServerProcess, desk: Any) -> None:
    await set_flag(server, flag="splitView", percent=100, killed=False)
    people = await at_both(server, desk)
    dead = next(iter(people))
    for client, _ in people.values():
        await told(client, split_view=True)
        await client.close()
    os.kill(dead, signal.SIGKILL)
    # The other worker and the one in its place.
    again = await at_both(server, desk)
    assert dead not in again
    for client, _ in again.values():
        assert client.flags.split_view
        await client.close()
