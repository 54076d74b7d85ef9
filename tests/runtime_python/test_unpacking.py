"""MessagePack from strangers: what JSON can say comes through, everything else is refused before it costs anything."""

import math
import struct
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.codecs import CODECS, MsgpackCodec
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL
from rtgen_runtime.unpacking import NotPacked, unpack

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=5), inner, max_size=20),
    max_leaves=30,
)


@given(JSON)
def test_what_an_encoder_packs_is_unpacked(value: Any) -> None:
    assert unpack(msgspec.msgpack.encode(value)) == value


@given(st.binary(max_size=64))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        value = unpack(data)
    except NotPacked:
        return
    assert unpack(msgspec.msgpack.encode(value)) == value


@pytest.mark.parametrize("size", [0, 31, 32, 255, 256, 65_535, 65_536])
def test_every_length_of_strings_arrays_and_maps(size: int) -> None:
    for value in ("x" * size, [1] * size, {str(number): None for number in range(size)}):
        assert unpack(msgspec.msgpack.encode(value)) == value


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("nothing", b""),
        ("trailing", b"\xc0\xc0"),
        ("never used", b"\xc1"),
        ("bin 8", b"\xc4\x01x"),
        ("bin 16", b"\xc5\x00\x01x"),
        ("bin 32", b"\xc6\x00\x00\x00\x01x"),
        ("ext 8", b"\xc7\x01\x05x"),
        ("ext 16", b"\xc8\x00\x01\x05x"),
        ("ext 32", b"\xc9\x00\x00\x00\x01\x05x"),
        ("fixext 1", b"\xd4\x05x"),
        ("fixext 16", b"\xd8\x05" + b"x" * 16),
        ("timestamp 32", msgspec.msgpack.encode(msgspec.msgpack.Ext(-1, b"\0\0\0\1"))),
        ("timestamp 64", b"\xd7\xff" + b"\0" * 8),
        ("timestamp 96", b"\xc7\x0c\xff" + b"\0" * 12),
        ("number key", b"\x81\x01\xc0"),
        ("nil key", b"\x81\xc0\xc0"),
        ("array key", b"\x81\x90\xc0"),
        ("map key", b"\x81\x80\xc0"),
        ("key twice", b"\x82\xa1a\x01\xa1a\x02"),
        ("key twice, spelt differently", b"\x82\xa1a\x01\xd9\x01a\x02"),
        ("array of 4 GiB", b"\xdd\xff\xff\xff\xff\xc0"),
        ("map of 4 GiB", b"\xdf\xff\xff\xff\xff\xa1a\xc0"),
        ("map whose values are missing", b"\xde\x00\x02\xa1a\xc0"),
        ("string of 4 GiB", b"\xdb\xff\xff\xff\xffx"),
        ("string cut short", b"\xa2x"),
        ("number cut short", b"\xcb\x00"),
        ("array cut short", b"\x92\xc0"),
        ("no UTF-8", b"\xa2\xff\xfe"),
        ("UTF-8 of a surrogate", b"\xa3\xed\xa0\x80"),
        ("overlong UTF-8", b"\xa2\xc0\xaf"),
        ("NaN", b"\xcb" + struct.pack(">d", math.nan)),
        ("infinity", b"\xcb" + struct.pack(">d", math.inf)),
        ("single infinity", b"\xca" + struct.pack(">f", -math.inf)),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_refused(name: str, data: bytes) -> None:
    with pytest.raises(NotPacked):
        unpack(data)
    assert CODECS[MSGPACK_SUBPROTOCOL].to_json(data) is None, name


def test_a_lie_about_lengths_costs_no_memory() -> None:
    lies = [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xdd\x00\xff\xff\xff" * 1000]
    tracemalloc.start()
    try:
        for lie in lies:
            with pytest.raises(NotPacked):
                unpack(lie + b"\xc0" * 100)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_depth_costs_no_stack() -> None:
    deep = b"\x91" * 60_000 + b"\xc0"
    value = unpack(deep)
    for _ in range(60_000):
        assert isinstance(value, list)
        (value,) = value
    assert MsgpackCodec().to_json(deep) is None


@given(JSON)
def test_a_frame_is_the_same_in_both_encodings(value: Any) -> None:
    frame = msgspec.json.encode(["room.added", 1, "rooms/a", value])
    packed = CODECS[MSGPACK_SUBPROTOCOL].from_json(frame)
    assert msgspec.msgpack.decode(packed) == msgspec.json.decode(frame)
    assert CODECS[SUBPROTOCOL].from_json(frame) is frame


def test_a_frame_is_packed_once_for_all_receivers() -> None:
    codec = CODECS[MSGPACK_SUBPROTOCOL]
    frame = b'["room.added",1,"rooms/a",{"text":"once"}]'
    assert codec.from_json(frame) is codec.from_json(frame)


def test_an_integer_beyond_64_bits_becomes_a_double() -> None:
    packed = CODECS[MSGPACK_SUBPROTOCOL].from_json(b'["e",0,"a",{"n":100000000000000000000000,"m":[true,1]}]')
    assert msgspec.msgpack.decode(packed) == ["e", 0, "a", {"n": 1e23, "m": [True, 1]}]
