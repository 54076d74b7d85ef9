"""Whose address a handler is told, behind proxies and without."""

import asyncio
import json
from typing import Any

import pytest
from rtgen_runtime import Settings, listen
from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import Handshake, Identity
from rtgen_runtime.transports.forwarding import TrustedProxies
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.serving import TRANSPORTS
from small_conversation import CONTRACT, HELLO
from small_identity import CLOSED_DOOR, plain
from small_server import Rooms, serving
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

PROXIES = TrustedProxies(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # a client that claims to be another
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),  # what the client wrote itself stands first
        ("10.0.0.1", "198.51.100.7, 10.9.9.9, 192.0.2.1", "198.51.100.7"),
        ("10.0.0.1", "10.9.9.9", "10.9.9.9"),  # from a proxy itself, such as a health check
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense, 10.9.9.9", "10.9.9.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7:443", "10.0.0.1"),  # no address, and so nothing that can be believed
        ("2001:db8::1", "2001:0DB8::2, 2A02::1", "2a02::1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("", "198.51.100.7", ""),
    ],
)
def test_the_last_address_that_is_no_proxys_is_the_clients(peer: str, forwarded: str, client: str) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert PROXIES.client(peer, headers) == client


def test_a_long_list_is_looked_through_so_far_and_no_further() -> None:
    assert PROXIES.client("10.0.0.1", {"x-forwarded-for": "6.6.6.6" + ", 10.1.1.1" * 100}) == "10.1.1.1"


def test_nobody_is_trusted_unless_named() -> None:
    nobody = TrustedProxies()
    assert not nobody
    assert "127.0.0.1" not in nobody
    assert nobody.client("127.0.0.1", {"x-forwarded-for": "198.51.100.7"}) == "127.0.0.1"
    with pytest.raises(UsageError, match=r"no address of a proxy: 'proxy\.example'"):
        nobody.trust(["proxy.example"])


def test_a_proxy_may_have_any_number_of_sockets_half_open() -> None:
    half_open = HalfOpen(1, PROXIES)
    assert [half_open.enter("203.0.113.9"), half_open.enter("203.0.113.9")] == [True, False]
    assert all(half_open.enter("10.0.0.1") for _ in range(3))


class Door:
    """Notes where its clients are."""

    def __init__(self) -> None:
        self.remote: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        self.remote.set_result(handshake.remote)
        return plain("ada")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("trusted", "remote"), [((), "127.0.0.1"), (("127.0.0.0/8",), "198.51.100.7")])
async def test_an_authenticator_is_told(transport: Any, trusted: tuple[str, ...], remote: str) -> None:
    door = Door()
    app = serving(CLOSED_DOOR, Rooms(), auth=door, settings=Settings(trusted_proxies=trusted))
    async with listen(app, transport=transport) as listening:
        headers = {"X-Forwarded-For": "6.6.6.6, 198.51.100.7"}
        protocols = [Subprotocol("rtgen.v1.json")]
        async with connect(listening.url, subprotocols=protocols, additional_headers=headers, proxy=None) as socket:
            await socket.send(json.dumps([HELLO[0], {**HELLO[1], "token": "t"}]))
            assert json.loads(await socket.recv())[0] == "$welcome"
            assert await door.remote == remote


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_trusted_proxy_is_sent_to_another_node_while_this_one_drains(transport: Any) -> None:
    app = serving(CONTRACT, Rooms(), settings=Settings(trusted_proxies=("127.0.0.1",)))
    async with listen(app, transport=transport) as listening:
        protocols = [Subprotocol("rtgen.v1.json")]
        async with connect(listening.url, subprotocols=protocols, proxy=None) as before:
            await before.send(json.dumps(HELLO))
            assert json.loads(await before.recv())[0] == "$welcome"
            draining = asyncio.create_task(app.drain(60.0))
            assert json.loads(await before.recv())[0] == "$drain"
            with pytest.raises(InvalidStatus) as refused:
                await connect(listening.url, subprotocols=protocols, proxy=None)
            assert refused.value.response.status_code == 503
            assert refused.value.response.headers["Retry-After"] == "1"
        await draining
