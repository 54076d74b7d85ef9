"""Plain HTTP beside the WebSockets, on the same port: a few exact paths, for machines (probes, scrapers, backends).

Transports ask `Routes.answer`; parts of the runtime add what they serve. It is no web framework, and will not be one.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

_logger: Final = logging.getLogger("rtgen.http")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. Names of headers are in lower case; `path` has neither the mounting prefix nor the query."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One answer. Transports add `content-length`, `connection` and `cache-control: no-store`."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Answerer = Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]
"""Gives the answer, at once or later. What it raises becomes a 500 without details."""


class Routes:
    """What an app serves over HTTP, by method and exact path."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, str], Answerer] = {}
        self.most_body = 0
        """Bytes that a request may carry; whoever adds a route that needs a body raises it."""

    def add(self, method: str, path: str, answerer: Answerer) -> None:
        """Serve a path, such as `GET` and `/health`; `HEAD` comes with `GET`. A later one replaces an earlier."""
        self._routes[method, path] = answerer

    def knows(self, path: str) -> bool:
        """Whether a path is served, by whatever method."""
        return any(path == each for _, each in self._routes)

    async def answer(self, request: HttpRequest) -> HttpResponse | None:
        """The answer; `None` for a path that is not served here."""
        method = "GET" if request.method == "HEAD" else request.method
        answerer = self._routes.get((method, request.path))
        if answerer is None:
            return self._wrong_method(request.path)
        try:
            given = answerer(request)
            return await given if inspect.isawaitable(given) else given
        except Exception:
            _logger.exception("%s %s failed", method, request.path)
            return HttpResponse(500, b"the server failed\n")

    def _wrong_method(self, path: str) -> HttpResponse | None:
        allowed = ", ".join(
            sorted(method for method, each in self._routes if each == path)
        )
        if not allowed:
            return None
        return HttpResponse(405, b"", headers={"allow": allowed})
