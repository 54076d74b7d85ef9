"""Gets a small document from a URL: within a time, up to a size, from the host that was named and no other."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
)

from rtgen_runtime.errors import UsageError

Fetch = Callable[[str], Awaitable[bytes]]
"""Gives the body at a URL; may raise any `OSError` or `ValueError`."""

MOST_BYTES: Final = 262_144
PATIENCE: Final = 4.0
"""Seconds for each step of the exchange; whoever waits for a key has its own limit."""
_CHUNK: Final = 65_536
_HANDLERS: Final = (
    HTTPHandler,
    HTTPSHandler,
    HTTPErrorProcessor,
    HTTPDefaultErrorHandler,
)
"""No files, no proxies, and no redirects, which could lead anywhere, such as into the own network."""
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def check_url(url: str) -> None:
    """Keys come over HTTPS; plain HTTP is for this machine only.

    Raises:
        UsageError: It is another kind of URL.
    """
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise UsageError(f"keys are fetched over https, not from {url}")


async def fetch(url: str) -> bytes:
    """The default: the standard library's client in a thread, so that the event loop goes on.

    Raises:
        OSError: The server can't be reached, or answers with an error or a redirect.
        ValueError: The body is too large.
    """
    check_url(url)
    return await asyncio.to_thread(_fetch, url)


def _fetch(url: str) -> bytes:
    opener = OpenerDirector()
    for handler in _HANDLERS:
        opener.add_handler(handler())
    ends = time.monotonic() + 2 * PATIENCE
    body = b""
    with opener.open(url, timeout=PATIENCE) as response:
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > MOST_BYTES:
                raise ValueError(f"more than {MOST_BYTES} bytes")
            if time.monotonic() > ends:
                raise TimeoutError("the body trickles in")
    return body
