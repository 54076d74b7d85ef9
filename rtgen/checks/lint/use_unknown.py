"""Rule `use-unknown`."""

import re
from collections.abc import Iterable, Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity
from rtgen.source.nearest import nearest

_NAME = re.compile(r"[A-Za-z]\w*(\.\w+)?\Z")  # what is no name is a sentence, and that is fine


def _check(subject: Subject) -> Iterator[Problem]:
    channels = [each.name for each in subject.contract.channels]
    everywhere = [*channels, *(f"{channel.name}.{event.name}" for channel, event in subject.events)]
    going = [(each, [*channels]) for each in subject.contract.channels if each.deprecation is not None]
    events = [
        (event, [each.name for each in channel.events])
        for channel, event in subject.events
        if event.deprecation is not None
    ]
    for each, near in (*going, *events):
        use = "" if each.deprecation is None else each.deprecation.use
        if _NAME.match(use) and use not in near and use not in everywhere and each.span is not None:
            yield Problem(_message(str(each), use, [*near, *everywhere]), each.span)


def _message(label: str, use: str, known: Iterable[str]) -> str:
    near = nearest(use, known)
    return f"{label} is to be replaced by `{use}`, which is not here" + (f"; is it `{near}`?" if near else "")


RULE = Rule(
    id="use-unknown",
    severity=Severity.WARNING,
    summary="A deprecation that names a replacement which does not exist.",
    why="The name is printed into generated code, where readers look for it.",
    fix="Name an event of the same channel, `channel.event`, or a channel.",
    check=_check,
    bad="""\
events:
  sent: { from: server, deprecated: { since: 1.2.0, sunset: 2027-03-01, use: post } }
  posted: { from: server }
""",
    good="""\
events:
  sent: { from: server, deprecated: { since: 1.2.0, sunset: 2027-03-01, use: posted } }
  posted: { from: server }
""",
)
