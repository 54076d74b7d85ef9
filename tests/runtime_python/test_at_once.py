"""What nothing has to be awaited for is done in the same step; what a user puts in its way is still asked."""

from collections.abc import Callable
from typing import Any

import pytest
from member_server import Server, settled
from rtgen_runtime.identity import Handshake, Identity, NotAuthenticated
from rtgen_runtime.jwt import JwtAuth, Key, secret_key
from small_conversation import HELLO
from small_identity import CLOSED_DOOR, NOW, SECRET, token
from small_server import Peer, Rooms, serving


def made(kind: Callable[..., JwtAuth] = JwtAuth, keys: Any = None) -> JwtAuth:
    options: dict[str, Any] = {"issuer": "https://id.example", "audience": "small", "wall": lambda: NOW}
    return kind(keys or secret_key(SECRET), **options)


class Choosy(JwtAuth):
    """Has a rule of its own."""

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        identity = await super().authenticate(token, handshake)
        if identity.subject == "ada":
            raise NotAuthenticated("not her")
        return identity


class Fetched:
    """Keys of somebody's own, that say nothing before they are awaited."""

    async def find(self, algorithm: str, kid: str) -> Key | None:
        return secret_key(SECRET)


def asked(auth: JwtAuth, subject: str = "ada") -> Peer:
    peer = Peer(serving(CLOSED_DOOR, Rooms(), auth=auth))
    peer.tell("$hello", {**HELLO[1], "token": token(sub=subject)})
    return peer


async def test_a_token_whose_key_is_at_hand_lets_in_at_once() -> None:
    peer = asked(made())
    assert peer.connection.identity.subject == "ada"
    peer.tell("$join", 1, "lobby")
    assert (await peer.next())[0] == "$welcome"
    assert (await peer.next())[:2] == ["$joined", 1]


async def test_keys_that_must_be_awaited_are_awaited() -> None:
    peer = asked(made(keys=Fetched()))
    assert peer.connection.identity.subject is None
    assert (await peer.next())[0] == "$welcome"
    assert peer.connection.identity.subject == "ada"


@pytest.mark.parametrize(("subject", "is_welcome"), [("ada", False), ("bob", True)])
async def test_a_rule_of_ones_own_is_never_gone_around(subject: str, is_welcome: bool) -> None:
    peer = asked(made(Choosy), subject)
    assert peer.connection.identity.subject is None
    assert ((await peer.next())[0] == "$welcome") is is_welcome


class Broken(JwtAuth):
    """Fails at once."""

    def at_once(self, token: str | None) -> Identity | None:
        raise RuntimeError("no idea")


async def test_what_fails_at_once_is_told_as_what_fails_later(caplog: pytest.LogCaptureFixture) -> None:
    peer = asked(made(Broken))
    assert (await peer.next())[2]["code"] == "auth_unavailable"
    assert "the authenticator failed" in caplog.text


async def test_who_leaves_while_a_history_is_read_leaves_nothing_behind() -> None:
    server = Server()
    client = await server.client()
    client.tell("$join", 1, "rooms/b")
    client.tell("$leave", 2, "rooms/b")
    await settled()
    assert server.app.hub._rooms == {}
    assert not server.app.hub.keeper._tails._tails
    assert server.room.calls == ["join", "leave"]
