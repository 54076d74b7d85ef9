"""`GET /metrics`, for a scraper."""

import hmac
from collections.abc import Callable
from typing import Final

from rtgen_runtime.observing.exposition import CONTENT_TYPE
from rtgen_runtime.transports.http import HttpRequest, HttpResponse, Routes

PATH: Final = "/metrics"


def add_metrics(routes: Routes, text: Callable[[], str], token: str) -> None:
    """Serve what `text` gives; with a token only to those who send it as `Authorization: Bearer …`."""
    wanted = f"Bearer {token}".encode()

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("authorization", "").encode(errors="replace")
        if token and not hmac.compare_digest(given, wanted):
            return HttpResponse(401, headers={"www-authenticate": "Bearer"})
        return HttpResponse(200, text().encode(), CONTENT_TYPE)

    routes.add("GET", PATH, answer)
