"""The history in memory: positions, caps, ages, and what it says when it can't close a gap."""

import pytest
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Page, ReplayCap
from rtgen_runtime.history.memory import MemoryHistory

SIZE = HistorySize(keep=5, seconds=60.0)
CAP = ReplayCap(events=3, bytes=100)


def filled(count: int, *, payload: bytes = b"1") -> MemoryHistory:
    """Events at the seconds 1, 2, 3 …"""
    history = MemoryHistory("e")
    for number in range(1, count + 1):
        assert history.append("a", SIZE, "t", payload, float(number)) == number
    return history


async def read(
    history: MemoryHistory, since: tuple[str, int] | None, *, now: float = 10.0, cap: ReplayCap = CAP
) -> Page:
    return await history.read("a", SIZE, since, cap, now)


async def test_a_first_join_gets_a_position_even_of_nothing() -> None:
    assert await read(MemoryHistory("e"), None) == Page("e", 0)
    assert await read(filled(2), None) == Page("e", 2)


async def test_offsets_are_counted_for_each_address() -> None:
    history = filled(2)
    assert history.append("b", SIZE, "t", b"1", 1.0) == 1


async def test_what_was_missed_comes_in_order() -> None:
    page = await read(filled(4), ("e", 2))
    assert [entry.offset for entry in page.entries] == [3, 4]
    assert (page.offset, page.recovered, page.reason) == (4, True, "")


async def test_nothing_missed_is_recovered() -> None:
    assert await read(filled(4), ("e", 4)) == Page("e", 4, recovered=True)
    assert await read(MemoryHistory("e"), ("e", 0)) == Page("e", 0, recovered=True)


@pytest.mark.parametrize(
    ("since", "reason"), [(("other", 3), "epoch_changed"), (("e", 9), "epoch_changed"), (("e", 2), "too_old")]
)
async def test_a_gap_that_can_not_be_closed_has_a_reason_and_no_events(since: tuple[str, int], reason: str) -> None:
    page = await read(filled(8), since, cap=ReplayCap(100, 1000))
    assert (page.recovered, page.reason, page.entries, page.offset) == (False, reason, (), 8)


async def test_the_count_is_capped() -> None:
    assert (await read(filled(4), ("e", 1))).recovered
    assert await read(filled(4), ("e", 0)) == Page("e", 4, reason="too_many")


async def test_the_bytes_are_capped() -> None:
    assert await read(filled(3, payload=b"x" * 40), ("e", 0)) == Page("e", 3, reason="too_many")


async def test_events_age() -> None:
    history = filled(4)
    assert (await read(history, ("e", 2), now=62.5)).recovered
    assert await read(history, ("e", 1), now=63.5) == Page("e", 4, reason="too_old")
    assert await read(history, ("e", 4), now=1000.0) == Page("e", 4, recovered=True)
    assert history.append("a", SIZE, "t", b"1", 1000.0) == 5


async def test_bytes_push_the_oldest_out() -> None:
    history, size = MemoryHistory("e"), HistorySize(keep=100, seconds=60.0, bytes=10)
    for _ in range(4):
        history.append("a", size, "t", b"1234", 1.0)
    page = await history.read("a", size, ("e", 1), CAP, 1.0)
    assert page.reason == "too_old"
    assert [entry.offset for entry in (await history.read("a", size, ("e", 2), CAP, 1.0)).entries] == [3, 4]


async def test_reading_makes_no_streams() -> None:
    history = MemoryHistory("e")
    for number in range(10):
        await history.read(f"a{number}", SIZE, None, CAP, 1.0)
    assert history.addresses == 0
