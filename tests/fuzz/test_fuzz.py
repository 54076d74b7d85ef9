"""A small share of `make fuzz`, and proof that it finds what is broken."""

from typing import Any

import pytest
from fuzz import handshakes
from fuzz.asked import asked_by
from fuzz.playing import play
from fuzz.rounds import held
from rtgen_runtime.answers import Answers
from rtgen_runtime.decoding import ClientDecoder
from rtgen_runtime.effects import Effect
from rtgen_runtime.memberships import Memberships


@pytest.mark.parametrize("number", range(2))
def test_frames_of_every_kind_break_nothing(number: int) -> None:
    seen = play(f"small/{number}", 4_000)
    assert seen.faults == []
    assert min(seen.kinds.values()) > 200
    assert seen.refs > 300
    answers = {"$reply", "$joined", "$error malformed", "$error invalid", "$error unknown_event", "$error rate_limited"}
    assert answers < set(seen.verdicts)


def test_the_same_seed_throws_the_same_frames() -> None:
    once, again = play("again", 1_000), play("again", 1_000)
    assert (once.kinds, once.refs) == (again.kinds, again.refs)


def test_memory_stays_where_it_was() -> None:
    assert held(1, 500) < 2**19


async def test_torn_handshakes_break_nothing() -> None:
    answers = await handshakes.throw("small", 300)
    assert {"HTTP/1.1 101 Switching Protocols", "HTTP/1.1 200 OK"} < set(answers)
    assert all(line.startswith("HTTP/1.1 ") or line in {"closed", "waits for more"} for line in answers), answers


def test_an_answer_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Answers.reply
    monkeypatch.setattr(Answers, "reply", lambda self, ref, data: [] if ref % 50 == 9 else reply(self, ref, data))
    assert any("answered 0 times" in fault for fault in play("mutant", 4_000).faults)


def test_an_answer_that_comes_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Answers.reply
    monkeypatch.setattr(Answers, "reply", lambda self, ref, data: reply(self, ref, data) * 2)
    assert any("answered 2 times" in fault for fault in play("mutant", 2_000).faults)


def test_a_decoder_that_raises_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    look_again = ClientDecoder._look_again

    def fragile(self: ClientDecoder, data: str | bytes) -> Any:
        if b'"\\' in (data if isinstance(data, bytes) else data.encode("utf-8", "replace")):
            raise ValueError("oh")
        return look_again(self, data)

    monkeypatch.setattr(ClientDecoder, "_look_again", fragile)
    assert any("ValueError" in fault for fault in play("mutant", 4_000).faults)


def test_a_membership_that_outlives_its_connection_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(self: Memberships) -> list[Effect]:
        return []

    monkeypatch.setattr(Memberships, "lost", forgetful)
    assert any("still held" in fault for fault in play("mutant", 2_000).faults)


@pytest.mark.parametrize(
    ("message", "ref", "surely"),
    [
        ('["room.add", 3, "rooms/a", {}]', 3, True),
        ('["$join", 3, "rooms/a"]', 3, True),
        ('["$later", 3]', 0, True),
        ('["room.add", true, 1, 2]', 0, True),
        ('["room.add", 9007199254740992]', 0, True),
        ('["room.add", 3, NaN]', 3, False),
        ('["room.add", 3, "\\ud800"]', 3, False),
        ("[", 0, True),
        ('["room.add", 3, "' + "x" * 5000 + '"]', 0, True),
        (b"\x92\xa8room.add\x03", 3, True),
        (b"\x93\xa8room.add\x03\x82\xa1a\x01\xa1a\x01", 3, False),
    ],
)
def test_what_a_message_asks(message: str | bytes, ref: int, surely: bool) -> None:
    assert asked_by(message, 4096) == (ref, surely)
