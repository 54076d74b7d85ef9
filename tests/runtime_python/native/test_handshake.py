"""The opening handshake without I/O: the same verdicts as another library's, and plain requests beside it."""

import base64
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.transports.http import HttpRequest, HttpResponse
from rtgen_runtime.transports.native.handshake import Asked, RequestReader, Verdict
from rtgen_runtime.transports.native.kept_headers import KeptHeaders
from websockets.server import ServerProtocol
from websockets.utils import accept_key

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
USUAL = (
    "Host: example",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    f"Sec-WebSocket-Key: {KEY}",
)


def request(*lines: str, first: str = "GET /x?y=1 HTTP/1.1", usual: tuple[str, ...] = USUAL) -> bytes:
    return "\r\n".join([first, *usual, *lines, "", ""]).encode("latin-1")


def without(name: str) -> tuple[str, ...]:
    return tuple(each for each in USUAL if not each.startswith(name))


def read(*pieces: bytes) -> Verdict | None:
    reader = RequestReader(100)
    verdict = None
    for each in pieces:
        assert verdict is None
        verdict = reader.feed(each)
    return verdict


def theirs(sent: bytes) -> int:
    """The status that the `websockets` library answers with; 400 for what it closes without a word."""
    protocol = ServerProtocol(subprotocols=None, select_subprotocol=lambda _self, _offered: None)
    protocol.receive_data(sent)
    events = protocol.events_received()
    if not events:
        return 400
    return protocol.accept(events[0]).status_code  # type: ignore[arg-type]


def status(verdict: Verdict | None) -> int:
    match verdict:
        case Asked():
            return 101
        case HttpResponse(answer):
            return answer
        case _:
            return 0


def test_what_is_asked_and_how_it_is_accepted() -> None:
    asked = read(
        request(
            "Origin: https://a.example",
            "Sec-WebSocket-Protocol: one",
            "Sec-WebSocket-Protocol: two , three",
            "Sec-WebSocket-Extensions: permessage-deflate",
            "Cookie: a",
            "cookie: b",
        )
        + b"rest"
    )
    assert isinstance(asked, Asked)
    assert (asked.origins, asked.subprotocols) == (["https://a.example"], ["one", "two", "three"])
    assert (asked.extensions, asked.headers["cookie"], asked.rest) == ("permessage-deflate", "a, b", b"rest")
    accepted = asked.accepted("two", "x").decode()
    assert accepted.startswith("HTTP/1.1 101 ")
    assert f"\r\nSec-WebSocket-Accept: {accept_key(KEY)}\r\n" in accepted
    assert accepted.endswith("\r\nSec-WebSocket-Protocol: two\r\nSec-WebSocket-Extensions: x\r\n\r\n")
    assert "Sec-WebSocket-Protocol" not in asked.accepted(None, None).decode()


@given(st.lists(st.integers(0, 300), max_size=6))
def test_however_it_is_cut(places: list[int]) -> None:
    sent = request("Origin: https://a.example")
    bounds = [0, *sorted(min(each, len(sent) - 1) for each in places), len(sent)]
    assert read(*(sent[begin:end] for begin, end in itertools.pairwise(bounds))) == read(sent)


AGREED = [
    ("right", request(), 101),
    ("other case", request("upgrade: WebSocket", "connection: upgrade", usual=(*USUAL[:1], *USUAL[3:])), 101),
    ("list", request("Connection: keep-alive, x", usual=(*without("Connection"), "Connection: upgrade")), 101),
    ("post", request(first="PUT / HTTP/1.1"), 405),
    (
        "short key",
        request(f"Sec-WebSocket-Key: {base64.b64encode(b'x').decode()}", usual=without("Sec-WebSocket-Key")),
        400,
    ),
    ("no key", request(usual=without("Sec-WebSocket-Key")), 400),
    ("two keys", request(f"Sec-WebSocket-Key: {KEY}"), 400),
    ("strange key", request("Sec-WebSocket-Key: \xe4===", usual=without("Sec-WebSocket-Key")), 400),
    ("two versions", request("Sec-WebSocket-Version: 13"), 400),
    ("two origins", request("Origin: a", "Origin: a"), 400),
    ("two upgrades", request("Upgrade: h2c"), 426),
    ("other upgrade", request("Upgrade: h2c", usual=without("Upgrade")), 426),
    ("no connection", request(usual=without("Connection")), 426),
    ("quoted subprotocol", request('Sec-WebSocket-Protocol: "a"'), 400),
    ("no subprotocol", request("Sec-WebSocket-Protocol: ,,"), 400),
    ("space before the colon", request("X : y"), 400),
    ("folded", request(" y"), 400),
    ("no colon", request("X"), 400),
    ("nul", request("X: \x00"), 400),
    ("bare return", request("X: a\rb"), 400),
    ("chunked", request("Transfer-Encoding: chunked"), 400),
    ("body", request("Content-Length: 1"), 400),
    ("no HTTP", request(first="GET /"), 400),
    ("headers", request(*["X: y"] * 129), 431),
]


@pytest.mark.parametrize(("name", "sent", "expected"), AGREED, ids=[each[0] for each in AGREED])
def test_verdicts_are_those_of_another_library(name: str, sent: bytes, expected: int) -> None:
    assert status(read(sent)) == expected
    assert (theirs(sent) == 101) is (expected == 101), name


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (request(usual=without("Sec-WebSocket-Version")), 426),  # RFC 6455, 4.4; the library says 400
        (request(usual=without("Host")), 400),  # RFC 9112, 3.2; the library does not look
        (request("Host: again"), 400),
        (request(first="GET / HTTP/1.0"), 505),
        (request(first="GET  HTTP/1.1"), 400),
        (request("X: " + "a" * 16_384), 431),
        (b"GET /" + b"a" * 16_400, 431),
        (b"\x16\x03\x01", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", 413),
    ],
    ids=range(9),
)
def test_what_is_refused_in_our_own_way(sent: bytes, expected: int) -> None:
    assert status(read(sent)) == expected


def test_a_server_of_another_version_says_which() -> None:
    answer = read(request(usual=without("Sec-WebSocket-Version")))
    assert isinstance(answer, HttpResponse)
    assert answer.headers["sec-websocket-version"] == "13"


def test_kept_headers_are_the_headers() -> None:
    headers = {"host": "a:1", "cookie": "x=1; y=\xe4:", "empty": ""}
    kept = KeptHeaders(headers)
    assert dict(kept) == headers
    assert kept == headers
    assert (len(kept), kept["host"], kept.get("origin")) == (3, "a:1", None)
    assert dict(KeptHeaders({})) == {}


def test_plain_requests() -> None:
    probe = b"GET /health?x HTTP/1.0\r\nX-A: 1\r\n\r\n"
    assert read(probe) == HttpRequest("GET", "/health", {"x-a": "1"})
    body = b"POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
    expected = HttpRequest("POST", "/publish", {"host": "x", "content-length": "2"}, b"hi")
    assert read(body) == expected
    for place in range(1, len(body)):
        assert read(body[:place], body[place:]) == expected


@given(st.binary(max_size=400))
def test_rubbish_is_refused_or_waited_for(sent: bytes) -> None:
    verdict = read(sent)
    assert verdict is None or isinstance(verdict, HttpResponse)
