"""A contract at 3.0.0 whose 1.0.0 called everything by other names, its server, and peers of either version.

The tables are written by hand, so that the runtime is tested without the generator.
"""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field
from rtgen_runtime.app import App, Mount
from rtgen_runtime.declarations import (
    NOTHING,
    Channel,
    Contract,
    HistorySize,
    Latest,
    Limits,
    NoticeEvent,
    Presence,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import DomainError
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.scopes import MemberScope, TargetScope
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.validation import Schema
from rtgen_runtime.versions.declarations import (
    OldChannel,
    OldError,
    OldHeard,
    OldKept,
    OldPresence,
    OldSent,
    OldVersion,
)
from small_server import Peer

Mood = Literal["calm", "wild"]


class Part(Struct, kw_only=True):
    """One of several; 1.0.0 said `text`."""

    body: Annotated[str, Meta(max_length=4)]


class Note(Struct, kw_only=True):
    """1.0.0 said `words` and had no `mood`."""

    text: Annotated[str, Meta(min_length=1, max_length=8)]
    mood: Mood
    parts: list[Part] = []


class Shown(Struct, kw_only=True):
    """A mood; 1.0.0 said `quiet` and `loud`."""

    mood: Mood


class Most(Struct, kw_only=True):
    """Data of an error; 1.0.0 said `limit`."""

    most: int


class RoomParams(Struct, kw_only=True):
    """`rooms/{roomId}`; 1.0.0 said `chambers/{id}`."""

    room_id: Annotated[str, Meta(max_length=4)] = field(name="roomId")


MOOD: Final = {"enum": ["calm", "wild"]}
DOCUMENTS: Final[dict[str, object]] = {
    "Note": {
        "type": "object",
        "required": ["text", "mood"],
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 8},
            "mood": MOOD,
            "parts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["body"],
                    "properties": {"body": {"type": "string", "maxLength": 4}},
                },
            },
        },
    },
    "Shown": {"type": "object", "required": ["mood"], "properties": {"mood": MOOD}},
    "Most": {"type": "object", "required": ["most"], "properties": {"most": {"type": "integer"}}},
    "RoomParams": {
        "type": "object",
        "required": ["roomId"],
        "properties": {"roomId": {"type": "string", "maxLength": 4}},
    },
}
NOTE: Final[Schema[Note]] = Schema("Note", Note, DOCUMENTS)
SHOWN: Final[Schema[Shown]] = Schema("Shown", Shown, DOCUMENTS)
MOST: Final[Schema[Most]] = Schema("Most", Most, DOCUMENTS)
PARAMS: Final[Schema[RoomParams]] = Schema("RoomParams", RoomParams, DOCUMENTS)


class Full(DomainError):
    """1.0.0 called it `no_room`."""

    code = "full"
    message = "The room takes no more."
    schema = MOST


class Asleep(DomainError):
    """1.0.0 had no such error."""

    code = "asleep"
    message = "Everybody sleeps."


ADD: Final = RequestEvent("room.add", "add", payload=NOTE, reply=NOTE, errors=(Full, Asleep), idempotent=60.0)
CLEAR: Final = RequestEvent("room.clear", "clear", payload=NOTHING, reply=NOTHING)
SEEN: Final = NoticeEvent("room.seen", "seen", payload=SHOWN)
WAVE: Final = RelayEvent("room.wave", payload=SHOWN)
ADDED: Final = ServerEvent("room.added", payload=NOTE, recorded=True)
SUNG: Final = ServerEvent("room.sung", payload=SHOWN, recorded=True)
HINT: Final = ServerEvent("room.hint", payload=SHOWN)
TOPIC: Final = ServerEvent("room.topic", payload=NOTE, latest=Latest("mood"))
NEWS: Final = ServerEvent("room.news", payload=SHOWN, latest=Latest())
ROOM: Final = Channel(
    "room",
    "rooms/{roomId}",
    PARAMS,
    (ADD, CLEAR, SEEN, WAVE, ADDED, SUNG, HINT, TOPIC, NEWS),
    HistorySize(keep=500, seconds=3600.0),
    Presence(SHOWN, grace=1.0),
)

MOODS: Final = {"quiet": "calm", "loud": "wild"}
OLD_MOODS: Final = {now: old for old, now in MOODS.items()}


def note_now(value: Any) -> Any:
    """From 1.0.0."""
    if not isinstance(value, dict):
        return value
    given = dict(value)
    if "words" in given:
        given["text"] = given.pop("words")
    given.setdefault("mood", "calm")
    if isinstance(given.get("parts"), list):
        given["parts"] = [part_now(each) for each in given["parts"]]
    return given


def part_now(value: Any) -> Any:
    """From 1.0.0."""
    if not isinstance(value, dict) or "text" not in value:
        return value
    return {"body" if name == "text" else name: member for name, member in value.items()}


def note_old(value: Any) -> Any:
    """To 1.0.0."""
    return {"words": value["text"], "parts": [{"text": each["body"]} for each in value.get("parts", [])]}


