"""What a client could send in one connection: frames as they should be, then torn where it hurts."""

from collections.abc import Iterator
from random import Random
from typing import Final

from client_frames import CLOSE, CONTINUATION, PING, PONG
from rtgen_runtime.transports.native.deflating import deflater
from rtgen_runtime.transports.native.masking import unmask

LIMIT: Final = 1000
"""Bytes of a message."""

_TEXTS: Final = (
    "",
    "a",
    "plain text",
    "grüß",
    "日本語",
    "👍🏽" * 9,
    "\x00\x7f",
    "x" * 124,
    "x" * 125,
    "x" * 126,
    "ü" * 300,
)
_SIZES: Final = (0, 1, 2, 3, 4, 5, 7, 8, 60, 124, 125, 126, 127, 400, LIMIT - 1, LIMIT, LIMIT + 1)
_PACKED: Final = 900
"""Bytes that are compressed: the library miscounts what is nearly as large as it may be."""
_CODES: Final = (1000, 1001, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 2999, 3000, 4000, 4999, 5000, 0, 65535)
_NOT_UTF8: Final = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xbd", b"\x80", b"\xf0\x9f")
_deflate: Final = deflater(15)


def stream(dice: Random, *, compresses: bool) -> bytes:
    """A few messages and control frames; most of them torn somewhere."""
    frames: list[bytes] = []
    for _ in range(dice.choice((1, 1, 2, 3, 5))):
        frames += _message(dice, compresses=compresses)
    if dice.random() < 0.3:
        frames.append(_close(dice))
    if dice.random() < 0.1:
        dice.shuffle(frames)
    sent = b"".join(frames)
    return torn(dice, sent) if dice.random() < 0.75 else sent


def torn(dice: Random, data: bytes) -> bytes:
    """With bits flipped, or bytes lost, doubled, inserted, cut off; heads are hit more often than payloads."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        at = dice.randrange(min(len(out), dice.choice((2, 8, len(out)))) + 1) if out else 0
        end = at + dice.choice((1, 1, 2, 6, 30))
        match dice.randrange(7):
            case 0 | 1 if at < len(out):
                out[at] ^= 1 << dice.randrange(8)
            case 2:
                del out[at:end]
            case 3:
                out[at:at] = out[at:end]
            case 4:
                out[at:at] = dice.randbytes(dice.choice((1, 2, 6)))
            case 5 if at < len(out):
                out[at] = dice.randrange(256)
            case _:
                del out[dice.randrange(len(out) + 1) :]
    return bytes(out)


def frame(dice: Random, opcode: int, data: bytes, *, fin: bool = True, reserved: int = 0) -> bytes:
    """One frame, masked by chance's key."""
    size, key = len(data), dice.randbytes(4)
    first = fin << 7 | reserved << 4 | opcode
    if size < 126:
        return bytes((first, 0x80 | size)) + key + unmask(data, key)
    return bytes((first, 0xFE)) + size.to_bytes(2, "big") + key + unmask(data, key)


def _message(dice: Random, *, compresses: bool) -> Iterator[bytes]:
    """Whole or in fragments, with control frames between."""
    is_text = dice.random() < 0.7
    data = _text(dice) if is_text else dice.randbytes(dice.choice(_SIZES))
    packed = compresses and dice.random() < 0.6
    if packed:
        data = _deflate(data[:_PACKED])
    parts = [data]
    while dice.random() < 0.4:
        at = dice.randrange(len(data) + 1)
        parts[-1:] = [parts[-1][:at], parts[-1][at:]]
    for number, part in enumerate(parts):
        opcode = CONTINUATION if number else 1 if is_text else 2
        yield frame(dice, opcode, part, fin=number == len(parts) - 1, reserved=4 if packed and not number else 0)
        if dice.random() < 0.15:
            yield frame(dice, dice.choice((PING, PONG)), dice.randbytes(dice.choice((0, 1, 5, 125))))


def _text(dice: Random) -> bytes:
    data = dice.choice(_TEXTS).encode() * dice.choice((1, 1, 2))
    if dice.random() < 0.1:
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(_NOT_UTF8) + data[at:]
    return data


def _close(dice: Random) -> bytes:
    if dice.random() < 0.2:
        return frame(dice, CLOSE, dice.randbytes(dice.choice((0, 1))))
    reason = dice.choice((b"", b"bye", "ü".encode(), dice.choice(_NOT_UTF8)))
    return frame(dice, CLOSE, dice.choice(_CODES).to_bytes(2, "big") + reason)
