"""Rule `channel-large`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_MOST = 40


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        if len(channel.events) > _MOST and channel.span is not None:
            yield Problem(f"{channel} has {len(channel.events)} events", channel.span)


RULE = Rule(
    id="channel-large",
    severity=Severity.WARNING,
    summary="A channel with more than 40 events.",
    why="Everybody who joins pays for all of it: one handler class, one hook, one permission.",
    fix="Divide it by who listens: a page that shows half of it should join half of it.",
    check=_check,
    bad="events:\n" + "".join(f"  part{number}Changed: {{ from: server }}\n" for number in range(1, 42)),
    good="""\
events:
  partChanged: { from: server, payload: { type: object, properties: { part: { type: integer } } } }
""",
)
