"""Rule `timeout-long`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    beat = subject.contract.heartbeat
    most = 2 * (beat.every + beat.slack)
    for channel in subject.contract.channels:
        for event in channel.client_events:
            if event.timeout > most and event.span is not None:
                message = f"the request `{event.name}` of {channel} waits {event.timeout:g} seconds for its answer"
                yield Problem(message, event.span)


RULE = Rule(
    id="timeout-long",
    severity=Severity.WARNING,
    summary="A request that waits longer than two heartbeats.",
    why="Connections end in that time, and then nobody knows whether it was done.",
    fix="Answer at once that it has begun, and tell the end with an event.",
    check=_check,
    bad="""\
events:
  export: { from: client, reply: { type: 'null' }, timeout: 10m }
""",
    good="""\
events:
  export: { from: client, reply: { type: 'null' }, timeout: 10s }
  exported: { from: server }
""",
)
