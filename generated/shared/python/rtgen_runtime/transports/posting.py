"""A request with a body, read from the beginning of a connection: as strict as it can be, and one a connection.

The WebSocket library knows no bodies. This reads HTTP/1.1 (RFC 9112) with a `Content-Length`, and nothing else.
"""

from http import HTTPStatus
from typing import Final

from rtgen_runtime.transports.http import HttpRequest, HttpResponse

_LONGEST_HEAD: Final = 16_384
_END: Final = b"\r\n\r\n"


class PostReader:
    """Give it what comes; it gives the request when it is whole, or the answer to one that can't be read."""

    def __init__(self, most_body: int) -> None:
        self._most_body = most_body
        self._data = b""

    def feed(self, data: bytes) -> HttpRequest | HttpResponse | None:
        """More bytes. `None`: there must be more."""
        self._data += data
        head, end, body = self._data.partition(_END)
        if len(head) > _LONGEST_HEAD:
            return _refusal(431)
        if not end:
            return None
        read = _read(head)
        if read is None:
            return _refusal(400)
        method, path, headers = read
        if "transfer-encoding" in headers or "content-length" not in headers:
            return _refusal(411)
        stated = headers["content-length"]
        if not (stated.isascii() and stated.isdigit()) or len(stated) > 15:
            return _refusal(400)
        size = int(stated)
        if size > self._most_body:
            return _refusal(413)
        if len(body) < size:
            return None
        return HttpRequest(method, path, headers, body[:size])


def serialised(answer: HttpResponse) -> bytes:
    """An answer as it travels; the connection closes after it."""
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.body)}",
        "Cache-Control: no-store",
        "Connection: close",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + _END + answer.body


def _read(head: bytes) -> tuple[str, str, dict[str, str]] | None:
    first, *lines = head.decode("latin-1").split("\r\n")
    match first.split(" "):
        case [method, target, "HTTP/1.1" | "HTTP/1.0"]:
            pass
        case _:
            return None
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or name.lower() in headers:
            return None  # a header that comes twice could be read in two ways
        headers[name.lower()] = value.strip(" \t")
    return method, target.partition("?")[0], headers


def _refusal(status: int) -> HttpResponse:
    return HttpResponse(status, f"{HTTPStatus(status).phrase.lower()}\n".encode())
