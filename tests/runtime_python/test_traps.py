"""Traps 2, 13 and 14 of realtime runtimes, each by its name; the others stand with what they are about."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from member_server import CONTRACT, Client, Server, settled
from rtgen_runtime import InvalidPayload
from small_conversation import Note

A = "rooms/a"


async def test_trap_2_a_reconnect_quicker_than_the_server_notices() -> None:
    """The old connection is replaced at once: one member, every event once, and its late end changes nothing."""
    server = Server()
    old = await server.client(A)
    await server.here().added(Note(text="1"))
    epoch = (await server.here().position()).epoch
    new = await server.client(again=old)
    new.tell("$join", 1, A, {"since": [epoch, 0]})
    await server.here().added(Note(text="2"))
    old.drop()
    await server.here().added(Note(text="3"))
    await settled()
    assert old.socket.closed == [4010]
    assert [frame[3]["text"] for frame in await new.heard() if frame[0] == "room.added"] == ["1", "2", "3"]
    assert (server.here().count, new.session) == (1, old.session)


STEPS = st.lists(
    st.tuples(st.sampled_from(["emit", "emit", "record", "join", "leave", "drop", "come", "kick"]), st.integers(0, 3)),
    max_size=40,
)


class Crossing:
    """Members that come and go while events are sent; what each of them ought to hear."""

    def __init__(self) -> None:
        self.server = Server()
        self.clients: list[Client] = []
        self.inside: set[Client] = set()
        self.wanted: dict[Client, list[str]] = {}
        self.number = 0

    async def step(self, step: str, which: int) -> None:
        client, self.number = self.clients[which], self.number + 1
        if step in {"emit", "record"}:
            await self.tell(f"{self.number}", recorded=step == "record")
        elif step == "come" and client.socket.closed:
            self.clients[which] = await self.server.client()
        elif step == "join" and client not in self.inside and not client.socket.closed:
            client.tell("$join", 1000 + self.number, A)
            await settled()
            self.inside.add(client)
        elif client in self.inside:
            self.end(step, client)

    async def tell(self, text: str, *, recorded: bool) -> None:
        for each in self.inside:
            self.wanted.setdefault(each, []).append(text)
        if recorded:
            await self.server.here().added(Note(text=text))
        else:
            self.server.here().hint(Note(text=text))

    def end(self, step: str, client: Client) -> None:
        match step:
            case "leave":
                client.tell("$leave", 1000 + self.number, A)
            case "kick":
                self.server.here().kick(session=client.session)
            case "drop":
                client.drop()
                client.socket.closed.append(1006)
            case _:
                return
        self.inside.discard(client)


@given(STEPS)
async def test_trap_13_a_broadcast_while_members_join_and_leave(steps: list[tuple[str, int]]) -> None:
    """Whoever is in hears each event once and in order, from its join on and until its leave."""
    it = Crossing()
    it.clients = [await it.server.client() for _ in range(4)]
    for step, which in steps:
        await it.step(step, which)
    await settled()
    assert it.server.here().count == len(it.inside)
    for client, texts in it.wanted.items():
        heard = [frame[3]["text"] for frame in await client.heard() if frame[0].startswith("room.")]
        assert heard == (texts[: len(heard)] if client.socket.closed else texts)


def padded(size: int) -> str:
    """A request frame of exactly this many bytes: surplus elements are ignored."""
    head = json.dumps(["room.add", 9, A, {"text": "x"}, ""])
    return head[:-2] + "y" * (size - len(head)) + head[-2:]


async def test_trap_14_a_frame_just_over_the_limit_from_a_client() -> None:
    server, limit = Server(), CONTRACT.limits.frame
    client = await server.client(A)
    client.connection.receive(padded(limit))
    assert (await client.hear("$reply"))[1] == 9
    client.connection.receive(padded(limit + 1))
    assert (await client.hear("$error"))[2]["code"] == "too_large"
    assert not client.socket.closed


async def test_trap_14_a_frame_just_over_the_limit_from_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises where it is emitted; nothing is sent, and no offset is taken."""
    server = Server()
    client = await server.client(A)
    hub: Any = server.app.hub
    monkeypatch.setattr(hub._contract.limits.__class__, "frame", 300, raising=False)
    with pytest.raises(InvalidPayload, match="must fit a frame of 300 bytes"):
        await server.here().added(Note(text="x"))
    with pytest.raises(InvalidPayload):
        server.here().hint(Note(text="x"))
    monkeypatch.undo()
    assert await server.here().added(Note(text="x")) == 1
    assert [frame[1] for frame in await client.heard()] == [1]
