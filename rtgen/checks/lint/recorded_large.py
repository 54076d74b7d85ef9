"""Rule `recorded-large`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_MOST = 32 * 1024


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        for event in channel.server_events:
            size = None if event.payload is None else subject.sizes.largest(event.payload)
            if event.recorded and size is not None and size > _MOST and event.span is not None:
                yield Problem(f"{event} of {channel} records up to {size} bytes each time", event.span)


RULE = Rule(
    id="recorded-large",
    severity=Severity.WARNING,
    summary="A recorded event of more than 32 KiB.",
    why="It is kept, and sent again to every client that returns.",
    fix="Record what changed, and let clients fetch the whole with a request.",
    check=_check,
    bad="""\
history: { keep: 100, for: 1h }
events:
  saved:
    from: server
    recorded: true
    payload: { type: object, properties: { text: { type: string, maxLength: 10000 } } }
""",
    good="""\
history: { keep: 100, for: 1h }
events:
  saved:
    from: server
    recorded: true
    payload: { type: object, properties: { version: { type: integer } } }
""",
)
