"""What is not understood: each is counted, few are told."""

import logging

import pytest
from rtgen_runtime.versions.refusing import EVERY, Refusals


def test_a_flood_is_counted_and_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [100.0]
    refusals = Refusals("not understood", lambda: now[0])
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            refusals.note("event", "room.never of version 9.0.0")
        refusals.note("presence", "no state")
        refusals.note("recorded", "")
        now[0] += EVERY
        refusals.note("event", "x" * 1000)
    assert refusals.counts == {"event": 1001, "presence": 1, "recorded": 1}
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "not understood: event, room.never of version 9.0.0",
        "not understood: presence, no state",
        f"not understood: event, {'x' * 200} (1000 of them since the last line)",
    ]
