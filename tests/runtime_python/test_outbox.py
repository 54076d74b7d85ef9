"""Bounded in bytes, one write a turn; while the socket is slow volatile frames give way, the newest of a slot wins."""

import asyncio
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.backlog import Policy
from rtgen_runtime.outbox import Flusher, Outbox
from slow_sockets import SlowSocket

VOLATILE: Final = Policy(volatile=True)


class ByHand(Flusher):
    """Flushing is the test's."""

    def __init__(self) -> None:
        super().__init__()
        self.outboxes: list[Outbox] = []

    def add(self, outbox: Outbox) -> None:
        self.outboxes.append(outbox)

    def flush(self) -> None:
        waiting, self.outboxes = self.outboxes, []
        for outbox in waiting:
            outbox.flush()


class Case:
    """One outbox with its socket."""

    def __init__(self, limit: int = 100, *, fast: bool = True, flusher: Flusher | None = None) -> None:
        self.socket = SlowSocket(fast=fast)
        self.by_hand = ByHand()
        self.flusher = flusher or self.by_hand
        self.overflows = 0
        self.box = Outbox(self.socket, limit, self.flusher, self)
        self.socket.writable = self.box.writable

    def fell_behind(self) -> None:
        self.overflows += 1
        self.box.close(4101, "behind")

    def add(self, *frames: bytes, policy: Policy | None = None) -> None:
        for frame in frames:
            self.box.add(frame, policy)

    def slow(self) -> None:
        """From now on the socket has one byte that it does not get rid of."""
        self.socket.fast = False
        self.add(b"-")
        self.by_hand.flush()


async def test_one_turn_of_the_loop_is_one_write_for_each_client() -> None:
    flusher = Flusher()
    cases = [Case(flusher=flusher), Case(flusher=flusher)]
    for frame in (b"a", b"b", b"c"):
        for case in cases:
            case.add(frame)
    assert [case.socket.writes for case in cases] == [[], []]
    await asyncio.sleep(0)
    assert [case.socket.writes for case in cases] == [[[b"a", b"b", b"c"]]] * 2
    cases[0].add(b"d")
    await asyncio.sleep(0)
    assert cases[0].socket.writes[1:] == [[b"d"]]


def test_what_is_too_much_for_one_turn_is_written_early() -> None:
    case = Case(10)
    case.add(*[b"123"] * 20)
    case.by_hand.flush()
    assert case.socket.taken == [b"123"] * 20
    assert case.overflows == 0


def test_a_socket_that_takes_nothing_overflows_once_and_not_inside_add() -> None:
    case = Case(10, fast=False)
    case.add(*[b"123"] * 20)
    assert case.overflows == 0
    case.by_hand.flush()
    assert (case.overflows, case.socket.closed, case.flusher.counts.overflowed) == (1, [4101], 1)
    case.socket.take()
    case.by_hand.flush()
    assert case.socket.taken == [b"123"] * 3


def test_what_the_socket_holds_counts() -> None:
    case = Case(10)
    case.slow()
    case.add(b"123456789")
    assert (case.box.size, case.overflows) == (10, 0)
    case.add(b"1")
    case.by_hand.flush()
    assert case.overflows == 1


def test_a_close_comes_after_what_was_sent_before_and_nothing_after_it() -> None:
    case = Case()
    case.add(b"last words")
    case.box.close(4000, "bye")
    case.add(b"too late")
    case.by_hand.flush()
    assert (case.socket.writes, case.socket.closed) == ([[b"last words"]], [4000])


def test_volatile_frames_give_way_the_oldest_first() -> None:
    case = Case(10)
    case.slow()
    case.add(b"v1", b"v2", b"v3", policy=VOLATILE)
    case.add(b"must1", b"!")
    assert case.flusher.counts.dropped == 2
    case.add(b"12345", policy=VOLATILE)
    assert case.flusher.counts.dropped == 4
    case.socket.hurry()
    assert case.socket.taken == [b"-", b"must1", b"!"]
    assert case.overflows == 0


def test_volatile_frames_are_not_dropped_while_there_is_room() -> None:
    case = Case(10)
    case.slow()
    case.add(b"v1", b"v2", policy=VOLATILE)
    case.socket.hurry()
    assert (case.socket.taken, case.flusher.counts.dropped) == ([b"-", b"v1", b"v2"], 0)


def test_the_newest_of_a_slot_comes_after_what_was_sent_before_it() -> None:
    case = Case()
    case.slow()
    case.add(b"x1", policy=Policy(slot="x"))
    case.add(b"event")
    case.add(b"y1", policy=Policy(slot="y"))
    case.add(b"x2", policy=Policy(slot="x"))
    case.socket.hurry()
    assert case.socket.taken == [b"-", b"event", b"y1", b"x2"]
    assert case.flusher.counts.conflated == 1


def test_a_fast_reader_gets_every_frame_of_a_slot() -> None:
    case = Case()
    case.add(b"x1", b"x2", policy=Policy(slot="x"))
    case.by_hand.flush()
    assert case.socket.taken == [b"x1", b"x2"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("slot"), st.sampled_from("abc")),
        st.tuples(st.sampled_from(["plain", "volatile", "flush", "take", "slow", "fast"]), st.just("")),
    ),
    max_size=60,
)


@given(STEPS)
def test_the_last_of_each_slot_arrives_and_all_is_in_order_however_the_reader_dawdles(
    steps: list[tuple[str, str]],
) -> None:
    case, sent, last, must = Case(100_000), list[bytes](), dict[str, bytes](), list[bytes]()
    for number, (step, slot) in enumerate(steps):
        frame = f"{number}".encode()
        match step:
            case "slot":
                case.add(frame, policy=Policy(slot=slot))
                last[slot] = frame
            case "plain":
                case.add(frame)
                must.append(frame)
            case "volatile":
                case.add(frame, policy=VOLATILE)
            case "flush":
                case.by_hand.flush()
            case "take":
                case.socket.take()
            case _:
                case.socket.fast = step == "fast"
        sent += [frame] if step in {"slot", "plain", "volatile"} else []
    case.by_hand.flush()
    while case.socket.waiting:
        case.socket.take()
    taken = case.socket.taken
    assert taken == sorted(taken, key=int)
    assert set(must) | set(last.values()) <= set(taken) <= set(sent)


@given(st.integers(1, 60), STEPS, st.integers(1, 30))
def test_an_outbox_never_holds_more_than_its_limit(limit: int, steps: list[tuple[str, str]], size: int) -> None:
    case = Case(limit)
    for step, slot in steps:
        match step:
            case "slot":
                case.add(b"s" * size, policy=Policy(slot=slot))
            case "plain":
                case.add(b"p" * (size // 2 + 1))
            case "volatile":
                case.add(b"v" * size, policy=VOLATILE)
            case "flush":
                case.by_hand.flush()
            case "take":
                case.socket.take()
            case _:
                case.socket.fast = step == "fast"
        assert case.box.size <= limit
    case.by_hand.flush()
    assert case.overflows <= 1
    assert (case.overflows == 1) == bool(case.socket.closed)
