"""Rule `history-without-recorded`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        records = any(event.recorded for event in channel.server_events)
        if channel.history is not None and channel.span is not None and not records:
            yield Problem(f"{channel} keeps a history, but records no event", channel.span)


RULE = Rule(
    id="history-without-recorded",
    severity=Severity.WARNING,
    summary="A channel with `history` and no recorded event.",
    why="Nothing would ever be in the history.",
    fix="Add `recorded: true` to the events that returning clients need, or remove `history`.",
    check=_check,
    bad="""\
history: { keep: 100, for: 1d }
events:
  posted: { from: server }
""",
    good="""\
history: { keep: 100, for: 1d }
events:
  posted: { from: server, recorded: true }
""",
)
