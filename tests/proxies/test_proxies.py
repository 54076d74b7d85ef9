"""What clients notice of a proxy: nothing, whatever the nodes behind it do."""

import asyncio
import dataclasses
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from certificates import certified
from plain_http import ask
from proxies.standing import PROXIES, command, configured, free_port, reloadable, standing
from rtgen_runtime import Listening, Settings, listen
from rtgen_runtime.app import App
from rtgen_runtime.declarations import Heartbeat
from rtgen_runtime.identity import Handshake, Identity
from rtgen_runtime.publishing import Publisher
from small_conversation import HELLO
from small_identity import OPEN_DOOR, plain
from small_server import Rooms, serving
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

CONTRACT = dataclasses.replace(OPEN_DOOR, heartbeat=Heartbeat(every=1.0, slack=1.0))
PROTOCOLS = [Subprotocol("rtgen.v1.json")]


class Door:
    """Lets everybody in, and notes from where they come."""

    def __init__(self) -> None:
        self.remotes: list[str] = []

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        self.remotes.append(handshake.remote)
        return plain("ada")


class Node:
    """One server."""

    def __init__(self) -> None:
        self.door = Door()
        settings = Settings(trusted_proxies=("127.0.0.1",), metrics=True)
        self.app: App = serving(CONTRACT, Rooms(), auth=self.door, settings=settings)
        Publisher(self.app, "t" * 32)
        self._stack = AsyncExitStack()
        self.listening: Listening | None = None

    async def start(self) -> int:
        self.listening = await self._stack.enter_async_context(listen(self.app, port=free_port()))
        return self.listening.port

    async def end(self) -> None:
        await self._stack.aclose()


@asynccontextmanager
async def nodes() -> AsyncIterator[tuple[Node, Node, tuple[int, int]]]:
    """Two of them."""
    one, two = Node(), Node()
    try:
        yield one, two, (await one.start(), await two.start())
    finally:
        await one.end()
        await two.end()


@asynccontextmanager
async def client(port: int, **options: Any) -> AsyncIterator[ClientConnection]:
    """Who has been welcomed."""
    url = f"ws://127.0.0.1:{port}/"
    async with connect(url, subprotocols=PROTOCOLS, proxy=None, **options) as socket:
        await socket.send(json.dumps([HELLO[0], {**HELLO[1], "client": "", "token": "t"}]))
        assert json.loads(await socket.recv())[0] == "$welcome"
        yield socket


async def heard(socket: ClientConnection, tag: str) -> Any:
    """The next frame with this tag; pings are answered."""
    async with asyncio.timeout(20):
        while True:
            frame = json.loads(await socket.recv())
            if frame[0] == "$ping":
                await socket.send(json.dumps(["$pong", frame[1]]))
            if frame[0] == tag:
                return frame


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


async def test_a_conversation_goes_through_and_says_where_it_comes_from(proxy: str, tmp_path: Path) -> None:
    async with nodes() as (one, two, ports), standing(proxy, tmp_path, ports) as port:
        async with client(port, additional_headers={"X-Forwarded-For": "6.6.6.6"}) as socket:
            await socket.send('["$join",1,"rooms/a"]')
            assert (await heard(socket, "$joined"))[1:3] == [1, "rooms/a"]
            await socket.send('["room.add",2,"rooms/a",{"text":"hi"}]')
            assert (await heard(socket, "$reply"))[1] == 2
        assert one.door.remotes + two.door.remotes == ["127.0.0.1"]


async def test_a_connection_that_only_hears_pings_lives_longer_than_the_idle_time(proxy: str, tmp_path: Path) -> None:
    async with nodes() as (_, _, ports), standing(proxy, tmp_path, ports) as port, client(port) as socket:
        for _ in range(4):  # a second apart; the idle time is 3 s
            await heard(socket, "$ping")
        await socket.send('["$join",1,"lobby"]')
        assert (await heard(socket, "$joined"))[1] == 1


async def test_only_websockets_get_through(proxy: str, tmp_path: Path) -> None:
    async with nodes() as (_, _, ports), standing(proxy, tmp_path, ports) as port:
        for path in ("/metrics", "/health", "/ready", "/"):
            assert (await ask(f"http://127.0.0.1:{port}", path)).status == 404
        assert (await ask(f"http://127.0.0.1:{port}", "/publish", "POST", body=b"{}")).status == 404


