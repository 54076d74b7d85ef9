"""Rule `event-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        for event in channel.events:
            if not event.notes.description and event.span is not None:
                yield Problem(f"{event} of {channel} has no description", event.span)


RULE = Rule(
    id="event-description",
    severity=Severity.WARNING,
    summary="An event without a `description`.",
    why="The description becomes the docstring and the editor's help at both ends.",
    fix="Add `description:` with one sentence: what happened, or what is asked.",
    check=_check,
    bad="""\
events:
  posted: { from: server }
""",
    good="""\
events:
  posted: { from: server, description: Somebody posted a message. }
""",
)
