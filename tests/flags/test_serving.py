"""`GET /flags` and `POST /flags`, over every transport: who may, what is shown, what is set, what is refused."""

import argparse
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import ModuleType
from typing import Any

import plain_http
import pytest
import pytest_asyncio
from asgi_servers import listen_asgi
from flags.desk import app
from plain_http import Answer
from rtgen_runtime import Listening, UsageError, listen
from rtgen_runtime.flags.options import add_flag_options, use_flags
from rtgen_runtime.flags.serving import Operator
from rtgen_runtime.running import Reload

TOKEN = "t" * 40
Serve = Callable[..., AbstractAsyncContextManager[Listening]]


class Desk:
    """A server, and an operator of it."""

    def __init__(self, app: Any, url: str, operator: Operator) -> None:
        self.app = app
        self.url = url
        self.operator = operator

    async def ask(self, body: Any = None, token: str | None = TOKEN) -> Answer:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if body is None:
            return await plain_http.ask(self.url, "/flags", headers=headers)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await plain_http.ask(self.url, "/flags", "POST", headers, raw)


@pytest_asyncio.fixture(params=[listen, listen_asgi], ids=["own", "asgi"])
async def served(request: pytest.FixtureRequest, desk: ModuleType) -> AsyncIterator[Desk]:
    serve: Serve = request.param
    made = app(desk)
    operator = Operator(made, TOKEN)
    async with serve(made) as listening:
        yield Desk(made, listening.url, operator)


async def test_it_shows_how_flags_are_set(served: Desk) -> None:
    answer = await served.ask()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    first, second, *_ = answer.data["flags"]
    assert first == {
        "flag": "splitView",
        "description": "Two tickets beside each other.",
        "percent": 0.0,
        "default": False,
        "killed": False,
        "set": False,
    }
    assert (second["variants"], second["default"]) == ({"left": 1.0, "top": 3.0}, "left")


async def test_what_is_set_is_told_to_clients_at_once(served: Desk, desk: ModuleType) -> None:
    async with desk.DeskClient(served.url) as client:
        heard = client.flag_changes.listen()
        assert (await anext(heard)).payload == client.flags
        answer = await served.ask({"flag": "splitView", "percent": 100})
        assert (answer.status, answer.data["percent"], answer.data["set"]) == (200, 100.0, True)
        assert (await anext(heard)).payload.split_view
        assert (await served.ask({"flag": "splitView", "killed": True})).data["killed"]
        assert not (await anext(heard)).payload.split_view
        await served.ask({"flag": "splitView", "killed": False})
        assert (await anext(heard)).payload.split_view
        assert not (await served.ask({"flag": "splitView", "reset": True})).data["set"]
        assert not (await anext(heard)).payload.split_view
        answer = await served.ask({"flag": "layout", "percent": 100, "variants": {"top": 1}})
        assert answer.data["variants"] == {"left": 0.0, "top": 1.0}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        ({"percent": 5}, 400, "malformed"),
        ({"flag": "splitView", "percnt": 5}, 400, "malformed"),
        ({"flag": "splitView", "percent": "5"}, 400, "malformed"),
        ({"flag": "splitview", "percent": 5}, 404, "unknown_flag"),
        ({"flag": "splitView", "percent": 500}, 422, "invalid"),
        ({"flag": "splitView", "variants": {"top": 1}}, 422, "invalid"),
        ({"flag": "layout", "variants": {"tall": 1}}, 422, "invalid"),
    ],
)
async def test_what_can_not_be_is_refused(served: Desk, body: Any, status: int, code: str) -> None:
    answer = await served.ask(body)
    assert (answer.status, answer.data["error"]["code"]) == (status, code)
    assert served.app.flags.board.settings == app_settings(served)


def app_settings(served: Desk) -> Any:
    """How the flags are set at the start."""
    return {name: served.app.flags.board._base[name] for name in served.app.flags.board.settings}


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "t", TOKEN[:-1]])
async def test_only_who_has_the_token_may_look_or_set(served: Desk, token: str | None) -> None:
    for body in (None, {"flag": "splitView", "percent": 100}):
        answer = await served.ask(body, token)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert b"splitView" not in answer.body
    assert served.app.flags.board.settings["splitView"].percent == 0


async def test_the_token_can_be_exchanged_and_is_a_secret(served: Desk) -> None:
    served.operator.use("u" * 40)
    assert (await served.ask()).status == 401
    assert (await served.ask(token="u" * 40)).status == 200
    with pytest.raises(UsageError, match="at least 32 characters"):
        served.operator.use("short")


def used(desk: ModuleType, environment: dict[str, str], *arguments: str) -> tuple[Any, list[Reload]]:
    parser = argparse.ArgumentParser()
    add_flag_options(parser)
    made, reloads = app(desk), list[Reload]()
    use_flags(made, parser.parse_args(arguments), environment, reloads)
    return made, reloads


def test_options_and_variables_set_flags_at_the_start(desk: ModuleType) -> None:
    environment = {"RTGEN_FLAGS": "splitView=5, layout=off,", "RTGEN_FLAGS_TOKEN": TOKEN}
    made, reloads = used(desk, environment, "--flag", "splitView=12.5", "--flag", "board=100")
    settings = made.flags.board.settings
    assert [settings[name].percent for name in ("splitView", "board")] == [12.5, 100.0]
    assert settings["layout"].killed
    assert made.routes.knows("/flags")
    assert reloads == []


def test_nothing_is_served_without_a_token(desk: ModuleType) -> None:
    assert not used(desk, {})[0].routes.knows("/flags")


@pytest.mark.parametrize("word", ["splitView", "splitView=", "splitView=many", "splitView=101", "nothing=5", "=5"])
def test_a_word_that_is_none_ends_the_start(desk: ModuleType, word: str) -> None:
    with pytest.raises(UsageError):
        used(desk, {}, "--flag", word)


async def test_the_token_of_a_file_is_read_again(desk: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    made, (reload,) = used(desk, {}, "--flags-token-file", str(path))
    async with listen(made) as listening:
        served = Desk(made, listening.url, Operator(made, TOKEN))
        assert (await served.ask()).status == 200
    path.write_text("short")
    with pytest.raises(UsageError):
        reload()
