"""Rule `description-unfinished`."""

import re
from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity

_MARK = re.compile(r"\b(TODO|FIXME|TBD|XXX)\b|lorem ipsum", re.IGNORECASE)


def _check(subject: Subject) -> Iterator[Problem]:
    events = [(str(each), each.notes.description, each.span) for _, each in subject.events]
    channels = [(str(each), each.notes.description, each.span) for each in subject.contract.channels]
    errors = [(f"the error `{each.name}`", each.description, each.span) for each in subject.contract.errors]
    parts = [(part.label, part.notes.description, part.span) for part in subject.parts]
    for label, description, span in dict.fromkeys((*channels, *events, *errors, *parts)):
        found = _MARK.search(description)
        if found is not None and span is not None:
            yield Problem(f"the description of {label} holds `{found[0]}`", span)


RULE = Rule(
    id="description-unfinished",
    severity=Severity.WARNING,
    summary="A description with a mark that it is unfinished.",
    why="Descriptions are published: in docstrings, in editors, in the documentation.",
    fix="Write the sentence, or move the reminder into a comment.",
    check=_check,
    bad="""\
events:
  refunded: { from: server, description: TODO ask billing. }
""",
    good="""\
events:
  refunded: { from: server, description: The customer got the money back. }
""",
)
