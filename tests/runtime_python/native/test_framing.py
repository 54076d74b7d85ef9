"""What the native transport sends: heads, close frames, shared broadcasts; and both ways of unmasking."""

import zlib

import pytest
from client_frames import masked
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.transports.native.deflating import Inflater, agreed_window, agreement, deflater
from rtgen_runtime.transports.native.framing import Framer, close_frame, frame
from rtgen_runtime.transports.native.masking import unmask, unmask_in_python
from websockets.frames import Frame, Opcode

JSON, PACKED = "rtgen.v1.json", "rtgen.v1.msgpack"


@given(st.binary(max_size=3000) | st.integers(0, 5000).map(lambda size: b"m" * size), st.binary(min_size=4, max_size=4))
def test_both_ways_of_unmasking_do_what_the_rfc_says(data: bytes, key: bytes) -> None:
    assert unmask(data, key) == unmask_in_python(data, key) == masked(data, key)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_are_those_of_another_library(size: int) -> None:
    data = b"x" * size
    assert frame(0x81, data) == Frame(Opcode.TEXT, data).serialize(mask=False)
    assert frame(0x82, data) == Frame(Opcode.BINARY, data).serialize(mask=False)


def test_a_close_frame_is_never_too_long_and_never_ends_in_a_character() -> None:
    assert close_frame(1005) == b"\x88\x00"
    assert close_frame(4000, "bye") == b"\x88\x05\x0f\xa0bye"
    long = close_frame(4000, "ü" * 100)
    assert long[:2] == bytes((0x88, 2 + 122))
    assert long[4:].decode() == "ü" * 61


def test_a_broadcast_is_framed_once() -> None:
    framer = Framer(JSON)
    one, two = b"[1]", b"[2]"
    first = framer.joined([one, two])
    assert first == b"\x81\x03[1]\x81\x03[2]"
    assert framer.joined([one, two]) is first
    assert framer.joined([two]) == b"\x81\x03[2]"
    assert Framer(PACKED).joined([one]) == b"\x82\x03[1]"


def test_a_compressed_broadcast_is_compressed_once_for_all_of_a_window() -> None:
    long = b"[" + b"0," * 500 + b"0]"
    framer = Framer(JSON, deflater(15))
    sent = framer.joined([b"[1]", long])
    assert sent[:5] == b"\x81\x03[1]"
    assert sent[5] == 0xC1
    assert len(sent) < 100
    assert Inflater().feed(sent[7:], 5000, last=True) == long
    assert Framer(JSON, deflater(15)).joined([long]) == sent[5:]
    assert deflater(15)(long) is deflater(15)(long)


@pytest.mark.parametrize("bits", range(9, 16))
def test_what_is_compressed_in_a_window_needs_no_larger_one(bits: int) -> None:
    data = bytes(number * number % 251 for number in range(70_000)) * 2
    unpacker = zlib.decompressobj(wbits=-bits)
    assert unpacker.decompress(deflater(bits)(data) + b"\x00\x00\xff\xff") == data


@pytest.mark.parametrize(
    ("offered", "answer"),
    [
        ("", None),
        ("x-webkit-deflate-frame", None),
        (
            "permessage-deflate",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        ),
        (
            "permessage-deflate; client_max_window_bits; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        ),
        (
            'permessage-deflate;server_max_window_bits="10" ; client_max_window_bits=15',
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10",
        ),
        (
            "permessage-deflate; server_max_window_bits=8, permessage-deflate",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        ),
        ("permessage-deflate; server_max_window_bits=8", None),
        ("permessage-deflate; server_max_window_bits=16", None),
        ("permessage-deflate; server_max_window_bits", None),
        ("permessage-deflate; server_max_window_bits=010", None),
        ("permessage-deflate; client_max_window_bits=x", None),
        ("permessage-deflate; server_no_context_takeover=1", None),
        ("permessage-deflate; unknown", None),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", None),
        ("permessage-deflate;", None),
        ('permessage-deflate; server_max_window_bits="', None),
    ],
)
def test_offers(offered: str, answer: str | None) -> None:
    window = agreed_window(offered)
    assert (None if window is None else agreement(window)) == answer
