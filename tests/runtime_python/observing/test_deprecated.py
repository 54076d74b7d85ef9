"""Who uses what is going away: counted by the client's version, and told to clients in debug mode, once for each."""

import asyncio
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from generated_chat import generated, imported, write
from prometheus_client.parser import text_string_to_metric_families
from rtgen_runtime.app import App
from rtgen_runtime.client.notices import words
from rtgen_runtime.codegen_v1 import OldVersion
from rtgen_runtime.frames import DeprecatedInfo
from rtgen_runtime.observing.exposition import metrics_text
from rtgen_runtime.testing import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SPEC = """
rtgen: 1
contract: fading
version: 1.1.0
schemas:
  Tint:
    oneOf:
      - { const: red, deprecated: { since: 1.1.0, use: green } }
      - { const: green }
  Part:
    type: object
    required: [name]
    properties:
      name: { type: string }
      size: { type: integer, deprecated: { since: 1.1.0, sunset: 2027-03-01, use: name } }
channels:
  room:
    address: rooms/{id}
    parameters: { id: { type: string } }
    presence:
      type: object
      properties: { mood: { type: string, deprecated: true }, name: { type: string } }
    events:
      say:
        from: client
        payload:
          type: object
          properties:
            body: { type: string }
            text: { type: string, deprecated: { use: body } }
            tint: { $ref: '#/schemas/Tint' }
            parts: { type: array, items: { $ref: '#/schemas/Part' } }
        reply: { type: 'null' }
      wave: { from: client, relay: true, deprecated: { since: 1.1.0, use: say } }
      sent: { from: server, deprecated: { since: 1.1.0, use: posted } }
      posted: { from: server }
  attic:
    address: attic
    deprecated: { since: 1.1.0, use: room }
    events: { dust: { from: server } }
  hall:
    address: hall
    events:
      shout: { from: client, payload: { $ref: '#/schemas/Part' } }
"""


@pytest.fixture(scope="module")
def fading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("fading")
    spec = folder / "fading.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    write(generated(spec), folder)
    yield imported(folder, "fading")
    for name in [each for each in sys.modules if each.partition(".")[0] == "fading"]:
        del sys.modules[name]


def served(fading: ModuleType) -> App:
    class Room(fading.RoomHandler):  # type: ignore[misc, name-defined]  # generated for this test
        def say(self, ctx: Any, payload: Any) -> None: ...

        def presence(self, ctx: Any, state: Any) -> Any:
            return state

    class Hall(fading.HallHandler):  # type: ignore[misc, name-defined]  # generated for this test
        def shout(self, ctx: Any, payload: Any) -> None: ...

    app: App = fading.FadingApp(room=Room(), hall=Hall())
    return app


def uses(app: App) -> dict[tuple[str, ...], float]:
    """By channel, event, place and version."""
    return {
        (labels["channel"], labels["event"], labels["at"], labels["version"]): sample.value
        for family in text_string_to_metric_families(metrics_text(app))
        for sample in family.samples
        if sample.name == "rtgen_deprecated_uses_total" and (labels := sample.labels)
    }


def told(caught: Iterable[warnings.WarningMessage]) -> list[str]:
    """By the server; generated methods warn, too."""
    return [str(each.message) for each in caught if Path(each.filename).name == "conversing.py"]


async def play(world: World[Any, Any], fading: ModuleType) -> Any:
    """Use everything that is going away, twice, and other things, too."""
    client = await world.client()
    room = await client.room(id="a")
    say = fading.RoomSayPayload
    for _ in range(2):
        await room.say(say(body="new"))
        await room.say(say(text="old", tint="red", parts=[fading.Part(name="a"), fading.Part(name="b", size=1)]))
        await room.say(say(body="new", tint="green"))
        room.wave()
    await room.present.show(fading.RoomPresence(mood="fine"))
    await client.attic()
    (await client.hall()).shout(fading.Part(name="a", size=2))
    await world.settle()
    return client


USED = {
    ("room", "say", "/text", "1.1.0"): 2,
    ("room", "say", '/tint "red"', "1.1.0"): 2,
    ("room", "say", "/parts/*/size", "1.1.0"): 2,
    ("room", "wave", "", "1.1.0"): 2,
    ("room", "$state", "/mood", "1.1.0"): 1,
    ("attic", "$join", "", "1.1.0"): 1,
    ("hall", "shout", "/size", "1.1.0"): 1,
}


async def test_uses_are_counted_by_what_is_used_and_by_version(fading: ModuleType) -> None:
    app = served(fading)
    async with World(app, fading.FadingClient) as world:
        await play(world, fading)
        assert uses(app) == USED


async def test_a_client_in_debug_mode_is_warned_once_for_each(fading: ModuleType) -> None:
    asyncio.get_running_loop().set_debug(True)
    with warnings.catch_warnings(record=True, action="always", category=DeprecationWarning) as caught:
        async with World(served(fading), fading.FadingClient) as world:
            client = await play(world, fading)
            world.drop(client)
            await world.advance(5)
            await (await client.room(id="a")).say(fading.RoomSayPayload(text="again"))
    assert told(caught) == [
        "/text of `room.say` is deprecated: use body",
        'the value "red" at /tint of `room.say` is deprecated: since 1.1.0, use green',
        "/parts/*/size of `room.say` is deprecated: since 1.1.0, gone on 2027-03-01, use name",
        "`room.wave` is deprecated: since 1.1.0, use say",
        "/mood of what members of `room` show is deprecated",
        "the channel `attic` is deprecated: since 1.1.0, use room",
        "/size of `hall.shout` is deprecated: since 1.1.0, gone on 2027-03-01, use name",
    ]
    assert client.ignored == 0


async def test_without_debug_mode_nothing_is_asked_and_nothing_told(fading: ModuleType) -> None:
    asyncio.get_running_loop().set_debug(False)
    app = served(fading)
    async with World(app, fading.FadingClient) as world:
        await play(world, fading)
    assert "$deprecated" not in metrics_text(app)


async def test_an_older_client_is_told_what_the_server_sends_too(
    fading: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was generated before anybody deprecated anything; who speaks the newest version knows it by itself."""
    asyncio.get_running_loop().set_debug(True)
    newest = fading.app.CONTRACT
    monkeypatch.setattr(fading.app, "CONTRACT", replace(newest, versions=(OldVersion("1.0.0", "0"),)))
    monkeypatch.setattr(fading.client, "CONTRACT", replace(newest, version="1.0.0"))
    app = served(fading)
    with warnings.catch_warnings(record=True, action="always", category=DeprecationWarning) as caught:
        async with World(app, fading.FadingClient) as world:
            room = await (await world.client()).room(id="a")
            await room.say(fading.RoomSayPayload(text="old"))
    assert told(caught) == [
        "`room.sent`, which the server sends, is deprecated: since 1.1.0, use posted",
        "/text of `room.say` is deprecated: use body",
    ]
    assert uses(app) == {("room", "say", "/text", "1.0.0"): 1}


def test_words_of_what_says_little() -> None:
    assert words(DeprecatedInfo(tag="room.say")) == "`room.say` is deprecated"
    assert words(DeprecatedInfo(tag="room.say", value="1")) == "the value 1 at the root of `room.say` is deprecated"


def test_the_page_names_the_frame() -> None:
    page = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert '["$deprecated", {tag, at?, value?, since?, sunset?, use?, heard?}]' in page
