"""Durations, sizes and rates: what is written is read as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtgen.contract.units import rate, seconds, size_in_bytes, written_duration, written_rate, written_size


@pytest.mark.parametrize("text", ["1ms", "1500ms", "10s", "90s", "5m", "36h", "30d"])
def test_durations_are_written_as_people_do(text: str) -> None:
    assert written_duration(seconds(text)) == text


def test_no_duration() -> None:
    assert written_duration(0) == "0s"


@given(st.integers(1, 2**40))
def test_sizes_are_read_as_they_were_written(value: int) -> None:
    assert size_in_bytes(written_size(value)) == value


@pytest.mark.parametrize("text", ["10/s", "30/m", "5/h"])
def test_rates(text: str) -> None:
    count, within = rate(text)
    assert written_rate(count, within, count) == text
    assert written_rate(count, within, 99) == f"{text}, burst 99"
