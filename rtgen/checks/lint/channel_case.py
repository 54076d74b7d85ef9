"""Rule `channel-case`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        names = (
            (str(channel), channel.name, channel.span),
            *((f"parameter `{each.name}`", each.name, each.span) for each in channel.parameters),
        )
        for label, name, span in names:
            if "_" in name and span is not None:
                yield Problem(f"{label} is not written in camelCase", span)


RULE = Rule(
    id="channel-case",
    severity=Severity.WARNING,
    summary="A channel or a parameter whose name is not in camelCase.",
    why="Both languages derive their names from it; one case in the contract makes each of them predictable.",
    fix="Write it as `liveBoard`. The `address` may keep its own spelling.",
    check=_check,
    bad="""\
channels:
  live_board: { address: live-board, events: { moved: { from: server } } }
""",
    good="""\
channels:
  liveBoard: { address: live-board, events: { moved: { from: server } } }
""",
)
