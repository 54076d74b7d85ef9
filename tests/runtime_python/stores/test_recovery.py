"""The verdict on a position, apart from stores; with the traps that others fell into, by their numbers."""

import pytest
from rtgen_runtime.history.recovery import Known, Page, recover
from rtgen_runtime.history.tails import KeptEvent


def known(top: int, oldest: int = 1, *, invalidated: int = 0, size: int = 1) -> Known[KeptEvent]:
    entries = tuple(KeptEvent(offset, 0.0, size, b"") for offset in range(oldest, top + 1))
    return Known("e", top, oldest, invalidated, entries)


def verdict(
    it: Known[KeptEvent], since: tuple[str, int] | None, *, events: int = 300, size: int = 1000
) -> Page[KeptEvent]:
    return recover(it, since, most_events=events, most_bytes=size)


def test_a_first_join_gets_a_position() -> None:
    assert verdict(known(3), None) == Page("e", 3)


def test_trap_1_a_client_that_has_received_nothing_recovers() -> None:
    """The position of an empty history is as good as any other."""
    assert verdict(known(0), None) == Page("e", 0)
    assert verdict(known(0), ("e", 0)) == Page("e", 0, recovered=True)
    assert [each.offset for each in verdict(known(2), ("e", 0)).entries] == [1, 2]


def test_trap_3_an_empty_recovery_gives_a_position_to_adopt() -> None:
    page = verdict(known(7), ("e", 7))
    assert (page.epoch, page.offset, page.entries, page.recovered) == ("e", 7, (), True)


def test_trap_4_trimmed_exactly_at_the_clients_offset_is_recovered_without_events() -> None:
    assert verdict(known(7, oldest=8), ("e", 7)) == Page("e", 7, recovered=True)
    assert verdict(known(7, oldest=8), ("e", 6)).reason == "too_old"
    assert [each.offset for each in verdict(known(7, oldest=7), ("e", 6)).entries] == [7]


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (("other", 7), "epoch_changed"),
        (("other", 99), "epoch_changed"),
        (("e", 9), "epoch_changed"),
        (("e", 2), "invalidated"),
        (("e", 3), "too_old"),
        (("e", 4), "too_many"),
    ],
)
def test_a_gap_that_can_not_be_closed_has_a_reason_and_no_events(since: tuple[str, int], reason: str) -> None:
    page = verdict(known(8, oldest=5, invalidated=3), since, events=3)
    assert page == Page("e", 8, reason=reason)


def test_the_cap_counts_events_and_bytes() -> None:
    assert verdict(known(4), ("e", 1), events=3).recovered
    assert verdict(known(4), ("e", 0), events=3).reason == "too_many"
    assert verdict(known(4, size=10), ("e", 1), size=30).recovered
    assert verdict(known(4, size=10), ("e", 0), size=30).reason == "too_many"


def test_another_users_position_gives_no_more_than_a_fresh_join() -> None:
    """C15: a position is no secret; what it gives is what the address holds, to those who may join it."""
    own, guessed = verdict(known(3), ("e", 1)), verdict(known(3), ("f", 1))
    assert guessed.entries == ()
    assert {each.offset for each in own.entries} <= {each.offset for each in verdict(known(3), ("e", 0)).entries}
