"""Rule `channel-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        if not channel.notes.description and channel.span is not None:
            yield Problem(f"{channel} has no description", channel.span)


RULE = Rule(
    id="channel-description",
    severity=Severity.WARNING,
    summary="A channel without a `description`.",
    why="Its name says what it is called, not who joins it and what they then hear.",
    fix="Add `description:` with one sentence.",
    strict=True,
    check=_check,
    bad="""\
channels:
  room: { address: room, events: { opened: { from: server } } }
""",
    good="""\
channels:
  room: { description: What is said in one room., address: room, events: { opened: { from: server } } }
""",
)
