"""What is served over plain HTTP, on the port of the WebSockets."""

import plain_http
import pytest
from member_server import Server
from rtgen_runtime import listen
from rtgen_runtime.transports.http import HttpRequest, HttpResponse

pytestmark = pytest.mark.usefixtures("each_transport")


async def test_a_route_is_answered_beside_the_websockets_and_others_are_not() -> None:
    app = Server().app
    seen: list[HttpRequest] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(200, b"here\n", headers={"x-more": "1"})

    async def fails(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("a secret of the server")

    app.routes.add("GET", "/page", page)
    app.routes.add("GET", "/fails", fails)
    app.routes.add("GET", "/large", lambda _: HttpResponse(200, b"x" * 5_000_000))
    async with listen(app) as listening:
        answer = await plain_http.ask(listening.url, "/page?x=1", headers={"X-Who": "me"})
        assert (answer.status, answer.body, answer.headers["x-more"]) == (200, b"here\n", "1")
        assert answer.headers["cache-control"] == "no-store"
        assert (seen[0].method, seen[0].path, seen[0].headers["x-who"]) == ("GET", "/page", "me")
        failed = await plain_http.ask(listening.url, "/fails")
        assert (failed.status, b"secret" in failed.body) == (500, False)
        assert len((await plain_http.ask(listening.url, "/large")).body) == 5_000_000
        assert (await plain_http.ask(listening.url, "/elsewhere")).status == 426


async def test_a_wrong_method_is_told_the_right_one() -> None:
    app = Server().app
    app.routes.add("GET", "/page", lambda _: HttpResponse(204))
    answer = await app.routes.answer(HttpRequest("DELETE", "/page"))
    assert answer is not None
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
    head = await app.routes.answer(HttpRequest("HEAD", "/page"))
    assert head is not None
    assert head.status == 204
    assert await app.routes.answer(HttpRequest("GET", "/other")) is None
