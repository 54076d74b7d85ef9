"""Rule `relay-large`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_MOST = 8 * 1024


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        for event in channel.relays:
            size = None if event.payload is None else subject.sizes.largest(event.payload)
            if size is not None and size > _MOST and event.span is not None:
                message = f"{event} of {channel} relays up to {size} bytes to every member"
                yield Problem(message, event.span)


RULE = Rule(
    id="relay-large",
    severity=Severity.WARNING,
    summary="A relay of more than 8 KiB.",
    why="What one client sends is sent once to each other member, and no handler looks at it first.",
    fix="Lower `maxLength` and `maxItems`, or make it an event with a handler that decides who gets it.",
    check=_check,
    bad="""\
events:
  drew:
    from: client
    relay: true
    payload: { type: object, properties: { path: { type: string, maxLength: 4000 } } }
""",
    good="""\
events:
  drew:
    from: client
    relay: true
    payload: { type: object, properties: { path: { type: string, maxLength: 500 } } }
""",
)
