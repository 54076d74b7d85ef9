"""Which refs a message asks to be answered, said without the runtime: the fuzzer's own reading of docs/protocol.md."""

import json
import math
from typing import Any, Final, NamedTuple

import msgspec

_WITH_REF: Final = frozenset({"$join", "$leave", "$history", "$auth", "$state", "$members"})
_MOST: Final = 2**53 - 1


class Asked(NamedTuple):
    """A ref, 0 for none; `surely` where the message has one reading, and an answer is owed."""

    ref: int
    surely: bool


def asked_by(message: str | bytes, most_bytes: int) -> Asked:
    """The ref that is to be answered: none for what can't be read, is too large or is skipped by the protocol."""
    data = message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass")
    if len(data) > most_bytes:
        return Asked(0, surely=True)
    try:
        frame = msgspec.msgpack.decode(message) if isinstance(message, bytes) else json.loads(message)
        surely = _is_json(frame) and (isinstance(message, str) or not _is_longwinded(frame, message))
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return Asked(0, surely=True)
    match frame:
        case [str(tag), int(ref), *_] if not isinstance(ref, bool) and 0 < ref <= _MOST:
            return Asked(ref if not tag.startswith("$") or tag in _WITH_REF else 0, surely)
    return Asked(0, surely=True)


def _is_longwinded(frame: Any, data: bytes) -> bool:
    """Whether there is a key twice, of which this decoder has forgotten one, or a length in more bytes than need be."""
    return len(msgspec.msgpack.encode(frame)) < len(data)


def _is_json(value: Any) -> bool:
    """Whether both encodings can say it: no lone surrogates, no bytes, no keys but strings, no number without end."""
    match value:
        case str():
            return not any("\ud800" <= each <= "\udfff" for each in value)
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(isinstance(key, str) and _is_json(key) and _is_json(each) for key, each in value.items())
        case float():
            return math.isfinite(value)
    return value is None or isinstance(value, bool | int)
