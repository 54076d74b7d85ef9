"""Rule `flag-case`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for flag in subject.contract.flags:
        if "_" in flag.name and flag.span is not None:
            yield Problem(f"{flag} is not written in camelCase", flag.span)


RULE = Rule(
    id="flag-case",
    severity=Severity.WARNING,
    summary="A flag whose name is not in camelCase.",
    why="Both languages derive their names from it; one case in the contract makes each of them predictable.",
    fix="Write it as `newEditor`.",
    check=_check,
    bad="""\
flags:
  new_editor: { description: The editor with columns., percent: 10 }
""",
    good="""\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
""",
)
