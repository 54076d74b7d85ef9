"""Frames to throw at a server: random bytes, right frames with something wrong, right frames in any order."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

import msgspec

TAGS: Final = (
    *("$hello", "$join", "$leave", "$history", "$auth", "$ping", "$pong", "$state", "$members"),
    *("$flags", "$x", "$", "$welcome", "$reply", "lobby.", "add", "room.none"),
    *("room.add", "room.once", "room.clear", "room.seen", "room.wave", "room.added", "room.hint"),
)
HERE: Final = ("rooms/a", "rooms/b", "rooms/c")
ADDRESSES: Final = (*HERE, "rooms/shut", "lobby", "rooms/%C3%A4", "rooms/", "rooms/waytoolong")
TEXTS: Final = ("a", "b", "c", "d", "e", "f", "g", "aa", "\u00e4", "\U0001f600", "\\", '"')
STRANGE: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63), 0.5, 1.0, -0.0, 1e308, 1e-320),
    *("", "__proto__", "constructor", "\x00", "\ud800", "%2e%2e", "../..", "é" * 40, "x" * 300, "rooms/a"),
    *([], [[]], {}, {"__proto__": {"a": 1}}, [None] * 40, {"text": "a", "text2": "b"}, ["$join", 1, "rooms/a"]),
)
_WORDS: Final = (b'"', b"\\u", b"\\ud800", b"[", b"]", b"{", b"}", b",", b":", b"null", b"1e400", b"NaN")
_BYTES: Final = (
    *(b"\x00", b"\xff", b"\xc1", b"\xc7\x00\x01", b"\xef\xbb\xbf"),
    *(b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff"),
)

Frame = list[Any]
Message = str | bytes


def right(dice: Random, ref: int) -> Frame:
    """A frame that the protocol knows, with a ref of its own; what it means depends on what was before."""
    address = dice.choice(HERE) if dice.random() < 0.8 else dice.choice(ADDRESSES)
    note = {"text": dice.choice(TEXTS), "count": dice.randrange(10)}
    match dice.randrange(16):
        case 0 | 1 | 2:
            since = {"since": [dice.choice(["e", "", "x" * 22]), dice.randrange(9)]}
            return ["$join", ref, address, since] if dice.random() < 0.3 else ["$join", ref, address]
        case 3:
            return ["$leave", ref, address]
        case 4:
            asked = dice.choice([{"limit": 5}, {"limit": 1, "after": 0}, {"limit": 300, "before": 9}])
            return ["$history", ref, address, asked]
        case 5:
            return ["$state", ref, address, note]
        case 6:
            return ["$members", ref, address, {"limit": dice.randrange(1, 9)}]
        case 7:
            return ["$auth", ref, dice.choice(["ada", "bob", ""])]
        case 8:
            return [dice.choice(["$ping", "$pong"]), dice.randrange(1000)]
        case 9:
            return ["$flags", {"later": True}]
        case 10:
            return ["room.clear", ref, address, None]
        case _:
            return [dice.choice(["room.add", "room.once", "room.seen", "room.wave"]), ref, address, note]


def bent(dice: Random, frame: Frame) -> Any:
    """A frame with one to three of its values exchanged, taken out, doubled or put elsewhere."""
    value: Any = list(frame)
    for _ in range(dice.choice((1, 1, 2, 3))):
        value = _bend(dice, value)
    return value


def _bend(dice: Random, value: Any) -> Any:
    if isinstance(value, list) and value and dice.random() < 0.85:
        at = dice.randrange(len(value))
        match dice.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value[:at], dice.choice(STRANGE), *value[at:]]
            case 2:
                return [*value[:at], value[at], *value[at:]]
            case 3:
                return [*value[at:], *value[:at]]
            case _:
                return [*value[:at], _bend(dice, value[at]), *value[at + 1 :]]
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        rest = {name: each for name, each in value.items() if name != key}
        match dice.randrange(3):
            case 0:
                return rest
            case 1:
                return rest | {str(dice.choice(STRANGE))[:40]: value[key]}
            case _:
                return rest | {key: _bend(dice, value[key])}
    if isinstance(value, str) and dice.random() < 0.3:
        return dice.choice(TAGS)
    return dice.choice(STRANGE)


def torn(dice: Random, data: bytes) -> bytes:
    """Bytes with some of them flipped, lost, doubled, or with others between."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        at = dice.randrange(len(out) + 1)
        end = min(len(out), at + dice.choice((1, 1, 2, 8, 40)))
        match dice.randrange(6):
            case 0 if at < len(out):
                out[at] ^= 1 << dice.randrange(8)
            case 1:
                del out[at:end]
            case 2:
                out[at:at] = out[at:end] * dice.choice((1, 3, 50))
            case 3:
                out[at:at] = dice.choice(_WORDS + _BYTES)
            case 4:
                out[at:at] = dice.randbytes(dice.choice((1, 3, 9)))
            case _:
                del out[at:]
    return bytes(out)


def noise(dice: Random) -> bytes:
    """Anything."""
    match dice.randrange(4):
        case 0:
            return dice.randbytes(dice.choice((0, 1, 2, 7, 60, 900)))
        case 1:
            return bytes(dice.choice(b'[]{}",:$0129.eE-+ntfu\\ ') for _ in range(dice.randrange(60)))
        case 2:
            return dice.choice((b"[", b'{"a":', b"\x91", b"\x81\xa1a")) * dice.choice((3, 70, 600))
        case _:
            return b"[" + dice.choice(_WORDS) * dice.randrange(900) + b"]"


def written(frame: Any, packed: bool) -> bytes:
    """A frame in an encoding."""
    if not packed:
        return json.dumps(frame, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        return msgspec.msgpack.encode(_whole(frame))
    except OverflowError:
        return b"\xc1"


def _whole(value: Any) -> Any:
    """Without lone surrogates, for which this encoder has no bytes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return value


Maker = Callable[[Random, int, bool], bytes]
KINDS: Final[dict[str, Maker]] = {
    "random bytes": lambda dice, ref, packed: noise(dice),
    "torn bytes": lambda dice, ref, packed: torn(dice, written(right(dice, ref), packed)),
    "bent values": lambda dice, ref, packed: written(bent(dice, right(dice, ref)), packed),
    "hostile orders": lambda dice, ref, packed: written(right(dice, ref), packed),
}
"""The kinds of frames by what is wrong with them."""


def as_message(data: bytes, packed: bool) -> Message:
    """What a WebSocket library would hand over; a text that is no UTF-8 never comes so far."""
    return data if packed else data.decode("utf-8", "replace")
