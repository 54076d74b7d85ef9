"""Rule `outbox-small`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_FRAMES = 4


def _check(subject: Subject) -> Iterator[Problem]:
    limits = subject.contract.limits
    if limits.outbox < _FRAMES * limits.frame and limits.span is not None:
        message = f"an outbox of {limits.outbox} bytes holds less than {_FRAMES} frames of {limits.frame}"
        yield Problem(message, limits.span)


RULE = Rule(
    id="outbox-small",
    severity=Severity.WARNING,
    summary="An outbox that a few frames fill.",
    why="A client that reads slowly for a moment is disconnected as too far behind.",
    fix="Raise `limits: { outbox: … }`, or lower `frame`.",
    check=_check,
    bad="""\
limits: { frame: 1MiB, outbox: 1MiB }
""",
    good="""\
limits: { frame: 64KiB, outbox: 1MiB }
""",
)
