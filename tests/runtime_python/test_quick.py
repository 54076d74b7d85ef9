"""The quick way against the ordinary one: the same frames, played through both, come to the same."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType
from rtgen_runtime.app import App, Mount
from rtgen_runtime.declarations import (
    NOTHING,
    Channel,
    Contract,
    Limits,
    NoticeEvent,
    RateLimit,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import DomainError, Refused
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.identity import Identity
from rtgen_runtime.middleware import Call, Next
from rtgen_runtime.scopes import MemberScope, TargetScope
from rtgen_runtime.settings import Settings
from rtgen_runtime.validation import Schema


class Note(Struct):
    """What is sent and answered."""

    text: Annotated[str, Meta(min_length=1, max_length=8)]
    times: Annotated[int, Meta(ge=0, le=9)] | UnsetType = UNSET


class NoParams(Struct):
    """Of an address without any."""


class Full(DomainError):
    """The contract's own error."""

    code = "full"


DOCUMENTS: dict[str, object] = {
    "Note": {
        "type": "object",
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 8},
            "times": {"type": "integer", "minimum": 0, "maximum": 9},
        },
        "required": ["text"],
    },
    "NoParams": {"type": "object"},
}
NOTE: Schema[Note] = Schema("Note", Note, DOCUMENTS, longest="text")
ANSWERED = RequestEvent("desk.ask", "ask", payload=NOTE, reply=NOTE, errors=(Full,))
ONCE = RequestEvent("desk.once", "ask", payload=NOTE, reply=NOTE, errors=(Full,), idempotent=60.0)
BARE = RequestEvent("desk.bare", "bare", payload=NOTHING, reply=NOTHING)
TOLD = NoticeEvent("desk.tell", "tell", payload=NOTE)
RARE = NoticeEvent("desk.rare", "tell", payload=NOTE, limit=RateLimit(2, 1.0, burst=2))
RELAYED = RelayEvent("desk.relay", payload=NOTE)
SAID = ServerEvent("desk.said", payload=NOTE)
NO_PARAMS: Schema[NoParams] = Schema("NoParams", NoParams, DOCUMENTS)
DESK = Channel("desk", "desk", NO_PARAMS, (ANSWERED, ONCE, BARE, TOLD, RARE, RELAYED, SAID))
ASKED = RequestEvent("gate.ask", "ask", payload=NOTE, reply=NOTE)
GATE = Channel("gate", "gate", NO_PARAMS, (ASKED,))
CONTRACT = Contract("both", "1.0.0", "", (DESK, GATE), limits=Limits(frame=600))

Context = MemberScope[NoParams, None, TargetScope[NoParams]]


class Desk(ChannelHandler[Context, str]):
    """Does what the text of a note says."""

    channel = DESK

    def __init__(self) -> None:
        self.log: list[object] = []
        self.go_on = asyncio.Event()

    def leave(self, ctx: Context) -> None:
        self.log.append("leave")

    def ask(self, ctx: Context, payload: Note) -> Any:
        self.log.append(("ask", payload, ctx.address, ctx.subject))
        return self._acted(ctx, payload)

    def tell(self, ctx: Context, payload: Note) -> Any:
        self.log.append(("tell", payload))
        return None if payload.text == "long" else self._acted(ctx, payload)

    def bare(self, ctx: Context) -> None:
        self.log.append("bare")

    def _acted(self, ctx: Context, payload: Note) -> Any:
        match payload.text:
            case "wait":
                return self._later(payload)
            case "full":
                raise Full
            case "refuse":
                raise Refused("no")
            case "boom":
                raise RuntimeError("boom")
            case "stopped":
                raise asyncio.CancelledError
            case "kick":
                ctx.kick()
            case "long":
                return Note("much too long for a note")
            case "odd":
                return {"text": "fine"}
            case "said":
                ctx._emit(SAID, payload)
        return payload

    async def _later(self, payload: Note) -> Note:
        await self.go_on.wait()
        self.log.append("went on")
        return payload


class Gate(Desk):
    """Asks before each event."""

    channel = GATE

    def may(self, ctx: Context, event: str) -> bool:
        self.log.append(("may", event))
        return True


