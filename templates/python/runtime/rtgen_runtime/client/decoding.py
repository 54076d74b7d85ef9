"""Text from a server to frames; payloads stay text until the event they belong to is known."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import Raw

from rtgen_runtime.flags.frames import Flags
from rtgen_runtime.frames import (
    SERVER_FRAMES,
    Address,
    Count,
    Deprecated,
    Drain,
    Error,
    EventMeta,
    Joined,
    Left,
    Ping,
    Pong,
    Reply,
    Resync,
    Welcome,
    union_of,
)
from rtgen_runtime.presence.frames import Presence


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event of the contract, known or not."""

    tag: str
    offset: int
    address: str
    payload: bytes
    by: str = ""


ServerFrame = (
    Welcome
    | Joined
    | Left
    | Resync
    | Reply
    | Error
    | Presence
    | Flags
    | Drain
    | Deprecated
    | Ping
    | Pong
    | IncomingEvent
)

_protocol: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(
    union_of((*SERVER_FRAMES, Presence, Flags))
)
_parts: Final = msgspec.json.Decoder(list[Raw])
_text: Final = msgspec.json.Decoder(str)
_count: Final = msgspec.json.Decoder(Count)
_address: Final = msgspec.json.Decoder(Address)
_meta: Final = msgspec.json.Decoder(EventMeta)


def decode(data: str | bytes) -> ServerFrame | None:
    """The frame; `None` for one of a later protocol version, or one that can't be read. Never raises."""
    try:
        parts = _parts.decode(data)
        tag = _text.decode(parts[0])
        if tag.startswith("$"):
            frame: ServerFrame = _protocol.decode(data)
            return frame
        by = _meta.decode(parts[4]).by if len(parts) > 4 else ""
        return IncomingEvent(
            tag, _count.decode(parts[1]), _address.decode(parts[2]), bytes(parts[3]), by
        )
    except (ValueError, IndexError, RecursionError):
        return None
