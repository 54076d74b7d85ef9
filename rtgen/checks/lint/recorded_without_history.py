"""Rule `recorded-without-history`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        for event in channel.server_events:
            if event.recorded and channel.history is None and event.span is not None:
                yield Problem(f"{event} is recorded, but {channel} keeps no history", event.span)


RULE = Rule(
    id="recorded-without-history",
    severity=Severity.ERROR,
    summary="A recorded event in a channel without `history`.",
    why="Recovery needs a history to read from; without one every return would lose events.",
    fix="Add `history: { keep: 1000, for: 1d }` to the channel, or remove `recorded`.",
    check=_check,
    bad="""\
events:
  posted: { from: server, recorded: true }
""",
    good="""\
history: { keep: 100, for: 1d }
events:
  posted: { from: server, recorded: true }
""",
)
