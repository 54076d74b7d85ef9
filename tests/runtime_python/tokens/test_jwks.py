"""Published keys: cached, rotated, fetched seldom, and never trusted with more than they are for."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import AuthUnavailable, Handshake, NotAuthenticated
from rtgen_runtime.jwt import Jwks, JwtAuth
from rtgen_runtime.jwt.fetching import MOST_BYTES, fetch
from rtgen_runtime.jwt.jwks import COOLDOWN, FRESH, MOST_KEYS, STALE
from small_identity import NOW, token

ENDPOINT = "https://id.example/keys"
ISSUER = "https://id.example"
OLD = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEW = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def jwk(private: Any, kid: str, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    made: dict[str, Any] = kind.to_jwk(private.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return {**made, "kid": kid, "use": "sig", **more}


class Provider:
    """An identity provider, with a clock of its own for the cache."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.calls = 0
        self.now = 0.0
        self.down = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.body: bytes | None = None

    async def fetch(self, url: str) -> bytes:
        assert url == ENDPOINT
        self.calls += 1
        await self.gate.wait()
        if self.down:
            raise OSError("unreachable")
        return json.dumps({"keys": self.keys}).encode() if self.body is None else self.body

    def jwks(self, **options: Any) -> Jwks:
        options = {"issuer": ISSUER, **options}
        return Jwks(ENDPOINT, fetch=self.fetch, clock=lambda: self.now, **options)


async def test_a_key_is_fetched_once_and_kept() -> None:
    provider = Provider(jwk(OLD, "a"))
    keys = provider.jwks()
    for _ in range(5):
        found = await keys.find("RS256", "a")
        assert found is not None
        assert found.algorithm == "RS256"
    assert provider.calls == 1


async def test_tokens_are_verified_with_it() -> None:
    provider = Provider(jwk(OLD, "a"), jwk(NEW, "b"))
    auth = JwtAuth(provider.jwks(), issuer=ISSUER, audience="small", wall=lambda: NOW)
    identity = await auth.authenticate(token(NEW, "RS256", {"kid": "b"}), Handshake())
    assert identity.subject == "ada"
    for key, headers in ((NEW, {"kid": "a"}), (NEW, {"kid": "c"}), (NEW, None)):
        with pytest.raises(NotAuthenticated):
            await auth.authenticate(token(key, "RS256", headers), Handshake())


