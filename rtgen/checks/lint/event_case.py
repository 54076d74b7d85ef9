"""Rule `event-case`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel, event in subject.events:
        if "_" in event.name and event.span is not None:
            yield Problem(f"{event} of {channel} is not written in camelCase", event.span)


RULE = Rule(
    id="event-case",
    severity=Severity.WARNING,
    summary="An event whose name is not in camelCase.",
    why="Both languages derive their names from it; one case in the contract makes each of them predictable.",
    fix="Write it as `roomOpened`.",
    check=_check,
    bad="""\
events:
  room_opened: { from: server }
""",
    good="""\
events:
  roomOpened: { from: server }
""",
)
