"""Bounded in bytes, one write a turn, and what the socket has not taken counts."""

import asyncio
from collections.abc import Sequence

from rtgen_runtime.outbox import Flusher, Outbox


class Wire:
    def __init__(self, buffered: int = 0) -> None:
        self.writes: list[list[bytes]] = []
        self.waiting = buffered
        self.closed: list[int] = []

    def write(self, frames: Sequence[bytes]) -> None:
        self.writes.append(list(frames))

    def buffered(self) -> int:
        return self.waiting

    def close(self, code: int, reason: str) -> None:
        self.closed.append(code)


async def test_one_turn_of_the_loop_is_one_write_for_each_client() -> None:
    flusher, wires = Flusher(), [Wire(), Wire()]
    boxes = [Outbox(wire, 100, flusher, lambda: None) for wire in wires]
    for frame in (b"a", b"b", b"c"):
        for box in boxes:
            box.add(frame)
    assert [wire.writes for wire in wires] == [[], []]
    await asyncio.sleep(0)
    assert [wire.writes for wire in wires] == [[[b"a", b"b", b"c"]]] * 2
    boxes[0].add(b"d")
    await asyncio.sleep(0)
    assert wires[0].writes[1:] == [[b"d"]]


async def test_too_much_in_one_turn_overflows_once() -> None:
    wire, overflows = Wire(), list[str]()

    def overflow() -> None:
        overflows.append("x")
        box.close(4101, "behind")

    box = Outbox(wire, 10, Flusher(), overflow)
    for _ in range(20):
        box.add(b"123")
    await asyncio.sleep(0)
    assert overflows == ["x"]
    assert wire.closed == [4101]
    assert wire.writes == []


async def test_what_the_socket_holds_counts() -> None:
    wire, overflows = Wire(buffered=9), list[str]()
    box = Outbox(wire, 10, Flusher(), lambda: overflows.append("x"))
    box.add(b"12")
    await asyncio.sleep(0)
    assert overflows == ["x"]
    assert wire.writes == []


async def test_a_close_comes_after_what_was_sent_before_and_nothing_after_it() -> None:
    wire = Wire()
    box = Outbox(wire, 100, Flusher(), lambda: None)
    box.add(b"last words")
    box.close(4000, "bye")
    box.add(b"too late")
    await asyncio.sleep(0)
    assert wire.writes == [[b"last words"]]
    assert wire.closed == [4000]
