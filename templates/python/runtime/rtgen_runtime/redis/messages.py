r"""What nodes say to each other through Redis: a line of text that scripts can write, then what was encoded once.

    1 kind, then what the kind has, spaces between, "\n", body

The first byte is the version of all this: a node drops what it does not understand, and counts it. Bodies are
MessagePack of closed types. A contract's version rides with what is kept: it may be read by a later one.
"""

from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from rtgen_runtime.auth.revocation import Kind
from rtgen_runtime.broker.words import (
    Afresh,
    Control,
    Dropped,
    Forms,
    News,
    Put,
    Recorded,
    Word,
)
from rtgen_runtime.history.recovery import Reason

VERSION: Final = b"1"
LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a message; nothing that a contract allows is larger."""

RECORD: Final = b"r"
VALUE: Final = b"v"
DROP: Final = b"d"
FORGET: Final = b"f"
WORD: Final = b"w"
PRESENCE: Final = b"p"
COUNT: Final = b"c"
CONTROL: Final = b"k"
TICK: Final = b"t"
AGAIN: Final = b"a"


class Kept(Struct, frozen=True, array_like=True):
    """An event as it is kept, in a stream or as a newest value; `version` is that of the contract that wrote it."""

    event: str
    payload: bytes
    key: str | None = None
    version: str = ""
    older: Forms = {}


class Revoked(Struct, frozen=True, array_like=True, tag="revoked"):
    """A revocation; `at` is Unix time by Redis's clock."""

    kind: Kind
    value: str
    at: float


class Numbered(NamedTuple):
    """News of an address: each has the next number of its epoch. `offset` is 0 for what takes none."""

    number: int
    epoch: str
    offset: int
    news: News


class NotUnderstood(Exception):
    """A message of somebody else, or of a newer node."""


_encoder: Final = msgspec.msgpack.Encoder()
_kept: Final = msgspec.msgpack.Decoder(Kept)
_word: Final[msgspec.msgpack.Decoder[Word]] = msgspec.msgpack.Decoder(Word)
_words: Final[msgspec.msgpack.Decoder[list[Word]]] = msgspec.msgpack.Decoder(list[Word])
_apart: Final = msgspec.msgpack.Decoder(list[msgspec.Raw])
_controls: Final[msgspec.msgpack.Decoder[Control | Revoked]] = msgspec.msgpack.Decoder(
    Control | Revoked
)

pack = _encoder.encode


def split(message: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Kind, what the kind has, and body.

    Raises:
        NotUnderstood: It is no message of this version.
    """
    if message[:1] != VERSION:
        raise NotUnderstood("version")
    if len(message) > LARGEST:
        raise NotUnderstood("size")
    head, found, body = message.partition(b"\n")
    kind, *fields = head[1:].split(b" ")
    if not found:
        raise NotUnderstood("shape")
    return kind, fields, body


def kept_of(body: bytes) -> Kept:
    """An event.

    Raises:
        NotUnderstood: It is none.
    """
    try:
        return _kept.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotUnderstood("body") from None


def news_of(kind: bytes, fields: list[bytes], body: bytes) -> Numbered:
    """News of an address.

    Raises:
        NotUnderstood: It is none.
    """
    try:
        number, epoch = int(fields[0]), fields[1].decode()
        offset = int(fields[2]) if len(fields) > 2 else 0
    except (ValueError, IndexError):
        raise NotUnderstood("shape") from None
    if kind == FORGET:
        return Numbered(number, epoch, offset, Afresh(epoch, Reason.INVALIDATED))
    kept = kept_of(body)
    return Numbered(number, epoch, offset, of_kept(kind, kept, epoch, offset))


def of_kept(kind: bytes, kept: Kept, epoch: str, offset: int) -> News:
    """What is told of an event that is kept, or was."""
    if kind == RECORD:
        return record_of(kept, epoch, offset)
    if kind == VALUE:
        key = kept.key or ""
        return Put(kept.event, key, kept.payload, kept.version, kept.older)
    return Dropped(kept.event, kept.key or "", kept.version, kept.older)


def record_of(kept: Kept, epoch: str, offset: int) -> Recorded:
    """What is told of a recorded event."""
    event, payload, key, version = kept.event, kept.payload, kept.key, kept.version
    return Recorded(event, payload, epoch, offset, key, version, kept.older)


def together(words: list[bytes]) -> bytes:
    """The body of a message with some words, at most 65,535, each of them packed."""
    count = len(words)
    head = b"%c" % (0x90 | count) if count < 16 else b"\xdc%b" % count.to_bytes(2)
    return head + b"".join(words)


def words_of(body: bytes) -> list[Word]:
    """What another node says at an address, in one turn.

    Raises:
        NotUnderstood: Some of it is none.
    """
    try:
        return _words.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotUnderstood("body") from None


def apart(body: bytes) -> list[bytes]:
    """The same, each word by itself, packed: one that is not understood must not cost the others.

    Raises:
        NotUnderstood: It is no message with words.
    """
    try:
        return [bytes(each) for each in _apart.decode(body)]
    except msgspec.MsgspecError:
        raise NotUnderstood("body") from None


def word_of(packed: bytes) -> Word:
    """One word.

    Raises:
        NotUnderstood: It is none.
    """
    try:
        return _word.decode(packed)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotUnderstood("body") from None


def control_of(body: bytes) -> Control | Revoked:
    """What another node says about connections.

    Raises:
        NotUnderstood: It is none, or one that this node is too old for.
    """
    try:
        return _controls.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotUnderstood("body") from None
