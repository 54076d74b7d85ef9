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
    for mark, said, span in subject.deprecated:
        if _NAME.match(said.use) and said.use not in mark.near and said.use not in everywhere:
            yield Problem(_message(mark.label, said.use, [*mark.near, *everywhere]), span)


def _message(label: str, use: str, known: Iterable[str]) -> str:
    near = nearest(use, known)
    return f"{label} is to be replaced by `{use}`, which is not here" + (f"; is it `{near}`?" if near else "")


RULE = Rule(
    id="use-unknown",
    severity=Severity.WARNING,
    summary="A deprecation that names a replacement which does not exist.",
    why="The name is printed into generated code, where readers look for it.",
    fix="Name what stands beside it (a property of the same object, an event of the same channel), `channel.event`, or "
    "a channel.",
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
