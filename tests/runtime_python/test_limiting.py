"""Token buckets: never more than a burst and the rate, and in `retryAfter` seconds there is one again."""

from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.declarations import RateLimit
from rtgen_runtime.limiting import MOST_REFUSED, WINDOW, Kind, Limiter

LIMIT = RateLimit(10, 1.0, burst=3)


def test_a_burst_then_the_rate() -> None:
    limiter = Limiter(4)
    assert [limiter.draw("a", LIMIT, 0.0) for _ in range(3)] == [0.0] * 3
    wait = limiter.draw("a", LIMIT, 0.0)
    assert 0.0 < wait <= 0.1
    assert limiter.draw("b", LIMIT, 0.0) == 0.0
    assert limiter.draw("a", LIMIT, 0.001 + wait) == 0.0


def test_a_clock_that_is_set_back_gives_no_tokens() -> None:
    limiter = Limiter(4)
    for _ in range(3):
        limiter.draw("a", LIMIT, 100.0)
    assert limiter.draw("a", LIMIT, 0.0) > 0.0


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=80), st.integers(1, 20), st.integers(1, 5))
def test_never_more_than_burst_and_rate_allow(gaps: list[float], count: int, burst: int) -> None:
    limiter, now, passed = Limiter(4), 0.0, 0
    for gap in gaps:
        now += gap
        passed += limiter.draw("a", RateLimit(count, 1.0, burst), now) == 0.0
    assert passed <= burst + count * now + 1e-6


def test_a_client_that_comes_back_may_join_all_its_channels_at_once() -> None:
    limiter = Limiter(128)
    assert all(limiter.protocol(Kind.MEMBERSHIP, 0.0) == 0.0 for _ in range(256))


def test_refusals_end_in_a_flood_and_are_forgotten_after_a_while() -> None:
    limiter = Limiter(4)
    assert not any(limiter.floods(0.0) for _ in range(MOST_REFUSED))
    assert limiter.floods(0.0)
    assert not limiter.floods(WINDOW)
