"""The recipes of docs/asgi.md, run by real ASGI servers: join, send, receive, speak from HTTP, come back later."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import plain_http
import pytest
from asgi_servers import Runs, by_hypercorn, by_uvicorn
from generated_chat import ROOT, generated, write

PAGE = ROOT / "docs" / "asgi.md"
BLOCK = re.compile(r"^```python (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DJANGO = {
    "settings.py": 'ROOT_URLCONF = "urls"\nALLOWED_HOSTS = ["*"]\nSECRET_KEY = "only for tests"\nUSE_TZ = True\n',
    "urls.py": (
        "from django.urls import path\nfrom views import announce, notice\n\n"
        'urlpatterns = [path("rooms/<room_id>/announcements", announce), path("rooms/<room_id>/notices", notice)]\n'
    ),
}
RECIPES = ("fastapi_app", "starlette_app", "django_app")
FRESH = (*RECIPES, "rooms", "realtime", "views", "urls")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("applications")
    write(generated(), folder)
    for name, code in [*BLOCK.findall(PAGE.read_text(encoding="utf-8")), *DJANGO.items()]:
        (folder / name).write_text(code, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture
def load(project: Path, chat: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """A recipe's module, as a new process would have it."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "settings")

    def loaded(name: str) -> ModuleType:
        for each in FRESH:
            sys.modules.pop(each, None)
        module = importlib.import_module(name)
        if name == "django_app":
            importlib.import_module("django.urls").clear_url_caches()
        return module

    return loaded


@pytest.mark.parametrize("runs", [by_uvicorn, by_hypercorn], ids=["uvicorn", "hypercorn"])
@pytest.mark.parametrize("recipe", RECIPES)
async def test_a_recipe_runs(recipe: str, runs: Runs, load: Callable[[str], ModuleType], chat: ModuleType) -> None:
    async with runs(load(recipe).application) as place:
        async with chat.ChatClient(f"ws://{place}/realtime/") as client:
            room = await client.room(room_id="general")
            posted = room.posted.listen()
            assert (await room.send(chat.RoomSendPayload(name="Ana", body="hi"))).body == "hi"
            for offset, path in ((2, "announcements"), (3, "notices")):
                url = f"http://{place}"
                answer = await plain_http.ask(url, f"/rooms/general/{path}?body=from-http", "POST")
                assert answer.status == 200, answer.body
                assert (answer.status, answer.data) == (200, {"offset": offset})
            heard = [await anext(posted) for _ in range(3)]
            assert [(each.offset, each.payload.body) for each in heard] == [
                (1, "hi"),
                (2, "from-http"),
                (3, "from-http"),
            ]
        assert (await plain_http.ask(f"http://{place}", "/realtime/ready")).status == 200
        assert (await plain_http.ask(f"http://{place}", "/realtime/nothing")).status == 404


@pytest.mark.parametrize("runs", [by_uvicorn, by_hypercorn], ids=["uvicorn", "hypercorn"])
@pytest.mark.parametrize("recipe", RECIPES)
async def test_clients_come_back_after_a_restart(
    recipe: str, runs: Runs, load: Callable[[str], ModuleType], chat: ModuleType
) -> None:
    places: list[str] = []

    async def dial(_url: str) -> Any:
        from rtgen_runtime.client.socket import open_websocket

        return await open_websocket(f"ws://{places[-1]}/realtime/")

    async with runs(load(recipe).application) as place:
        places.append(place)
        client = chat.ChatClient("ws://test", connect=dial)
        await client.__aenter__()
        room = await client.room(room_id="general")
        posted, resyncs = room.posted.listen(), room.resyncs.listen()
        await room.send(chat.RoomSendPayload(name="Ana", body="before"))
        assert (await anext(posted)).payload.body == "before"
    async with runs(load(recipe).application) as place:
        places.append(place)
        assert (await anext(resyncs)).payload == "epoch_changed"
        await room.send(chat.RoomSendPayload(name="Ana", body="after"))
        assert (await anext(posted)).payload.body == "after"
        await client.__aexit__(None, None, None)
