"""Mechanisms of a line, broken: the test of all interleavings must notice, or it proves nothing.

Others stand in for each other: what was held and dropped, or came early and was forgotten, leaves a gap that is read.
"""

import dataclasses
from typing import Any

import pytest
from cluster.test_lines import LineMachine
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from rtgen_runtime.redis import lines
from rtgen_runtime.redis.lines import Hole, Line, Lines

_why_not = lines._why_not


def forget_what_is_missing(self: Lines, line: Line, hole: Hole) -> None:
    """A hole is noticed, and not filled."""


def only_look_at_offsets(line: Line, hole: Hole) -> str:
    """The epoch is forgotten."""
    return _why_not(line, dataclasses.replace(hole, epoch=line.epoch, number=max(hole.number, line.number)))


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "gaps are passed over": (Line, "follows", lambda _self, _news: True),
    "holes stay": (Lines, "_fill", forget_what_is_missing),
    "epochs are forgotten": (lines, "_why_not", only_look_at_offsets),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_mechanism_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*BROKEN[name])
    only_search = settings(
        max_examples=300,
        derandomize=True,
        stateful_step_count=40,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run_state_machine_as_test(LineMachine, settings=only_search)
