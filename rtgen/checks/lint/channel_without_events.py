"""Rule `channel-without-events`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        if not channel.events and channel.span is not None:
            yield Problem(f"{channel} has no events", channel.span)


RULE = Rule(
    id="channel-without-events",
    severity=Severity.WARNING,
    summary="A channel without events.",
    why="Clients can join it, and nothing can ever happen there.",
    fix="Add its events, or remove it.",
    check=_check,
    bad="""\
channels:
  room: { address: room, events: {} }
""",
    good="""\
channels:
  room: { address: room, events: { opened: { from: server } } }
""",
)
