"""The opening handshake (RFC 6455, 4.2), and plain requests beside it, without I/O: bytes in, one verdict out.

HTTP/1.1 is read as RFC 9112 has it, and strictly: what could be read in two ways is refused. A connection carries one
request.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from rtgen_runtime.transports.http import HttpRequest, HttpResponse
from rtgen_runtime.transports.posting import PostReader

LONGEST_HEAD: Final = 16_384
"""Bytes of a request before its body; also the longest line and the longest header."""
MOST_HEADERS: Final = 128

_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_END: Final = b"\r\n\r\n"
_POST: Final = b"POST "
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIRST_LINE: Final = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.([01])")
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*)")
_HEADERS: Final = re.compile(
    r"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*(?:\r\n|\Z))*"
)
"""All lines at once: judging each by itself was half of reading a request."""
_ONCE: Final = (
    "content-length",
    "host",
    "origin",
    "sec-websocket-key",
    "sec-websocket-version",
    "transfer-encoding",
)
"""Headers that say something else when they come twice."""

Headers = list[tuple[str, str]]
"""Names in lower case, in the order in which they came."""


@dataclass(slots=True)
class Asked:
    """A valid opening handshake; `rest` is what came behind it already."""

    headers: dict[str, str]
    origins: Sequence[str]
    key: str
    subprotocols: Sequence[str]
    extensions: str
    rest: bytes

    def accepted(self, subprotocol: str | None, extensions: str | None) -> bytes:
        """The answer that makes it a WebSocket (4.2.2)."""
        digest = hashlib.sha1((self.key + _GUID).encode(), usedforsecurity=False)
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {base64.b64encode(digest.digest()).decode()}",
        ]
        if subprotocol is not None:
            lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
        if extensions is not None:
            lines.append(f"Sec-WebSocket-Extensions: {extensions}")
        return "\r\n".join(lines).encode() + _END


Verdict = Asked | HttpRequest | HttpResponse
"""A handshake, a request to be answered, or the answer to what is neither."""


class _Refused(Exception):
    """What the answer is instead."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(status)
        self.answer = _refusal(status, **headers)


class RequestReader:
    """Reads one request. Give it what comes, until it gives a verdict."""

    __slots__ = ("_data", "_most_body", "_post")

    def __init__(self, most_body: int) -> None:
        self._data = b""
        self._most_body = most_body
        self._post: PostReader | None = None

    def feed(self, data: bytes) -> Verdict | None:
        """More bytes; `None`: there must be more of them. It never raises."""
        if self._post is not None:
            return self._post.feed(data)
        self._data += data
        if self._data.startswith(_POST):
            self._post = PostReader(self._most_body)
            return self._post.feed(self._data)
        head, end, rest = self._data.partition(_END)
        if len(head) > LONGEST_HEAD:
            return _refusal(431)
        if not end:
            is_http = not head or head[:1].isupper()
            return None if is_http else _refusal(400)
        try:
            return _judged(head.decode("latin-1"), rest)
        except _Refused as refused:
            return refused.answer


def _judged(head: str, rest: bytes) -> Asked | HttpRequest:
    """A request by its head.

    Raises:
        _Refused: It is none, or not one for us.
    """
    first, _, lines = head.partition("\r\n")
    match = _FIRST_LINE.fullmatch(first)
    if match is None:
        raise _Refused(400)
    method, target, minor = match.groups()
    headers = _read(lines)
    joined = _joined(headers)
    if minor == "1" and "host" not in joined:
        raise _Refused(400)  # RFC 9112, 3.2
    if joined.get("content-length", "0") != "0" or "transfer-encoding" in joined:
        raise _Refused(400)
    if "upgrade" not in joined:
        return HttpRequest(method, target.partition("?")[0], joined)
    if method != "GET":
        raise _Refused(405, allow="GET")
    if minor != "1":
        raise _Refused(505)
    return _asked(headers, joined, rest)


def _read(lines: str) -> Headers:
    if lines.count("\r\n") >= MOST_HEADERS:
        raise _Refused(431)
    if _HEADERS.fullmatch(lines) is None:
        raise _Refused(400)
    found = _HEADER.findall(lines)
    return [(name.lower(), value.rstrip(" \t")) for name, value in found]


def _joined(headers: Headers) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        if name not in joined:
            joined[name] = value
        elif name in _ONCE:
            raise _Refused(400)
        else:
            joined[name] += f", {value}"
    return joined


def _asked(headers: Headers, joined: dict[str, str], rest: bytes) -> Asked:
    """The client's part of the handshake (4.2.1)."""
    connection = _listed(joined.get("connection", "").lower())
    if joined["upgrade"].lower() != "websocket" or "upgrade" not in connection:
        raise _Refused(426, upgrade="websocket")
    if joined.get("sec-websocket-version") != "13":
        raise _Refused(426, upgrade="websocket", sec_websocket_version="13")
    key = joined.get("sec-websocket-key", "")
    if not _is_key(key):
        raise _Refused(400)
    offered = joined.get("sec-websocket-protocol")
    subprotocols = [] if offered is None else _listed(offered)
    if offered is not None and not subprotocols:
        raise _Refused(400)
    if not all(_TOKEN.fullmatch(each) for each in subprotocols):
        raise _Refused(400)
    return Asked(
        headers=joined,
        origins=[value for name, value in headers if name == "origin"],
        key=key,
        subprotocols=subprotocols,
        extensions=joined.get("sec-websocket-extensions", ""),
        rest=rest,
    )


def _refusal(status: int, **headers: str) -> HttpResponse:
    """Names of headers have underscores here."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    words = f"{HTTPStatus(status).phrase.lower()}\n".encode()
    return HttpResponse(status, words, headers=said)


def _listed(value: str) -> list[str]:
    return [part for each in value.split(",") if (part := each.strip(" \t"))]


def _is_key(key: str) -> bool:
    """Whether it is 16 bytes in base64."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