class TestC13:
    """Endpoint slow, down, huge, rotated; 100,000 unknown names; a herd."""

    async def test_c13_rotation_is_found_by_the_new_name(self) -> None:
        provider = Provider(jwk(OLD, "a"))
        keys = provider.jwks()
        assert await keys.find("RS256", "a")
        provider.keys = [jwk(NEW, "b")]
        provider.now += COOLDOWN
        assert await keys.find("RS256", "b")
        assert await keys.find("RS256", "a") is None

    async def test_c13_a_herd_waits_for_one_fetch(self) -> None:
        provider = Provider(jwk(OLD, "a"))
        provider.gate.clear()
        keys = provider.jwks()
        herd = [asyncio.create_task(keys.find("RS256", "a")) for _ in range(500)]
        await asyncio.sleep(0)
        provider.gate.set()
        assert all(await asyncio.gather(*herd))
        assert provider.calls == 1

    async def test_c13_unknown_names_ask_the_provider_seldom(self) -> None:
        provider = Provider(jwk(OLD, "a"))
        keys = provider.jwks()
        for number in range(100_000):
            assert await keys.find("RS256", f"unknown-{number}") is None
        assert provider.calls == 1
        provider.now += COOLDOWN
        assert await keys.find("RS256", "unknown") is None
        assert provider.calls == 2

    async def test_c13_old_keys_serve_while_new_ones_are_fetched(self) -> None:
        provider = Provider(jwk(OLD, "a"))
        keys = provider.jwks()
        await keys.find("RS256", "a")
        provider.now += FRESH
        provider.gate.clear()
        assert await keys.find("RS256", "a")
        assert provider.calls == 1
        await asyncio.sleep(0)
        assert provider.calls == 2
        provider.gate.set()

    async def test_c13_old_keys_serve_while_the_provider_is_down(self) -> None:
        provider = Provider(jwk(OLD, "a"))
        keys = provider.jwks()
        await keys.find("RS256", "a")
        provider.down = True
        provider.now += STALE - 1
        assert await keys.find("RS256", "a")
        provider.now += COOLDOWN
        with pytest.raises(AuthUnavailable):
            await keys.find("RS256", "a")

    async def test_c13_without_any_key_it_can_not_be_told(self, caplog: pytest.LogCaptureFixture) -> None:
        provider = Provider()
        provider.down = True
        keys = provider.jwks()
        with caplog.at_level(logging.WARNING), pytest.raises(AuthUnavailable):
            await keys.find("RS256", "a")
        assert "unreachable" in caplog.text
        with pytest.raises(AuthUnavailable):
            await keys.find("RS256", "a")
        assert provider.calls == 1

    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>", b"[]", b"{}", b'{"keys":{}}', b'{"keys":null}', b"[" * 5000, b"\xff"],
        ids=range(8),
    )
    async def test_c13_rubbish_is_no_key_set(self, body: bytes) -> None:
        provider = Provider()
        provider.body = body
        with pytest.raises(AuthUnavailable):
            await provider.jwks().find("RS256", "a")

    async def test_c13_too_many_keys_are_none(self) -> None:
        provider = Provider(*({"kid": str(number), "kty": "RSA"} for number in range(MOST_KEYS + 1)))
        with pytest.raises(AuthUnavailable):
            await provider.jwks().find("RS256", "0")


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXM", "kid": "x"},
        jwk(OLD, "x", use="enc"),
        jwk(OLD, "x", alg="RS512"),
        jwk(OLD, "x", alg="HS256"),
        jwk(rsa.generate_private_key(public_exponent=65537, key_size=1024), "x"),
        jwk(CURVE, "x"),
        {**jwk(OLD, "x"), "d": "AQAB"},
        {"kty": "RSA", "kid": "x"},
        {"kty": "RSA", "kid": "x", "n": 5, "e": []},
        {"kty": [], "kid": "x"},
        {"kid": 5},
        "x",
        None,
    ],
    ids=range(13),
)
async def test_an_unusable_key_does_no_harm_to_the_others(entry: Any) -> None:
    provider = Provider(entry, jwk(OLD, "a"))
    keys = provider.jwks()
    assert await keys.find("RS256", "x") is None
    assert await keys.find("RS256", "a")


async def test_only_the_named_algorithms_count() -> None:
    provider = Provider(jwk(OLD, "a"), jwk(CURVE, "c"))
    keys = provider.jwks(algorithms=["ES256", "PS256"])
    assert (await keys.find("ES256", "c")) is not None
    assert (await keys.find("PS256", "a")) is not None
    assert await keys.find("RS256", "a") is None
    assert await keys.find("HS256", "a") is None
    assert await keys.find("ES256", "") is None


@pytest.mark.parametrize("algorithms", [["HS256"], ["none"], [], ["RS256", "HS256"]])
def test_shared_secrets_are_not_published(algorithms: list[str]) -> None:
    with pytest.raises(UsageError):
        Jwks(ENDPOINT, issuer=ISSUER, algorithms=algorithms)


@pytest.mark.parametrize("url", ["http://id.example/keys", "file:///etc/passwd", "ftp://x/", "keys", "https://", ""])
def test_keys_come_over_https(url: str) -> None:
    with pytest.raises(UsageError):
        Jwks(url, issuer=ISSUER)


@contextmanager
def serving(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A web server on the loopback, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


async def test_the_default_fetcher_goes_where_it_is_told_and_no_further() -> None:
    answers = {
        "/keys": (200, {}, b'{"keys":[]}'),
        "/huge": (200, {}, b"x" * (MOST_BYTES + 1)),
        "/moved": (302, {"Location": "/keys"}, b""),
        "/none": (404, {}, b"no"),
    }
    with serving(answers) as (url, asked):
        assert await fetch(f"{url}/keys") == b'{"keys":[]}'
        for path in ("/huge", "/moved", "/none"):
            with pytest.raises((OSError, ValueError)):
                await fetch(url + path)
        assert asked == ["/keys", "/huge", "/moved", "/none"]
    with pytest.raises(OSError, match="refused"):
        await fetch(f"{url}/keys")
