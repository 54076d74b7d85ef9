"""Bytes from a client to typed frames: one pass for what is valid, a second look at what is not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from msgspec import Raw, Struct

from rtgen_runtime.codecs import Codec
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import (
    Channel,
    ClientEvent,
    Contract,
    RelayEvent,
    ServerEvent,
)
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.frames import (
    CLIENT_FRAMES,
    Address,
    Auth,
    Hello,
    History,
    Join,
    Leave,
    Ping,
    Pong,
    Ref,
    union_of,
)
from rtgen_runtime.presence.frames import Members, State
from rtgen_runtime.reading import plain_values
from rtgen_runtime.validation import Accepts, Schema


class EventFrame(Struct, frozen=True, gc=False):
    """A valid event. Of one that is forwarded `raw` is the payload's own text and counts; of others `payload` does."""

    channel: Channel
    event: ClientEvent
    ref: int
    address: str
    payload: object
    raw: bytes = b""


class Ignored(Struct, frozen=True):
    """A `$` frame of a later version."""

    tag: str


class RefusedFrame(Struct, frozen=True):
    """A frame that reaches nobody, and the answer it gets."""

    ref: int
    code: ErrorCode
    tag: str = ""
    issues: tuple[Issue, ...] = ()


Decoded = (
    Hello
    | Join
    | Leave
    | History
    | Auth
    | Ping
    | Pong
    | State
    | Members
    | EventFrame
    | Ignored
    | RefusedFrame
)

_MALFORMED = RefusedFrame(0, ErrorCode.MALFORMED)
_parts = msgspec.json.Decoder(list[Raw])
_text = msgspec.json.Decoder(str)
_ref = msgspec.json.Decoder(Ref)
_address = msgspec.json.Decoder(Address)
_PROTOCOL_FRAMES = (*CLIENT_FRAMES, State, Members)
_PROTOCOL_TAGS = frozenset(
    str(frame.__struct_config__.tag) for frame in _PROTOCOL_FRAMES
)
_WITHOUT_REF = frozenset({"$hello", "$ping", "$pong"})


class Decoding(Protocol):
    """What a connection reads with."""

    @property
    def version(self) -> str:
        """Which version of the contract its client speaks."""

    def decode(self, data: str | bytes) -> Decoded:
        """A frame, as the newest version has it; never raises."""

    def speaking(self, version: str, codec: Codec) -> "Decoding":
        """What reads, from the welcome on, a client that said it speaks this version."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a frame of one event is read at once: decoded, then asked whether the payload is surely valid.

    Where `accepts` says no, or either raises a `ValueError` or a `RecursionError`, the decoder must judge.
    """

    channel: Channel
    event: ClientEvent
    decode: Callable[[str], Any]
    """Gives what has the attributes `ref`, `address` and `payload`."""
    accepts: Accepts


class ClientDecoder:
    """Decodes what clients of one contract send. It is the same for all connections.

    `readings` are the events that are decoded at once, by their tags.
    """

    def __init__(self, contract: Contract) -> None:
        self.version = contract.version
        self._events: dict[str, tuple[Channel, ClientEvent]] = {
            tag: (channel, event)
            for tag, (channel, event) in contract.events.items()
            if not isinstance(event, ServerEvent)
        }
        self.readings: dict[str, Reading] = {}
        self._owners: dict[type[Struct], tuple[Channel, ClientEvent, Accepts]] = {}
        for tag, (channel, event) in self._events.items():
            struct, accepts = _event_struct(tag, event)
            self._owners[struct] = channel, event, accepts
            if struct.__annotations__["payload"] is not Raw:
                decode = msgspec.json.Decoder(struct).decode
                self.readings[tag] = Reading(channel, event, decode, accepts)
        self._decoder: msgspec.json.Decoder[Struct] = msgspec.json.Decoder(
            union_of((*_PROTOCOL_FRAMES, *self._owners))
        )

    def speaking(self, version: str, codec: Codec) -> Decoding:
        """This one: of clients of other versions it knows nothing."""
        return self

    def decode(self, data: str | bytes) -> Decoded:
        """The frame; never raises."""
        try:
            frame: Any = self._decoder.decode(data)
        except (ValueError, RecursionError):
            return self._look_again(data)
        owner = self._owners.get(type(frame))
        if owner is None:
            protocol_frame: Decoded = frame
            return protocol_frame
        channel, event, accepts = owner
        payload = frame.payload
        if type(payload) is Raw:
            return self._payload(
                channel, event, frame.ref, frame.address, bytes(payload)
            )
        try:
            if accepts(payload, data):
                return EventFrame(channel, event, frame.ref, frame.address, payload)
        except (ValueError, RecursionError):
            pass
        return self._look_again(data)

    def _look_again(self, data: str | bytes) -> Decoded:
        try:
            parts = _parts.decode(data)
            tag = _text.decode(parts[0])
        except (ValueError, IndexError, RecursionError):
            return _MALFORMED
        ref = 0 if tag in _WITHOUT_REF else _usable_ref(parts)
        if tag.startswith("$"):
            return (
                RefusedFrame(ref, ErrorCode.MALFORMED, tag)
                if tag in _PROTOCOL_TAGS
                else Ignored(tag)
            )
        owner = self._events.get(tag)
        if owner is None:
            return RefusedFrame(ref, ErrorCode.UNKNOWN_EVENT, tag[:128])
        try:
            ref, address, payload = (
                _ref.decode(parts[1]),
                _address.decode(parts[2]),
                bytes(parts[3]),
            )
        except (ValueError, IndexError, RecursionError):
            return RefusedFrame(ref, ErrorCode.MALFORMED, tag)
        return self._payload(*owner, ref, address, payload)

    def _payload(
        self, channel: Channel, event: ClientEvent, ref: int, address: str, raw: bytes
    ) -> EventFrame | RefusedFrame:
        value: object = None
        try:
            if not isinstance(event, RelayEvent):
                value = event.payload.decode(raw)
            else:
                _verify_all(event.payload, raw)
        except InvalidPayload as error:
            return RefusedFrame(ref, ErrorCode.INVALID, event.tag, tuple(error.issues))
        return EventFrame(channel, event, ref, address, value, raw)


def _verify_all(schema: Schema[Any], raw: bytes) -> None:
    """Judge a payload that is handed on as it came, with what no type names: a typed decoder skips that unread."""
    schema.verify(raw)
    try:
        plain_values(raw)
    except (ValueError, RecursionError):
        schema.decode_slowly(raw)


def _event_struct(tag: str, event: ClientEvent) -> tuple[type[Struct], Accepts]:
    """`[tag, ref, address, payload]`; a relay's payload stays text, since it is forwarded as it came."""
    payload, accepts = event.payload.within(3)
    fields: list[tuple[str, Any]] = [
        ("ref", Ref),
        ("address", Address),
        ("payload", Raw if isinstance(event, RelayEvent) else payload),
    ]
    struct = msgspec.defstruct(
        "EventFrame", fields, array_like=True, tag=tag, frozen=True, gc=False
    )
    return struct, accepts


def _usable_ref(parts: list[Raw]) -> int:
    """The ref of a refused frame, 0 where it has none that one could answer to."""
    try:
        return _ref.decode(parts[1])
    except (ValueError, IndexError, RecursionError):
        return 0
