"""`GET /metrics`, for a scraper."""

import hmac
import inspect
from typing import TYPE_CHECKING, Final

from rtgen_runtime.observing.exposition import CONTENT_TYPE
from rtgen_runtime.transports.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from rtgen_runtime.app import App

PATH: Final = "/metrics"


def add_metrics(app: "App", token: str) -> None:
    """Serve what `App.exposition` gives; with a token only to those who send it as `Authorization: Bearer …`."""
    wanted = f"Bearer {token}".encode()

    async def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("authorization", "").encode(errors="replace")
        if token and not hmac.compare_digest(given, wanted):
            return HttpResponse(401, headers={"www-authenticate": "Bearer"})
        found = app.exposition()
        text = await found if inspect.isawaitable(found) else found
        return HttpResponse(200, text.encode(), CONTENT_TYPE)

    app.routes.add("GET", PATH, answer)
