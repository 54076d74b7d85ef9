"""How frames are encoded on the wire: JSON text, or MessagePack in binary frames.

Inside the runtime every frame and every payload is JSON text: relays, stored records and remembered replies keep the
payload's own. A client that chose MessagePack gets each frame transcoded at the edge, once for all receivers of the
same frame, and what it sends becomes JSON text before anybody judges it. So both encodings have one verdict.
"""

import functools
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from rtgen_runtime.frames import MAX_INTEGER, MSGPACK_SUBPROTOCOL, SUBPROTOCOL
from rtgen_runtime.unpacking import NotPacked, unpack

_CACHED: Final = 128
"""Frames whose transcoding is remembered: what the fan-outs of one turn of the loop need, and more."""


class Codec(Protocol):
    """One encoding. Neither method raises."""

    @property
    def is_binary(self) -> bool:
        """Whether its frames are binary ones."""

    def to_json(self, data: str | bytes) -> str | bytes | None:
        """A received frame as JSON text; `None` when it is none of this encoding."""

    def from_json(self, frame: bytes) -> bytes:
        """A frame to send."""


@dataclass(frozen=True, slots=True)
class JsonCodec:
    """`rtgen.v1.json`."""

    is_binary: bool = False

    def to_json(self, data: str | bytes) -> str | bytes | None:
        """As it is; the decoder judges it."""
        return data

    def from_json(self, frame: bytes) -> bytes:
        """As it is."""
        return frame


@dataclass(frozen=True, slots=True)
class MsgpackCodec:
    """`rtgen.v1.msgpack`: the same arrays, and of MessagePack's types only those that JSON has too."""

    is_binary: bool = True

    def to_json(self, data: str | bytes) -> str | bytes | None:
        """Bytes that hold exactly one value of JSON's types."""
        if isinstance(data, str):
            return None
        try:
            return msgspec.json.encode(unpack(data))
        except (NotPacked, ValueError, OverflowError, RecursionError):
            return None

    def from_json(self, frame: bytes) -> bytes:
        """The same values; an integer that MessagePack has no room for becomes the double it rounds to."""
        return _packed(frame)


CODECS: Final[dict[str, Codec]] = {
    SUBPROTOCOL: JsonCodec(),
    MSGPACK_SUBPROTOCOL: MsgpackCodec(),
}
"""By subprotocol, in the order in which the server prefers them."""


def is_binary(subprotocol: str | None) -> bool:
    """Whether frames of a subprotocol travel in binary ones; text where it is none of ours."""
    codec = CODECS.get(subprotocol or "")
    return codec is not None and codec.is_binary


@functools.lru_cache(maxsize=_CACHED)
def _packed(frame: bytes) -> bytes:
    value = msgspec.json.decode(frame)
    try:
        return msgspec.msgpack.encode(value)
    except OverflowError:
        return msgspec.msgpack.encode(_rounded(value))


def _rounded(value: object) -> object:
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return float(value)
    if isinstance(value, dict):
        return {name: _rounded(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_rounded(member) for member in value]
    return value


def size_of(data: str | bytes) -> int:
    """Bytes of a message as it travels."""
    if isinstance(data, bytes) or data.isascii():
        return len(data)
    return len(data.encode(errors="replace"))


def is_larger(data: str | bytes, limit: int) -> bool:
    """Whether a message has more bytes than `limit`; texts are encoded only when that could decide."""
    if isinstance(data, bytes) or len(data) > limit:
        return len(data) > limit
    return (
        len(data) * 4 > limit
        and not data.isascii()
        and len(data.encode(errors="replace")) > limit
    )
