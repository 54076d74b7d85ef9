"""Rule `error-unused`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    used = {name for channel in subject.contract.channels for event in channel.client_events for name in event.errors}
    for each in subject.contract.errors:
        if each.name not in used and each.span is not None:
            yield Problem(f"no event may answer with the error `{each.name}`", each.span)


RULE = Rule(
    id="error-unused",
    severity=Severity.WARNING,
    summary="A domain error that no event lists.",
    why="Nobody can raise it: the set of errors of a request is closed.",
    fix="List it under `errors:` of the requests that can fail so, or remove it.",
    check=_check,
    bad="""\
errors:
  muted: { description: They may not post. }
""",
    good="""\
errors:
  muted: { description: They may not post. }
channels:
  room:
    address: room
    events:
      send: { from: client, reply: { type: 'null' }, errors: [muted] }
""",
)
