"""A small share of `make fuzz-native`, and proof that it finds what is broken."""

import pytest
from fuzz_native.comparing import Disagreement, play
from rtgen_runtime.transports.native import codec


def test_both_codecs_say_the_same_of_torn_streams() -> None:
    said = play("small", 6_000)
    assert said.total() == 6_000
    assert min(said[each] for each in ("accepted", "failed with 1002", "failed with 1007", "failed with 1009")) > 20
    assert said["failed with 1007, before the library"] > 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_REGISTERED", codec._REGISTERED | {1005}),
        ("_REGISTERED", codec._REGISTERED - {1014}),
        ("_OPCODES", codec._OPCODES | {3}),
        ("_RESERVED", 0x60),
        ("_LONGEST_CONTROL", 126),
        ("unmask", lambda data, _key: data),
    ],
)
def test_a_codec_that_is_wrong_is_found(name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, name, value)
    with pytest.raises(Disagreement):
        play("small", 6_000)
