"""The codec of the native transport: what RFC 6455 wants of each frame, however the bytes are grouped."""

import zlib
from collections.abc import Iterable

import pytest
from client_frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, client_frame, cut
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.transports.native.codec import Closing, Event, Failed, Ping, Pong, Reader

LIMIT = 1000
CODES = {"protocol": 1002, "utf8": 1007, "large": 1009}


def read(*pieces: bytes, limit: int = LIMIT, deflates: bool = False) -> list[Event]:
    reader = Reader(limit, deflates=deflates)
    return [event for piece in pieces for event in reader.feed(piece)]


def test_messages_and_control_frames() -> None:
    sent = (
        client_frame(TEXT, "grüß".encode())
        + client_frame(BINARY, b"\xff\x00")
        + client_frame(PING, b"now")
        + client_frame(PONG)
        + client_frame(TEXT, b"")
        + client_frame(CLOSE, b"\x0f\xa0bye")
    )
    assert read(sent) == ["grüß", b"\xff\x00", Ping(b"now"), Pong(b""), "", Closing(4000, "bye")]


def test_a_message_in_fragments_with_control_frames_between() -> None:
    sent = (
        client_frame(TEXT, b"gr\xc3", fin=False)
        + client_frame(PING, b"1")
        + client_frame(CONTINUATION, b"", fin=False)
        + client_frame(CONTINUATION, b"\xbc\xc3", fin=False)
        + client_frame(CONTINUATION, b"\x9f")
        + client_frame(BINARY, b"x")
    )
    assert read(sent) == [Ping(b"1"), "grüß", b"x"]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_001])
