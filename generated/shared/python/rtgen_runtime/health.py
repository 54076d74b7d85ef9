"""`GET /health` and `GET /ready`, for what starts, watches and balances servers."""

from collections.abc import Callable
from typing import Final

from rtgen_runtime.transports.http import HttpRequest, HttpResponse, Routes

_OK: Final = HttpResponse(200, b"ok\n")


def add_health(routes: Routes, why_not_ready: Callable[[], str]) -> None:
    """Serve both. Health says that the process answers; readiness, that new clients are welcome, else why not."""

    def ready(_: HttpRequest) -> HttpResponse:
        reason = why_not_ready()
        return HttpResponse(503, f"{reason}\n".encode()) if reason else _OK

    routes.add("GET", "/health", lambda _: _OK)
    routes.add("GET", "/ready", ready)
