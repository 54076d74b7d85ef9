"""Frames as clients send them (RFC 6455, 5.2), right and wrong ones, by hand."""

import itertools

KEY = b"\x5a\xc3\x17\x9e"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def masked(data: bytes, key: bytes = KEY) -> bytes:
    """As the RFC says it, a byte at a time."""
    return bytes(byte ^ key[place % 4] for place, byte in enumerate(data))


def client_frame(
    opcode: int, data: bytes = b"", *, fin: bool = True, reserved: int = 0, key: bytes | None = KEY
) -> bytes:
    """One frame; `key` `None` leaves the masking out, `reserved` are RSV1 to RSV3 as 4, 2 and 1."""
    first = fin << 7 | reserved << 4 | opcode
    size = len(data)
    if size < 126:
        length, more = size, b""
    elif size < 65_536:
        length, more = 126, size.to_bytes(2, "big")
    else:
        length, more = 127, size.to_bytes(8, "big")
    if key is None:
        return bytes((first, length)) + more + data
    return bytes((first, 0x80 | length)) + more + key + masked(data, key)


def cut(data: bytes, *at: int) -> list[bytes]:
    """The same bytes in pieces, cut at these places."""
    places = [0, *sorted(min(each, len(data)) for each in at), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(places)]