class Link:
    """A socket that takes everything."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def write(self, frames: Sequence[bytes]) -> None:
        self.frames += frames

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        self.frames.append(f"closed {code} {reason}".encode())


async def through(call: Call, rest: Next) -> object:
    return await rest(call)


class Played:
    """One server, and a client of it; and one that only listens."""

    def __init__(self, *, quick: bool, middleware: bool = False, debug: bool = False) -> None:
        self.now = 100.0
        self.handlers = Desk(), Gate()
        self.app = App(
            CONTRACT,
            [Mount(each, MemberScope) for each in self.handlers],
            middleware=[through] if middleware else (),
            settings=Settings(debug=debug),
            clock=lambda: self.now,
        )
        assert (self.app.quick is None) is (middleware or debug)
        if not quick:
            self.app.quick = None
        self.links = Link(), Link()
        self.connections = [self.app.connect(each, "rtgen.v1.json") for each in self.links]
        for connection in self.connections:
            connection.receive('["$hello",{"contract":"both","version":"1.0.0"}]')
            connection.receive('["$join",1,"desk"]')
            connection.receive('["$join",2,"gate"]')

    async def ready(self) -> None:
        for connection in self.connections:
            await connection.drained()
        await asyncio.sleep(0)
        for link in self.links:
            link.frames.clear()  # sessions have names of their own

    async def play(self, steps: Sequence[str]) -> None:
        for step in steps:
            match step:
                case "TURN":
                    await asyncio.sleep(0)
                case "LATER":
                    self.now += 0.4
                case "GO ON":
                    await self._go_on()
                case _:
                    self.connections[0].receive(step)
        await self._go_on()

    async def _go_on(self) -> None:
        for handler in self.handlers:
            handler.go_on.set()
        await self.connections[0].drained()
        for handler in self.handlers:
            handler.go_on.clear()
        for _ in range(3):
            await asyncio.sleep(0)

    def _without_chance(self, frame: bytes) -> bytes:
        named = frame.replace(self.connections[0].session.encode(), b"ME")
        return re.sub(rb"failed \([0-9a-f]+\)", b"failed", named)

    def outcome(self) -> dict[str, object]:
        """All that one can see of it, but for random names."""
        tally, connection = self.app.tally, self.connections[0]
        return {
            "frames": [[self._without_chance(each) for each in link.frames] for link in self.links],
            "log": [each.log for each in self.handlers],
            "received": dict(tally.received),
            "bytes": tally.received_bytes,
            "answered": dict(tally.answered),
            "errors": dict(tally.errors),
            "handled": {key: sum(each.counts) for key, each in tally.handlers.items()},
            "members": dict(tally.members),
            "last ref": connection.last_ref,
            "busy": connection.busy,
            "received at": connection.received,
            "heard": connection._session.pulse.heard,
            "written": self.app.flusher.counts.written,
        }


async def both(steps: Sequence[str], **how: bool) -> dict[str, object]:
    """What comes of the steps; on both ways the same."""
    outcomes = []
    for quick in (True, False):
        played = Played(quick=quick, **how)
        await played.ready()
        await played.play(steps)
        outcomes.append(played.outcome())
        await played.app.stop()
    assert outcomes[0] == outcomes[1]
    return outcomes[0]


WORDS = [
    "a",
    "wait",
    "full",
    "refuse",
    "boom",
    "stopped",
    "kick",
    "long",
    "odd",
    "said",
    "",
    "ninechars",
    "ä€",
    "\\ud800",
]
TAGS = ["desk.ask", "desk.once", "desk.tell", "desk.rare", "desk.relay", "gate.ask", "desk.said", "desk.none", "$ping"]
PAYLOADS = st.one_of(
    st.sampled_from(WORDS).map(lambda word: f'{{"text":"{word}"}}'),
    st.sampled_from(["0", "9", "10", "1.0", "1e0", "-0", '"1"', "null"]).map(lambda n: f'{{"text":"a","times":{n}}}'),
    st.sampled_from(["null", "[]", "{}", '{"text":"a","more":1}', '{"text":"a","text":"b"}', ' { "text" : "a" } ']),
    st.integers(60, 66).map(lambda levels: f'{{"text":"a","more":{"[" * levels}{"]" * levels}}}'),
    st.integers(290, 330).map(lambda digits: f'{{"text":"a","more":{"1" * digits}}}'),
)
FRAMES = st.builds(
    lambda tag, ref, address, payload: f'["{tag}",{ref},"{address}",{payload}]',
    st.sampled_from(TAGS),
    st.sampled_from(["0", "3", "4", "5", "9007199254740991", "9007199254740992", "-1", "1.5", "null"]),
    st.sampled_from(["desk", "desk", "gate", "nowhere", "d\\u0065sk"]),
    PAYLOADS,
)
BARE_FRAMES = st.sampled_from([3, 4, 0]).map(lambda ref: f'["desk.bare",{ref},"desk",null]')
PROTOCOL = st.sampled_from(
    ['["$leave",7,"desk"]', '["$join",8,"desk"]', '["$ping",5]', "", "[", '["desk.ask"', '[ "desk.bare",3,"desk",null]']
)
MANGLED = st.builds(
    lambda frame, at: frame[: at % len(frame)] + frame[at % len(frame) + 1 :], FRAMES, st.integers(0, 99)
)
TALK = st.lists(
    FRAMES | BARE_FRAMES | PROTOCOL | MANGLED | st.sampled_from(["TURN", "LATER", "GO ON"]), min_size=1, max_size=12
)


@given(TALK)
@settings(deadline=None, max_examples=150)
def test_whatever_is_sent_comes_to_the_same(steps: list[str]) -> None:
    asyncio.run(both(steps))


@given(TALK)
@settings(deadline=None, max_examples=20)
def test_with_middleware_and_in_debug_mode_too(steps: list[str]) -> None:
    asyncio.run(both(steps, middleware=True))
    asyncio.run(both(steps, debug=True))


@pytest.mark.parametrize("word", [word for word in WORDS if word])
@pytest.mark.parametrize("tag", ["desk.ask", "desk.tell", "desk.rare"])
@pytest.mark.parametrize("ref", [0, 3])
async def test_each_word_with_what_follows_it(word: str, tag: str, ref: int) -> None:
    """After each comes one that finds the lane, the refs and the bucket as they were left."""
    frame = f'["{tag}",{ref},"desk",{{"text":"{word}"}}]'
    after = '["desk.ask",9,"desk",{"text":"b"}]'
    await both([frame, after])
    await both([frame, "TURN", after, "GO ON", frame, after, frame])


class ShutFlags:
    """Of a client for whom no event is on."""

    shut_tags = frozenset({"desk.ask"})

    def lets(self, _tag: str) -> bool:
        return False

    def refused(self, _code: str) -> None:
        pass


async def test_what_stands_behind_a_flag_that_is_off_is_refused() -> None:
    for quick in (True, False):
        played = Played(quick=quick)
        await played.ready()
        session: Any = played.connections[0]._session
        session.flags = ShutFlags()
        await played.play(['["desk.ask",3,"desk",{"text":"a"}]'])
        assert [json.loads(each)[2]["code"] for each in played.links[0].frames] == ["flag_off"]
        assert played.handlers[0].log == []
        await played.app.stop()


async def test_what_is_ordinary_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above compare the ordinary way with itself."""
    played = Played(quick=True)
    await played.ready()
    monkeypatch.setattr(type(played.connections[0]._session), "receive", _never)
    for frame in ('["desk.ask",3,"desk",{"text":"a","times":2}]', '["desk.tell",0,"desk",{"text":"ä"}]'):
        played.connections[0].receive(frame)
    played.connections[0].receive('["desk.bare",4,"desk",null]')
    await asyncio.sleep(0)
    assert [json.loads(each) for each in played.links[0].frames] == [
        ["$reply", 3, {"text": "a", "times": 2}],
        ["$reply", 4, None],
    ]
    await played.app.stop()


def _never(*_arguments: object) -> list[object]:
    raise AssertionError("the ordinary way")


async def test_a_context_is_of_the_client_as_it_is_now() -> None:
    """It is kept between messages, until the client has renewed its token."""
    played = Played(quick=True)
    await played.ready()
    frame = '["desk.ask",3,"desk",{"text":"a"}]'
    connection = played.connections[0]
    session = connection._session
    connection.receive(frame)
    session.standing.identity = Identity(subject="ada")
    connection.receive(frame.replace("3", "4"))
    assert [entry[3] for entry in played.handlers[0].log] == [None, "ada"]  # type: ignore[index]
    await played.app.stop()


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_membership_that_is_over_keeps_no_context(leaves: bool) -> None:
    """The two would hold each other, until somebody searched for garbage."""
    played = Played(quick=True)
    await played.ready()
    connection = played.connections[0]
    connection.receive('["desk.ask",3,"desk",{"text":"a"}]')
    membership = connection._session.memberships["desk"]
    assert membership.context is not None
    if leaves:
        connection.receive('["$leave",4,"desk"]')
    else:
        played.app.disconnected(connection)
    kept: list[object] = [membership.context, membership.caller]
    assert kept == [None, None]
    await played.app.stop()
