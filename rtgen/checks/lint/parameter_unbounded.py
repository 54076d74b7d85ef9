"""Rule `parameter-unbounded`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.sizes import longest_text
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        for each in channel.parameters:
            if longest_text(each.type) is None and each.span is not None:
                yield Problem(f"the parameter `{each.name}` of {channel} may have any length", each.span)


RULE = Rule(
    id="parameter-unbounded",
    severity=Severity.WARNING,
    summary="A parameter of an address without a limit.",
    why="Each address that a client makes up is a channel with members, a history and keys in a store.",
    fix="Add a `pattern` such as `^[a-z0-9-]{1,64}$`, or `format: uuid`.",
    check=_check,
    bad="""\
channels:
  room:
    address: rooms/{roomId}
    parameters: { roomId: { type: string } }
    events: { opened: { from: server } }
""",
    good="""\
channels:
  room:
    address: rooms/{roomId}
    parameters: { roomId: { type: string, pattern: '^[a-z0-9-]{1,64}$' } }
    events: { opened: { from: server } }
""",
)
