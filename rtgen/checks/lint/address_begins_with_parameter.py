"""Rule `address-begins-with-parameter`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        if channel.address.startswith("{") and channel.span is not None:
            yield Problem(f"the address `{channel.address}` of {channel} begins with a parameter", channel.span)


RULE = Rule(
    id="address-begins-with-parameter",
    severity=Severity.WARNING,
    summary="An address that begins with a parameter.",
    why="It can be any other address of as many parts, so no channel of that shape can ever be added.",
    fix="Begin with a word: `rooms/{roomId}`.",
    check=_check,
    bad="""\
address: '{roomId}'
parameters: { roomId: { type: string, format: uuid } }
events:
  opened: { from: server }
""",
    good="""\
address: rooms/{roomId}
parameters: { roomId: { type: string, format: uuid } }
events:
  opened: { from: server }
""",
)