def note_place(steps: list[str]) -> list[str]:
    """From a place now to one in 1.0.0."""
    match steps:
        case ["text"]:
            return ["words"]
        case ["parts", item, "body"]:
            return ["parts", item, "text"]
    return steps


def shown_now(value: Any) -> Any:
    """From 1.0.0."""
    if not isinstance(value, dict):
        return value
    mood = value.get("mood")
    return {**value, "mood": MOODS.get(mood, mood) if isinstance(mood, str) else mood}


def shown_old(value: Any) -> Any:
    """To 1.0.0."""
    return {"mood": OLD_MOODS[value["mood"]]}


def most_old(value: Any) -> Any:
    """To 1.0.0."""
    return {"limit": value["most"]}


def most_now(value: Any) -> Any:
    """From 1.0.0."""
    return {"most": value["limit"]}


OLD: Final = OldVersion(
    version="1.0.0",
    hash="beef",
    sent={
        "chamber.put": OldSent(
            "room.add", note_now, note_old, {"full": OldError("no_room", most_old), "asleep": None}, note_place
        ),
        "chamber.clear": OldSent("room.clear"),
        "chamber.seen": OldSent("room.seen", shown_now),
        "chamber.wave": OldSent("room.wave", shown_now),
        "chamber.gone": OldSent(None),
    },
    heard={
        "room.added": OldHeard("chamber.put_in", note_old),
        "room.wave": OldHeard("chamber.wave", shown_old),
        "room.topic": OldHeard("chamber.topic", note_old),
        "room.sung": OldHeard(None),
        "room.hint": OldHeard(None),
        "room.news": OldHeard(None),
    },
    channels={
        "room": OldChannel(
            "chambers/{id}", {"roomId": "id"}, OldPresence(shown=shown_now, seen=shown_old, pointer=lambda steps: steps)
        )
    },
    kept={
        "chamber.put_in": OldKept("room.added", note_now),
        "chamber.topic": OldKept("room.topic", note_now),
        "chamber.burnt": OldKept(None),
        "chamber.ash": OldKept(None),
        "chamber.put": OldKept("room.add", reply=note_now, errors={"no_room": OldError("full", most_now)}),
    },
)
QUIET: Final = OldVersion(
    version="2.5.0", hash="fade", channels={"room": OldChannel(presence=OldPresence(known=False))}
)
"""One that has no presence, and is the same otherwise."""
CONTRACT: Final = Contract(
    "club", "3.0.1", "cafe", (ROOM,), limits=Limits(frame=4096, channels=4, outbox=16384), versions=(QUIET, OLD)
)


class Room(MemberScope[RoomParams, Shown, TargetScope[RoomParams]]):
    """A member of a room."""


class Rooms(ChannelHandler[Room, Any]):
    """Does what the text says."""

    channel = ROOM

    def __init__(self) -> None:
        self.taken: list[Any] = []

    def add(self, _ctx: Room, payload: Note) -> Note:
        """Answer with the note, loudly."""
        self.taken.append(payload)
        match payload.text:
            case "full":
                raise Full({"most": 3})
            case "asleep":
                raise Asleep
        return Note(text=payload.text, mood="wild", parts=payload.parts)

    def clear(self, _ctx: Room) -> None:
        """Nothing to say."""
        self.taken.append("clear")

    def seen(self, _ctx: Room, payload: Shown) -> None:
        """Remember."""
        self.taken.append(payload)

    def presence(self, _ctx: Room, state: Any) -> Any:
        """As it is."""
        self.taken.append(state)
        return state


class Guest(Peer):
    """A client of any version, in memory."""

    async def enter(self, version: str = CONTRACT.version, **more: Any) -> dict[str, Any]:
        """Say hello; the welcome."""
        return await self.greet(contract="club", version=version, **more)

    async def inside(self, address: str, since: tuple[str, int] | None = None) -> dict[str, Any]:
        """Join with ref 1; what `$joined` tells."""
        options = {} if since is None else {"since": since}
        frame = await self.ask("$join", 1, address, options)
        assert frame[:3] == ["$joined", 1, address], frame
        told: dict[str, Any] = frame[3]
        return told

    async def answer(self, ref: int) -> Any:
        """The answer to a ref; what comes before it is skipped."""
        while True:
            frame = await self.next()
            if frame[0] in {"$reply", "$error"} and frame[1] == ref:
                return frame

    async def rest(self) -> list[Any]:
        """What has come, up to the answer to a ping."""
        self.tell("$ping", 0)
        found = []
        while (frame := await self.next())[0] != "$pong":
            found.append(frame)
        return found


def serving(
    store: Store | None = None, rooms: Rooms | None = None, contract: Contract = CONTRACT, **options: Any
) -> App:
    """A server."""
    return App(contract, (Mount(rooms or Rooms(), Room),), store=store, **options)


def emit(server: App, event: ServerEvent[Any], value: object) -> None:
    """Say something in room `a`."""
    server._scope(Room, ROOM, RoomParams(room_id="a"))._emit(event, value)


async def keep(server: App, event: ServerEvent[Any], value: object) -> int:
    """The same, kept; its offset."""
    return await server._scope(Room, ROOM, RoomParams(room_id="a"))._keep(event, value)