async def test_publishing_gets_through_where_it_is_wanted(proxy: str, tmp_path: Path) -> None:
    async with nodes() as (_, _, ports), standing(proxy, tmp_path, ports, publish=True) as port:
        url = f"http://127.0.0.1:{port}"
        assert (await ask(url, "/publish", "POST", body=b"{}")).status == 401
        headers = {"Authorization": f"Bearer {'t' * 32}", "Content-Type": "application/json"}
        sent = {"channel": "room", "params": {"name": "a"}, "event": "hint", "payload": {"text": "hi"}}
        answer = await ask(url, "/publish", "POST", headers, json.dumps(sent).encode())
        assert answer.status == 200, answer.body
        assert (await ask(url, "/metrics")).status == 404


async def test_pages_of_other_origins_are_kept_out(proxy: str, tmp_path: Path) -> None:
    known = "https://a.example https://b.example:8443"
    async with nodes() as (_, _, ports), standing(proxy, tmp_path, ports, origins=known) as port:
        for origin in (None, "https://a.example", "https://b.example:8443"):
            async with client(port, origin=None if origin is None else Origin(origin)):
                pass
        for origin in ("https://evil.example", "https://a.example.evil", "http://a.example", "null"):
            with pytest.raises(InvalidStatus) as refused:
                async with client(port, origin=Origin(origin)):
                    pass
            assert refused.value.response.status_code == 403


async def test_newcomers_never_meet_a_node_that_drains(proxy: str, tmp_path: Path) -> None:
    async with nodes() as (one, two, ports), standing(proxy, tmp_path, ports) as port:
        async with AsyncExitStack() as clients:
            first = [await clients.enter_async_context(client(port)) for _ in range(4)]
            assert one.app.connections == two.app.connections == 2
            draining = asyncio.create_task(one.app.drain(60.0))
            told = [each for each in first if await _is_told(each)]
            assert len(told) == 2
            for _ in range(8):
                await clients.enter_async_context(client(port))
            assert (one.app.connections, two.app.connections) == (2, 10)
        await draining


async def _is_told(socket: ClientConnection) -> bool:
    """Whether it is asked to move; the others hear a ping."""
    async with asyncio.timeout(20):
        while True:
            tag = json.loads(await socket.recv())[0]
            if tag in {"$drain", "$ping"}:
                return bool(tag == "$drain")


async def test_newcomers_go_to_who_is_left_when_a_node_is_gone(proxy: str, tmp_path: Path) -> None:
    async with nodes() as (one, two, ports), standing(proxy, tmp_path, ports) as port:
        await one.end()
        async with AsyncExitStack() as clients:
            for _ in range(6):
                await clients.enter_async_context(client(port))
            assert two.app.connections == 6


async def test_after_a_reload_connections_go_on_for_the_drain_and_come_back(proxy: str, tmp_path: Path) -> None:
    """The old process waits for them, and no longer than `drain` says."""
    async with AsyncExitStack() as stack:
        one, two, ports = await stack.enter_async_context(nodes())
        port, reload = await stack.enter_async_context(reloadable(proxy, tmp_path, ports, drain="3"))
        async with client(port) as before:
            await reload()
            await before.send('["$join",1,"lobby"]')
            assert (await heard(before, "$joined"))[1] == 1
            for _ in range(2):  # a second apart
                await heard(before, "$ping")
            async with client(port) as other:
                with pytest.raises(ConnectionClosed):
                    await heard(before, "what never comes")
                await other.send('["$join",1,"lobby"]')
                assert (await heard(other, "$joined"))[1] == 1
                async with client(port):
                    assert one.app.connections + two.app.connections == 2


async def test_a_proxy_speaks_tls(proxy: str, tmp_path: Path) -> None:
    known = certified(tmp_path)
    async with nodes() as (_, _, ports), standing(proxy, tmp_path, ports, certificate=str(known.file)) as port:
        url = f"wss://localhost:{port}/"
        async with connect(url, subprotocols=PROTOCOLS, proxy=None, ssl=known.client) as socket:
            await socket.send(json.dumps(HELLO))
            assert json.loads(await socket.recv())[0] == "$welcome"


@pytest.mark.parametrize("path", ["/", "/realtime/v1"])
@pytest.mark.parametrize("publish", [False, True])
def test_what_is_written_is_valid(proxy: str, tmp_path: Path, path: str, publish: bool) -> None:
    certified(tmp_path)
    options = {"certificate": str(tmp_path / "both.pem"), "key": str(tmp_path / "both.pem")}
    origins = {"origins": "https://a.example http://[::1]:3000"}
    configured(tmp_path, {"nodes": "127.0.0.1:1 [::1]:65535", "path": path, "publish": publish, **options, **origins})
    checking = {"nginx": "-t", "haproxy": "-c"}[proxy]
    subprocess.run([*command(proxy, tmp_path), checking], check=True, capture_output=True)
