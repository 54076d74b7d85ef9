"""Rule `heartbeat-slow`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_MOST = 55.0


def _check(subject: Subject) -> Iterator[Problem]:
    beat = subject.contract.heartbeat
    if beat.every > _MOST and beat.span is not None:
        yield Problem(f"a quiet connection is silent for {beat.every:g} seconds", beat.span)


RULE = Rule(
    id="heartbeat-slow",
    severity=Severity.WARNING,
    summary="A heartbeat slower than proxies are patient.",
    why="Most proxies and mobile networks end a connection after 60 seconds of silence.",
    fix="Ping every 25 to 55 seconds.",
    check=_check,
    bad="""\
heartbeat: { every: 2m }
""",
    good="""\
heartbeat: { every: 30s }
""",
)