def test_every_form_of_length(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    assert read(client_frame(BINARY, data), limit=size) == [data]
    assert read(client_frame(BINARY, data), limit=max(0, size - 1)) == (
        [data] if size == 0 else [Failed(1009, f"more than {size - 1} bytes")]
    )


@pytest.mark.parametrize(
    ("name", "sent", "why"),
    [
        ("not masked", client_frame(TEXT, b"hi", key=None), "protocol"),
        ("RSV1", client_frame(TEXT, b"hi", reserved=4), "protocol"),
        ("RSV2", client_frame(TEXT, b"hi", reserved=2), "protocol"),
        ("RSV3 of a ping", client_frame(PING, b"hi", reserved=1), "protocol"),
        *((f"opcode {opcode}", client_frame(opcode), "protocol") for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
        ("long ping", client_frame(PING, b"x" * 126), "protocol"),
        ("ping in fragments", client_frame(PING, b"", fin=False), "protocol"),
        ("close in fragments", client_frame(CLOSE, b"", fin=False), "protocol"),
        ("continuation of nothing", client_frame(CONTINUATION, b"x"), "protocol"),
        ("two beginnings", client_frame(TEXT, b"x", fin=False) + client_frame(TEXT, b"y"), "protocol"),
        ("close of one byte", client_frame(CLOSE, b"\x03"), "protocol"),
        *(
            (f"close {code}", client_frame(CLOSE, code.to_bytes(2, "big")), "protocol")
            for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)
        ),
        ("close with no UTF-8", client_frame(CLOSE, b"\x03\xe8\xff"), "utf8"),
        ("text with no UTF-8", client_frame(TEXT, b"a\xffb"), "utf8"),
        ("text that ends in a character", client_frame(TEXT, b"a\xc3"), "utf8"),
        ("surrogate", client_frame(TEXT, b"\xed\xa0\x80"), "utf8"),
        ("too large", client_frame(TEXT, b"x" * (LIMIT + 1)), "large"),
        (
            "too large in fragments",
            client_frame(TEXT, b"x" * LIMIT, fin=False) + client_frame(CONTINUATION, b"x"),
            "large",
        ),
        ("beyond any size", b"\x82\xff" + b"\xff" * 8, "large"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_is_failed(name: str, sent: bytes, why: str) -> None:
    before, after = client_frame(PING, b"before"), client_frame(TEXT, b"never heard")
    for data in ([before + sent + after], [*cut(before + sent + after, *range(200))]):
        events = read(*data)
        assert events[0] == Ping(b"before")
        (failed,) = events[1:]
        assert isinstance(failed, Failed), name
        assert failed.code == CODES[why]


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1014, 3000, 3999, 4000, 4999])
def test_codes_that_a_client_may_close_with(code: int) -> None:
    assert read(client_frame(CLOSE, code.to_bytes(2, "big"))) == [Closing(code, "")]


def test_a_close_without_a_code_and_nothing_after_it() -> None:
    assert read(client_frame(CLOSE) + client_frame(TEXT, b"x"), b"rubbish") == [Closing(1005, "")]


def test_a_close_within_an_unfinished_message_is_one() -> None:
    assert read(client_frame(TEXT, b"x", fin=False) + client_frame(CLOSE, b"\x03\xe8")) == [Closing(1000, "")]


def test_what_is_too_large_is_refused_before_it_comes() -> None:
    assert read(client_frame(BINARY, b"x" * 5000)[:4]) == [Failed(1009, "more than 1000 bytes")]


def test_a_wrong_byte_is_refused_before_the_message_ends() -> None:
    assert read(client_frame(TEXT, b"ab\xff" + b"x" * 500)[:11]) == [Failed(1007, "not UTF-8")]
    assert read(client_frame(TEXT, b"ab\xff", fin=False)) == [Failed(1007, "not UTF-8")]


def test_a_message_under_way_is_no_larger_than_its_bytes() -> None:
    reader = Reader(100_000)
    reader.feed(client_frame(TEXT, b"", fin=False))
    for _ in range(50_000):
        assert reader.feed(client_frame(CONTINUATION, b"x", fin=False)) == []
        reader.feed(client_frame(CONTINUATION, b"", fin=False))
    message = reader._message
    assert message is not None
    assert message.data.__sizeof__() < 2 * 50_000
    assert reader.feed(client_frame(CONTINUATION)) == ["x" * 50_000]


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


class TestCompressed:
    """RFC 7692 without context takeover."""

    def test_a_compressed_message_whole_and_in_fragments(self) -> None:
        data = deflated("grüß ".encode() * 100)
        whole = client_frame(TEXT, data, reserved=4)
        parts = client_frame(TEXT, data[:5], reserved=4, fin=False) + client_frame(CONTINUATION, data[5:])
        assert read(whole + parts + client_frame(TEXT, b"plain"), deflates=True) == [
            "grüß " * 100,
            "grüß " * 100,
            "plain",
        ]

    @pytest.mark.parametrize(
        ("sent", "why"),
        [
            (client_frame(BINARY, deflated(b"\x00" * 1001), reserved=4), "large"),
            (client_frame(BINARY, deflated(b"\x00" * 50_000_000)[:900], reserved=4), "large"),
            (client_frame(BINARY, b"\xff\xff\xff\xff", reserved=4), "utf8"),
            (client_frame(TEXT, deflated(b"\xff"), reserved=4), "utf8"),
            (client_frame(PING, b"", reserved=4), "protocol"),
            (client_frame(TEXT, b"", fin=False) + client_frame(CONTINUATION, b"", reserved=4), "protocol"),
            (client_frame(TEXT, b"", reserved=6), "protocol"),
        ],
    )
    def test_is_failed(self, sent: bytes, why: str) -> None:
        (failed,) = read(sent, deflates=True)
        assert isinstance(failed, Failed)
        assert failed.code == CODES[why]


frames = st.builds(
    client_frame,
    st.sampled_from([CONTINUATION, TEXT, TEXT, BINARY, PING, PONG]) | st.integers(0, 15),
    st.text(max_size=40).map(str.encode)
    | st.binary(max_size=40)
    | st.integers(100, LIMIT + 50).map(lambda size: b"a" * size),
    fin=st.booleans(),
    reserved=st.sampled_from([0, 0, 0, 0, 4]),
    key=st.binary(min_size=4, max_size=4) | st.just(None) | st.binary(min_size=4, max_size=4),
)
right = st.builds(
    client_frame,
    st.sampled_from([TEXT, PING, PONG]),
    st.text(max_size=25).map(str.encode),
    key=st.binary(min_size=4, max_size=4),
)


@given(
    st.lists(frames | right, max_size=8).map(b"".join),
    st.binary(max_size=12),
    st.lists(st.integers(0, 2000), max_size=20),
    st.booleans(),
)
def test_the_events_are_the_same_however_the_bytes_are_cut(
    sent: bytes, rubbish: bytes, places: list[int], deflates: bool
) -> None:
    sent += rubbish
    expected = read(sent, deflates=deflates)
    assert read(*cut(sent, *places), deflates=deflates) == expected
    assert read(*(sent[place : place + 1] for place in range(len(sent))), deflates=deflates) == expected


@given(
    st.lists(st.tuples(st.sampled_from([TEXT, BINARY]), st.text(max_size=200), st.lists(st.integers(0, 800)))),
    st.lists(st.integers(0, 5000), max_size=10),
)
def test_what_a_client_says_in_any_fragments_is_heard(
    said: list[tuple[int, str, list[int]]], places: list[int]
) -> None:
    sent, expected = b"", list[Event]()
    for opcode, text, fragments in said:
        sent += b"".join(in_fragments(opcode, text.encode(), fragments))
        expected.append(text if opcode == TEXT else text.encode())
    assert read(*cut(sent, *places)) == expected


def in_fragments(opcode: int, data: bytes, places: list[int]) -> Iterable[bytes]:
    parts = cut(data, *places)
    for number, part in enumerate(parts):
        yield client_frame(opcode if number == 0 else CONTINUATION, part, fin=number == len(parts) - 1)
