"""A contract of two channels by hand, so that the runtime is tested without the generator."""

import json
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from rtgen_runtime.arrivals import Arrivals
from rtgen_runtime.declarations import (
    NOTHING,
    Channel,
    Contract,
    HistorySize,
    Limits,
    NoticeEvent,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.decoding import ClientDecoder
from rtgen_runtime.effects import Effect, Send
from rtgen_runtime.errors import DomainError
from rtgen_runtime.formats import is_uuid
from rtgen_runtime.router import Router
from rtgen_runtime.session import Session
from rtgen_runtime.validation import Schema


class Note(Struct, kw_only=True):
    """A payload with a rule of every kind."""

    text: Annotated[str, Meta(min_length=1, max_length=8)]
    count: Annotated[int, Meta(ge=0, le=10)] = 0
    id: str = "00000000-0000-0000-0000-000000000000"


class RoomParams(Struct, kw_only=True):
    """`rooms/{name}`."""

    name: Annotated[str, Meta(min_length=1, max_length=8)]


class NoParams(Struct, kw_only=True):
    """`lobby`."""


DOCUMENTS: Final[dict[str, object]] = {
    "Note": {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 8},
            "count": {"type": "integer", "minimum": 0, "maximum": 10},
            "id": {"type": "string", "format": "uuid"},
        },
    },
    "RoomParams": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 8}},
    },
    "NoParams": {"type": "object"},
}

NOTE: Final[Schema[Note]] = Schema("Note", Note, DOCUMENTS, check=lambda value: is_uuid(value.id))
ROOM_PARAMS: Final[Schema[RoomParams]] = Schema("RoomParams", RoomParams, DOCUMENTS)
NO_PARAMS: Final[Schema[NoParams]] = Schema("NoParams", NoParams, DOCUMENTS)


class Full(DomainError):
    """The room takes no more."""

    code = "full"
    message = "The room takes no more."


ADD: Final = RequestEvent("room.add", "add", payload=NOTE, reply=NOTE, errors=(Full,))
CLEAR: Final = RequestEvent("room.clear", "clear", payload=NOTHING, reply=NOTHING)
SEEN: Final = NoticeEvent("room.seen", "seen", payload=NOTE)
WAVE: Final = RelayEvent("room.wave", payload=NOTE)
ADDED: Final = ServerEvent("room.added", payload=NOTE, recorded=True)
HINT: Final = ServerEvent("room.hint", payload=NOTE)
ROOM: Final = Channel(
    "room", "rooms/{name}", ROOM_PARAMS, (ADD, CLEAR, SEEN, WAVE, ADDED, HINT), HistorySize(keep=5, seconds=60.0)
)
LOBBY: Final = Channel("lobby", "lobby", NO_PARAMS, ())
CONTRACT: Final = Contract("small", "1.2.3", "cafe", (LOBBY, ROOM), limits=Limits(frame=4096, channels=2, outbox=8192))

HELLO: Final[list[Any]] = ["$hello", {"contract": "small", "version": "1.2.0", "hash": "x", "client": "c1"}]


def session(**options: Any) -> Session:
    """A new session at time 0."""
    contract: Contract = options.pop("contract", CONTRACT)
    options.setdefault("arrivals", Arrivals(b"k" * 32, lambda: 1_700_000_000.0))
    return Session(
        contract=contract, decoder=ClientDecoder(contract), router=Router(contract), id="s1", started=0.0, **options
    )


def greeted(**options: Any) -> Session:
    """A session that has said hello."""
    made = session(**options)
    made.receive(json.dumps(HELLO), 0.0)
    return made


def sent(effects: list[Effect]) -> list[Any]:
    """The frames among effects, as values."""
    return [msgspec.json.decode(each.frame) for each in effects if isinstance(each, Send)]
