"""Rule `flag-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for flag in subject.contract.flags:
        if not flag.description and flag.span is not None:
            yield Problem(f"{flag} has no description", flag.span)


RULE = Rule(
    id="flag-description",
    severity=Severity.WARNING,
    summary="A flag without a `description`.",
    why="Whoever is on call has to know what goes away when they switch it off.",
    fix="Add `description:` with one sentence: what those see who have it.",
    check=_check,
    bad="""\
flags:
  newEditor: { percent: 10 }
""",
    good="""\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
""",
)
