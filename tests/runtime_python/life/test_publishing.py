"""`POST /publish`, over both transports: who may, what the contract says to it, and that a key works once."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import plain_http
import pytest
from asgi_servers import listen_asgi
from member_server import Client, Server
from plain_http import Answer
from rtgen_runtime import Listening, UsageError, listen
from rtgen_runtime.publishing import Publisher

TOKEN = "t" * 40
A = "rooms/a"
Serve = Callable[..., AbstractAsyncContextManager[Listening]]


class Backend:
    """A program in another language, with a member of room `a` to see what it did."""

    def __init__(self, url: str, member: Client, publisher: Publisher) -> None:
        self.url = url
        self.member = member
        self.publisher = publisher

    async def post(self, body: Any, token: str | None = TOKEN, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["Authorization"] = f"Bearer {token}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await plain_http.ask(self.url, "/publish", "POST", named, raw)

    async def refused(self, body: Any, **headers: str) -> tuple[int, str, list[str]]:
        answer = await self.post(body, **headers)
        error = answer.data["error"]
        return answer.status, error["code"], [each["pointer"] for each in error.get("issues", ())]

    async def heard(self) -> list[Any]:
        return [frame for frame in await self.member.heard() if frame[0].startswith("room.")]


@pytest.fixture(params=[listen, listen_asgi], ids=["websockets", "asgi"])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    serve: Serve = request.param
    server = Server()
    publisher = Publisher(server.app, TOKEN)
    async with serve(server.app) as listening:
        yield Backend(listening.url, await server.client(A), publisher)


async def test_a_recorded_event_has_its_offset_and_others_have_none(backend: Backend) -> None:
    for offset in (1, 2):
        answer = await backend.post({"address": A, "event": "added", "payload": {"text": "hi"}})
        assert (answer.status, answer.data) == (200, {"offset": offset})
    body = {"channel": "room", "params": {"name": "a"}, "event": "hint", "payload": {"text": "psst"}}
    assert (await backend.post(body)).data == {"offset": 0}
    heard = await backend.heard()
    assert [(frame[0], frame[1], frame[3]["text"]) for frame in heard] == [
        ("room.added", 1, "hi"),
        ("room.added", 2, "hi"),
        ("room.hint", 0, "psst"),
    ]


async def test_some_members_can_be_told_alone(backend: Backend) -> None:
    hint = {"address": A, "event": "hint", "payload": {"text": "psst"}}
    assert (await backend.post(hint | {"to": {"session": "nobody"}})).status == 200
    assert (await backend.post(hint | {"to": {"session": backend.member.session}})).status == 200
    assert len(await backend.heard()) == 1
    assert await backend.refused(hint | {"to": {}}) == (400, "malformed", [])
    assert await backend.refused(hint | {"event": "added", "to": {"subject": "x"}}) == (400, "malformed", [])


async def test_without_the_token_nothing_is_said_or_told(backend: Backend) -> None:
    hint = {"address": A, "event": "hint", "payload": {"text": "psst"}}
    for token in (None, "", "x" * 40, TOKEN[:-1], TOKEN + "t", "é"):
        answer = await backend.post(hint, token=token)
        assert (answer.status, answer.data["error"]["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN.encode() not in answer.body
    backend.publisher.use("n" * 40)
    assert (await backend.post(hint)).status == 401
    assert (await backend.post(hint, token="n" * 40)).status == 200
    assert len(await backend.heard()) == 1
    with pytest.raises(UsageError, match="at least 32"):
        backend.publisher.use("short")


async def test_what_the_contract_forbids_is_named_with_pointers(backend: Backend) -> None:
    good: dict[str, Any] = {"address": A, "event": "added", "payload": {"text": "hi"}}
    assert await backend.refused(good | {"payload": {"text": "", "count": 99}}) == (
        422,
        "invalid",
        ["/payload/text", "/payload/count"],
    )
    assert await backend.refused(good | {"payload": None}) == (422, "invalid", ["/payload"])
    assert await backend.refused(good | {"address": "rooms/much-too-long"}) == (422, "invalid", ["/address/name"])
    assert await backend.refused(good | {"address": "elsewhere"}) == (404, "unknown_address", [])
    assert await backend.refused({"channel": "none", "event": "added"}) == (404, "unknown_address", [])
    assert await backend.refused({"channel": "room", "event": "added"}) == (422, "invalid", ["/params"])
    for event in ("nothing", "add", "wave", "seen", "room.added"):
        assert await backend.refused(good | {"event": event}) == (404, "unknown_event", [])
    assert await backend.refused(good | {"channel": "room"}) == (400, "malformed", [])
    assert await backend.refused(good | {"surplus": 1}) == (400, "malformed", [])
    for raw in (b"", b"[]", b"{", b"\xff", b'{"event":1}', b'{"a":' * 40):
        assert (await backend.refused(raw))[:2] == (400, "malformed")
    assert await backend.heard() == []


async def test_a_key_works_once_for_one_content(backend: Backend) -> None:
    body = {"address": A, "event": "added", "payload": {"text": "once"}}
    answers = [await backend.post(body, idempotency_key="k1") for _ in range(3)]
    assert [answer.data for answer in answers] == [{"offset": 1}] * 3
    assert (await backend.post(body, idempotency_key="k2")).data == {"offset": 2}
    other = body | {"payload": {"text": "else"}}
    assert await backend.refused(other, idempotency_key="k1") == (409, "ref_reused", [])
    assert await backend.refused(body, idempotency_key="k" * 201) == (400, "malformed", [])
    assert len(await backend.heard()) == 2


async def test_too_much_and_the_wrong_way_are_refused(backend: Backend) -> None:
    assert (await backend.post(b" " * 9000)).status == 413
    assert (await plain_http.ask(backend.url, "/publish")).status == 405
    assert (await backend.post({"address": A, "event": "hint", "payload": {"text": "ok"}})).status == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /publish HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /publish HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx", 411),
        (b"POST /publish HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
        (b"POST /publish HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", 400),
        (b"POST /publish HTTP/1.1\r\nContent-Length : 1\r\n\r\nx", 400),
        (b"POST /publish HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        (b"POST /publish HTTP/9\r\nContent-Length: 1\r\n\r\nx", 400),
        (b"POST /publish HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"POST /elsewhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
    ],
)
async def test_a_request_that_could_be_read_in_two_ways_is_not_read(sent: bytes, status: int) -> None:
    server = Server()
    Publisher(server.app, TOKEN)
    async with listen(server.app) as listening:
        assert (await plain_http.raw("127.0.0.1", listening.port, sent)).status == status


async def test_without_a_publisher_the_path_is_not_served() -> None:
    async with listen(Server().app) as listening:
        assert (await plain_http.ask(listening.url, "/publish", "POST", {}, b"")).status == 404
        assert (await plain_http.ask(listening.url, "/publish", "POST", {}, b"x")).status == 413
