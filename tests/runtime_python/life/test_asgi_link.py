"""The asgi transport against a server made by hand: one that takes nothing, one that fails, one without a lifespan."""

import asyncio
import json
from typing import Any

import pytest
from member_server import Server, settled
from rtgen_runtime.transports import asgi
from rtgen_runtime.transports.asgi import Asgi
from small_conversation import Note

HELLO = ["$hello", {"contract": "small", "version": "1.2.0", "hash": "", "client": "c"}]
SCOPE = {"type": "websocket", "subprotocols": ["rtgen.v1.json"], "headers": [], "client": ("10.0.0.1", 1)}


class Front:
    """An ASGI server with one client, which takes messages while `open` is set."""

    def __init__(self, server: Server) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[Any] = []
        self.sending = 0
        self.most = 0
        self.open = asyncio.Event()
        self.open.set()
        self.say("websocket.connect")
        serving = Asgi(server.app)(dict(SCOPE), self.inbox.get, self.send)
        self.running = asyncio.ensure_future(serving)

    def say(self, kind: str, **more: Any) -> None:
        self.inbox.put_nowait({"type": kind, **more})

    def tell(self, *frame: Any) -> None:
        self.say("websocket.receive", text=json.dumps(frame))

    async def send(self, message: Any) -> None:
        self.sending += 1
        self.most = max(self.most, self.sending)
        await self.open.wait()
        self.sent.append(message)
        self.sending -= 1

    async def joined(self) -> None:
        self.tell(*HELLO)
        self.tell("$join", 1, "rooms/a")
        await settled()
        await settled()

    def frames(self) -> list[Any]:
        return [json.loads(each["text"]) for each in self.sent if each["type"] == "websocket.send"]


async def ended(front: Front) -> None:
    async with asyncio.timeout(5):
        await front.running


async def test_messages_go_one_after_the_other_and_what_waits_counts() -> None:
    server = Server()
    front = Front(server)
    await front.joined()
    front.open.clear()
    for number in range(5):
        server.here().hint(Note(text=str(number)))
    await settled()
    (connection,) = server.app._connections
    assert connection.waiting > 0
    front.open.set()
    await settled()
    await settled()
    assert [frame[3]["text"] for frame in front.frames() if frame[0] == "room.hint"] == list("01234")
    assert (front.most, connection.waiting) == (1, 0)
    front.say("websocket.disconnect")
    await ended(front)
    assert server.here().count == 0


async def test_a_client_that_takes_nothing_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "_CLOSING", 0.01)
    server = Server()
    front = Front(server)
    await front.joined()
    front.open.clear()
    server.app.disconnect(session=next(iter(server.app._connections)).session)
    await ended(front)
    assert server.app.connections == 0


async def test_a_server_that_fails_to_send_ends_nothing_else() -> None:
    server = Server()
    front, other = Front(server), await server.client("rooms/a")
    await front.joined()

    async def broken() -> Any:
        raise ConnectionResetError

    front.open.clear()
    front.open.wait = broken  # type: ignore[method-assign]
    server.here().hint(Note(text="x"))
    await settled()
    assert "room.hint" in [frame[0] for frame in await other.heard()]
    front.say("websocket.disconnect")
    await ended(front)


async def test_without_a_lifespan_the_first_client_begins_it() -> None:
    server = Server()
    assert server.app.life.is_new
    front = Front(server)
    await front.joined()
    assert server.app.life.loop is asyncio.get_running_loop()
    front.say("websocket.disconnect")
    await ended(front)
    await server.app.stop()
    late = Front(server)
    await late.joined()
    assert late.frames()[0][2]["code"] == "overloaded"
    late.say("websocket.disconnect")
    await ended(late)


@pytest.mark.parametrize("stage", ["startup", "shutdown"])
async def test_a_failure_is_told_to_the_server(stage: str) -> None:
    server = Server()
    told: list[str] = []

    def fails(*_given: object, **_named: object) -> Any:
        raise RuntimeError(stage)

    if stage == "startup":
        server.app.gate.check = fails  # type: ignore[method-assign]
    else:
        server.app.stop = fails  # type: ignore[method-assign]
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    inbox.put_nowait({"type": "lifespan.startup"})
    inbox.put_nowait({"type": "lifespan.shutdown"})

    async def send(message: Any) -> None:
        told.append(message["type"])

    with pytest.raises(RuntimeError, match=stage):
        await Asgi(server.app, drains=False)({"type": "lifespan"}, inbox.get, send)
    assert told[-1] == f"lifespan.{stage}.failed"
    server.app.life.end()
