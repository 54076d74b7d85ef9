"""Rule `history-short`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_LEAST = 60.0


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        history = channel.history
        if history is not None and history.seconds < _LEAST and channel.span is not None:
            yield Problem(f"{channel} keeps its history for {history.seconds:g} seconds", channel.span)


RULE = Rule(
    id="history-short",
    severity=Severity.WARNING,
    summary="A history of less than a minute.",
    why="A client that lost its connection notices late and comes back with growing pauses; by then it is gone.",
    fix="Keep it for some minutes at least, or record nothing and let clients load the state when they return.",
    check=_check,
    bad="""\
history: { keep: 100, for: 20s }
events:
  scored: { from: server, recorded: true }
""",
    good="""\
history: { keep: 100, for: 10m }
events:
  scored: { from: server, recorded: true }
""",
)
